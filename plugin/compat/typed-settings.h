/* Our settings as Dovecot's typed settings: one struct, generated from the table. */
#ifndef KINAMO_TYPED_SETTINGS_H
#define KINAMO_TYPED_SETTINGS_H

struct event;
struct kinamo_setting;

struct kinamo_typed_settings {
    pool_t pool;
#define KINAMO_SETTING(id, name, ...) const char *name;
    KINAMO_DOVECOT_SETTINGS(KINAMO_SETTING)
#undef KINAMO_SETTING
};

extern const struct setting_define kinamo_setting_defines[];
extern const struct kinamo_typed_settings kinamo_default_settings;

/* Without a check: a bad value of one user must reach kinamo_settings_load(). */
extern const struct setting_parser_info kinamo_setting_parser_info;

/* The value of a setting in a struct kinamo_typed_settings; NULL if it is not one of Dovecot's. */
const char *kinamo_typed_settings_lookup(void *settings, const struct kinamo_setting *setting);

/* The settings in force for an event, or NULL after an error was logged. To be freed. */
const struct kinamo_typed_settings *kinamo_typed_settings_get(struct event *event);

#endif
