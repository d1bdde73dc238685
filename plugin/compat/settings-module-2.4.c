/* The module through which Dovecot's config process knows our settings: it refuses a bad global
   value, with the words of the core, when the configuration is read. */
#include "lib.h"
#include "array.h"
#include "settings.h"
#include "settings-parser.h"

#include "kinamo/login-guard.h"
#include "kinamo/settings.h"
#include "plugin/compat/settings-module.h"
#include "plugin/compat/typed-settings.h"

static bool check(void *set, pool_t pool, const char **error_r)
{
    char error[KINAMO_ERROR_SIZE];

    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);
        const char *text = kinamo_typed_settings_lookup(set, setting);

        if (!kinamo_setting_check(setting->name, text, error)) {
            *error_r = p_strdup(pool, error);
            return FALSE;
        }
    }
    return TRUE;
}

/* What kinamo/login-guard.h looks at. kinamo_tls_mode is here a second time, with a default that
   tells whether it is written anywhere. */
struct guard_settings {
    pool_t pool;
    const char *kinamo_tls_mode;
    const char *ssl;
    bool auth_allow_cleartext;
    ARRAY_TYPE(const_string) login_plugins;
};

static const struct setting_define guard_defines[] = {
    SETTING_DEFINE_STRUCT_STR_NOVARS("kinamo_tls_mode", kinamo_tls_mode, struct guard_settings),
    SETTING_DEFINE_STRUCT_ENUM("ssl", ssl, struct guard_settings),
    SETTING_DEFINE_STRUCT_BOOL("auth_allow_cleartext", auth_allow_cleartext, struct guard_settings),
    SETTING_DEFINE_STRUCT_BOOLLIST("login_plugins", login_plugins, struct guard_settings),
    SETTING_DEFINE_LIST_END};

static const struct guard_settings guard_defaults = {
    .kinamo_tls_mode = "",
    .ssl = "yes:no:required",
    .auth_allow_cleartext = FALSE,
    .login_plugins = ARRAY_INIT,
};

static bool guard_check(void *settings, pool_t pool ATTR_UNUSED, const char **error_r)
{
    const struct guard_settings *set = settings;
    const struct kinamo_login_guard guard = {
        .tls_mode = set->kinamo_tls_mode,
        .permits_clear = set->auth_allow_cleartext && strcmp(set->ssl, "required") != 0,
        .plugin_is_loaded =
            array_is_created(&set->login_plugins) &&
            str_array_find(settings_boollist_get(&set->login_plugins), KINAMO_LOGIN_PLUGIN),
    };

    if (!kinamo_login_guard_check(&guard)) {
        *error_r = kinamo_login_guard_error;
        return FALSE;
    }
    return TRUE;
}

static const struct setting_parser_info guard_info = {
    .name = "kinamo_login_guard",
    .defines = guard_defines,
    .defaults = &guard_defaults,
    .struct_size = sizeof(struct guard_settings),
    .pool_offset1 = 1 + offsetof(struct guard_settings, pool),
    .check_func = guard_check,
};

static struct setting_parser_info checked_info;
const struct setting_parser_info *kinamo_policy_settings_set_infos[] = {&checked_info, &guard_info,
                                                                        NULL};
const char *kinamo_policy_settings_version = DOVECOT_ABI_VERSION;

void kinamo_policy_settings_init(struct module *module ATTR_UNUSED)
{
    checked_info = kinamo_setting_parser_info;
    checked_info.check_func = check;
}

void kinamo_policy_settings_deinit(void)
{
}
