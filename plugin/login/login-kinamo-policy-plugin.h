/* Entry points of the login plugin. */
#ifndef LOGIN_KINAMO_POLICY_PLUGIN_H
#define LOGIN_KINAMO_POLICY_PLUGIN_H

struct module;

extern const char *login_kinamo_policy_plugin_version;
void login_kinamo_policy_plugin_init(struct module *module);
void login_kinamo_policy_plugin_deinit(void);

#endif
