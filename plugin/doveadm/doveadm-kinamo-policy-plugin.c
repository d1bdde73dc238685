/* doveadm kinamo ...: the operator's commands, one file each. */
#include "lib.h"
#include "module-dir.h"
#include "doveadm-mail.h"

#include "plugin/doveadm/doveadm-explain.h"
#include "plugin/doveadm/doveadm-kinamo-policy-plugin.h"

const char *doveadm_kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;
const char *doveadm_kinamo_policy_plugin_dependencies[] = {"kinamo_policy", NULL};

void doveadm_kinamo_policy_plugin_init(struct module *module ATTR_UNUSED)
{
    doveadm_cmd_register_ver2(&kinamo_doveadm_explain);
}

void doveadm_kinamo_policy_plugin_deinit(void)
{
}
