/* What Dovecot's config process looks up in libkinamo_policy_settings.so. */
#ifndef KINAMO_SETTINGS_MODULE_H
#define KINAMO_SETTINGS_MODULE_H

struct module;
struct setting_parser_info;

extern const struct setting_parser_info *kinamo_policy_settings_set_infos[];
extern const struct setting_parser_info *kinamo_policy_settings_set_roots[];
extern const char *kinamo_policy_settings_version;

void kinamo_policy_settings_init(struct module *module);
void kinamo_policy_settings_deinit(void);

#endif
