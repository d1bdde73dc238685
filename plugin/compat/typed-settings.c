/* Our settings as Dovecot's typed settings. Dovecot requires that a plugin and the settings module
   define the same keys in the same order, so both are built from this file.

   All are strings to Dovecot: a value is judged by the core alone, with the same words on both
   series, and a bad value of one user cannot fail the lookup of the others. They are not expanded,
   so a hostile "%{...}" of one user is just a bad value. */
#include "lib.h"
#include "settings.h"
#include "settings-parser.h"

#include "kinamo/settings.h"
#include "plugin/compat/typed-settings.h"

#define DEFINE_TEXT(name)                                                                          \
    SETTING_DEFINE_STRUCT_STR_NOVARS(#name, name, struct kinamo_typed_settings)
#define DEFINE_MODE     DEFINE_TEXT
#define DEFINE_WORDS    DEFINE_TEXT
#define DEFINE_BOOL     DEFINE_TEXT
#define DEFINE_EXPIRE   DEFINE_TEXT
#define DEFINE_DURATION DEFINE_TEXT
#define DEFINE_SIZE     DEFINE_TEXT
#define DEFINE_COUNT    DEFINE_TEXT
#define DEFINE_NETWORKS DEFINE_TEXT
#define DEFINE_PERCENTS DEFINE_TEXT
#define DEFINE_FLAGS    DEFINE_TEXT
#define DEFINE_NAME     DEFINE_TEXT
/* A dict is a block of this name; its text stays the default. */
#define DEFINE_DICT(name_)                                                                         \
    {                                                                                              \
        .type = SET_FILTER_NAME, .key = #name_                                                     \
    }

const struct setting_define kinamo_setting_defines[] = {
#define KINAMO_SETTING(id, name, type, ...) DEFINE_##type(name),
    KINAMO_DOVECOT_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
        SETTING_DEFINE_LIST_END};

const struct kinamo_typed_settings kinamo_default_settings = {
#define KINAMO_SETTING(id, name_, type, policy, scope, unit, default_, ...) .name_ = (default_),
    KINAMO_DOVECOT_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
};

const struct setting_parser_info kinamo_setting_parser_info = {
    .name = "kinamo",
    .defines = kinamo_setting_defines,
    .defaults = &kinamo_default_settings,
    .struct_size = sizeof(struct kinamo_typed_settings),
    .pool_offset1 = 1 + offsetof(struct kinamo_typed_settings, pool),
};

const char *kinamo_typed_settings_lookup(void *settings, const struct kinamo_setting *setting)
{
    const struct kinamo_typed_settings *set = settings;

    switch (setting->id) {
#define KINAMO_SETTING(id, name, ...)                                                              \
    case KINAMO_SETTING_##id:                                                                      \
        return set->name;
        KINAMO_DOVECOT_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
    default:
        return NULL;
    }
}

const struct kinamo_typed_settings *kinamo_typed_settings_get(struct event *event)
{
    const struct kinamo_typed_settings *set;
    const char *error;

    if (settings_get(event, &kinamo_setting_parser_info, 0, &set, &error) < 0) {
        e_error(event, "kinamo: settings cannot be read, every policy is in its fallback mode: %s",
                error);
        return NULL;
    }
    return set;
}
