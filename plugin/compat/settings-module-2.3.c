/* The module through which Dovecot's config process knows our settings: it looks at plugin { } and
   refuses a bad value or a misspelled name of ours, with the words of the core, when the
   configuration is read. Dovecot itself takes anything there. */
#include "lib.h"
#include "array.h"
#include "settings-parser.h"

#include "kinamo/login-guard.h"
#include "kinamo/settings.h"
#include "plugin/compat/settings-module.h"

struct plugin_settings {
    ARRAY(const char *) plugin; /* name, value, name, value, ... */
    /* Dovecot's own, for kinamo/login-guard.h: */
    const char *login_plugins;
    const char *ssl;
    bool disable_plaintext_auth;
};

static bool has_word(const char *words, const char *word)
{
    return str_array_find(t_strsplit_spaces(words, ", "), word);
}

static bool guard_login(const struct plugin_settings *set, const char *tls_mode)
{
    const struct kinamo_login_guard guard = {
        .tls_mode = tls_mode,
        .permits_clear = !set->disable_plaintext_auth && strcmp(set->ssl, "required") != 0,
        .plugin_is_loaded = has_word(set->login_plugins, KINAMO_LOGIN_PLUGIN),
    };

    return kinamo_login_guard_check(&guard);
}

static bool check(void *settings, pool_t pool, const char **error_r)
{
    struct plugin_settings *set = settings;
    char error[KINAMO_ERROR_SIZE];
    const char *tls_mode = NULL;
    const char *const *texts;
    unsigned int count;

    if (!array_is_created(&set->plugin)) {
        return TRUE;
    }
    texts = array_get(&set->plugin, &count);
    for (unsigned int i = 0; i + 1 < count; i += 2) {
        if (!kinamo_setting_check(texts[i], texts[i + 1], error)) {
            *error_r = p_strdup(pool, error);
            return FALSE;
        }
        if (strcmp(texts[i], kinamo_setting(KINAMO_SETTING_TLS_MODE)->name) == 0) {
            tls_mode = texts[i + 1];
        }
    }
    if (!guard_login(set, tls_mode)) {
        *error_r = kinamo_login_guard_error;
        return FALSE;
    }
    return TRUE;
}

static const struct setting_define defines[] = {
    {.type = SET_STRLIST, .key = "plugin", .offset = offsetof(struct plugin_settings, plugin)},
    {.type = SET_STR,
     .key = "login_plugins",
     .offset = offsetof(struct plugin_settings, login_plugins)},
    {.type = SET_ENUM, .key = "ssl", .offset = offsetof(struct plugin_settings, ssl)},
    {.type = SET_BOOL,
     .key = "disable_plaintext_auth",
     .offset = offsetof(struct plugin_settings, disable_plaintext_auth)},
    SETTING_DEFINE_LIST_END};

static const struct plugin_settings defaults = {
    .plugin = ARRAY_INIT,
    .login_plugins = "",
    .ssl = "yes:no:required",
    .disable_plaintext_auth = TRUE,
};

static const struct setting_parser_info info = {
    .module_name = "kinamo",
    .defines = defines,
    .defaults = &defaults,
    .type_offset = SIZE_MAX,
    .struct_size = sizeof(struct plugin_settings),
    .parent_offset = SIZE_MAX,
    .check_func = check,
};

const struct setting_parser_info *kinamo_policy_settings_set_roots[] = {&info, NULL};
const char *kinamo_policy_settings_version = DOVECOT_ABI_VERSION;

void kinamo_policy_settings_init(struct module *module ATTR_UNUSED)
{
}

void kinamo_policy_settings_deinit(void)
{
}
