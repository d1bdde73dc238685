/* Entry points of the doveadm module. */
#ifndef DOVEADM_KINAMO_POLICY_PLUGIN_H
#define DOVEADM_KINAMO_POLICY_PLUGIN_H

struct module;

extern const char *doveadm_kinamo_policy_plugin_version;
void doveadm_kinamo_policy_plugin_init(struct module *module);
void doveadm_kinamo_policy_plugin_deinit(void);

#endif
