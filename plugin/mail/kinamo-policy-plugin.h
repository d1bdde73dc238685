/* Entry points of the mail plugin. */
#ifndef KINAMO_POLICY_PLUGIN_H
#define KINAMO_POLICY_PLUGIN_H

struct module;

extern const char *kinamo_policy_plugin_version;
void kinamo_policy_plugin_init(struct module *module);
void kinamo_policy_plugin_deinit(void);

#endif
