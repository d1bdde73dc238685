/* Looking at a user's quota without telling anybody: for the operator. */
#ifndef KINAMO_QUOTA_INSPECT_H
#define KINAMO_QUOTA_INSPECT_H

#include "kinamo/notice-state.h"
#include "plugin/mail/kinamo-quota.h"

/* One resource with a limit. */
struct kinamo_quota_view_item {
    const struct kinamo_quota_reading *reading;
    struct kinamo_quota_policy policy;
    struct kinamo_told told;               /* what is on record; in observe: what would have been */
    struct kinamo_quota_decision decision; /* what a look would do now */
};

struct kinamo_quota_view {
    struct kinamo_quota_readings readings;
    struct kinamo_quota_view_item item[KINAMO_QUOTA_MAX_READINGS];
    int worst; /* the item that a look would tell of, or -1 */
};

/* Read the quota and the record, change nothing. Returns 0, or -1 with a reason that names the
   cure; then what could be read is there, and nothing counts as told. */
int kinamo_quota_inspect(struct mail_user *user, struct kinamo_quota_view *view_r,
                         const char **error_r);

#endif
