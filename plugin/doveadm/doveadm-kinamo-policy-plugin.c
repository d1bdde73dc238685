/* doveadm kinamo ...: the operator's commands, one file each. */
#include "lib.h"
#include "module-dir.h"
#include "doveadm-mail.h"

#include "plugin/doveadm/doveadm-commands.h"
#include "plugin/doveadm/doveadm-kinamo-policy-plugin.h"

const char *doveadm_kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;
/* No list of dependencies: doveadm would look for them among its own modules. Where kinamo_policy
   is not in mail_plugins, its symbols are missing and doveadm passes this module over. */

void doveadm_kinamo_policy_plugin_init(struct module *module ATTR_UNUSED)
{
    doveadm_cmd_register_ver2(&kinamo_doveadm_expire);
    doveadm_cmd_register_ver2(&kinamo_doveadm_explain);
    doveadm_cmd_register_ver2(&kinamo_doveadm_reset);
    doveadm_cmd_register_ver2(&kinamo_doveadm_status);
    doveadm_cmd_register_ver2(&kinamo_doveadm_warn);
}

void doveadm_kinamo_policy_plugin_deinit(void)
{
}
