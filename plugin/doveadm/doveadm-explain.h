/* doveadm kinamo explain: every setting in force for a user. */
#ifndef KINAMO_DOVEADM_EXPLAIN_H
#define KINAMO_DOVEADM_EXPLAIN_H

struct doveadm_cmd_ver2;

extern struct doveadm_cmd_ver2 kinamo_doveadm_explain;

#endif
