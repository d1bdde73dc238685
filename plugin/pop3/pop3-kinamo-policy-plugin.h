/* Entry points of the POP3 plugin. */
#ifndef POP3_KINAMO_POLICY_PLUGIN_H
#define POP3_KINAMO_POLICY_PLUGIN_H

struct module;

extern const char *pop3_kinamo_policy_plugin_version;
extern const char *pop3_kinamo_policy_plugin_dependencies[];
extern const char pop3_kinamo_policy_plugin_binary_dependency[];
void pop3_kinamo_policy_plugin_init(struct module *module);
void pop3_kinamo_policy_plugin_deinit(void);

#endif
