/* The module through which Dovecot's config process knows our settings: it refuses a bad global
   value, with the words of the core, when the configuration is read. */
#include "lib.h"
#include "settings-parser.h"

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

static struct setting_parser_info checked_info;
const struct setting_parser_info *kinamo_policy_settings_set_infos[] = {&checked_info, NULL};
const char *kinamo_policy_settings_version = DOVECOT_ABI_VERSION;

void kinamo_policy_settings_init(struct module *module ATTR_UNUSED)
{
    checked_info = kinamo_setting_parser_info;
    checked_info.check_func = check;
}

void kinamo_policy_settings_deinit(void)
{
}
