/* doveadm kinamo ...: the operator's commands, one file each. */
#ifndef KINAMO_DOVEADM_COMMANDS_H
#define KINAMO_DOVEADM_COMMANDS_H

struct doveadm_cmd_ver2;

extern struct doveadm_cmd_ver2 kinamo_doveadm_expire;
extern struct doveadm_cmd_ver2 kinamo_doveadm_explain;
extern struct doveadm_cmd_ver2 kinamo_doveadm_reset;
extern struct doveadm_cmd_ver2 kinamo_doveadm_status;
extern struct doveadm_cmd_ver2 kinamo_doveadm_warn;

#endif
