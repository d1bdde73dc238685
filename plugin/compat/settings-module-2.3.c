/* The module through which Dovecot's config process knows our settings: it looks at plugin { } and
   refuses a bad value or a misspelled name of ours, with the words of the core, when the
   configuration is read. Dovecot itself takes anything there. */
#include "lib.h"
#include "array.h"
#include "settings-parser.h"

#include "kinamo/settings.h"
#include "plugin/compat/settings-module.h"

struct plugin_settings {
    ARRAY(const char *) plugin; /* name, value, name, value, ... */
};

static bool check(void *settings, pool_t pool, const char **error_r)
{
    struct plugin_settings *set = settings;
    char error[KINAMO_ERROR_SIZE];
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
    }
    return TRUE;
}

static const struct setting_define defines[] = {
    {.type = SET_STRLIST, .key = "plugin", .offset = offsetof(struct plugin_settings, plugin)},
    SETTING_DEFINE_LIST_END};

static const struct plugin_settings defaults = {.plugin = ARRAY_INIT};

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
