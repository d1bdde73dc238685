/* doveadm kinamo quota: look at a user's quota now. */
#ifndef KINAMO_DOVEADM_QUOTA_H
#define KINAMO_DOVEADM_QUOTA_H

struct doveadm_cmd_ver2;

extern struct doveadm_cmd_ver2 kinamo_doveadm_quota;

#endif
