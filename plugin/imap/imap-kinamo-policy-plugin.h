/* Entry points of the IMAP plugin. */
#ifndef IMAP_KINAMO_POLICY_PLUGIN_H
#define IMAP_KINAMO_POLICY_PLUGIN_H

struct module;

extern const char *imap_kinamo_policy_plugin_version;
extern const char *imap_kinamo_policy_plugin_dependencies[];
extern const char imap_kinamo_policy_plugin_binary_dependency[];
void imap_kinamo_policy_plugin_init(struct module *module);
void imap_kinamo_policy_plugin_deinit(void);

#endif
