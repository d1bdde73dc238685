/* Looking at a user's quota without telling anybody: for the operator. */
#include "lib.h"
#include "ioloop.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/quota-inspect.h"

static int read_quota(struct mail_user *user, struct kinamo_quota_readings *readings_r,
                      const char **error_r)
{
    const char *error;
    int ret = kinamo_host_quota_read(user, readings_r->reading, KINAMO_QUOTA_MAX_READINGS, &error);

    readings_r->count = ret < 0 ? 0 : (unsigned int)ret;
    if (ret < 0) {
        *error_r =
            t_strdup_printf("the quota cannot be read: %s (check the quota backend, e.g. with "
                            "doveadm quota get)",
                            error);
        return -1;
    }
    return 0;
}

static int read_record(struct mail_user *user, struct kinamo_notice_state *state_r,
                       const char **error_r)
{
    const char *error = NULL;

    if (kinamo_state_load(user, kinamo_quota_state_name(user), state_r, &error) ==
        KINAMO_STATE_GOOD) {
        return 0;
    }
    i_zero(state_r);
    *error_r = t_strdup_printf("what the user was told cannot be read: %s (check the dict that "
                               "kinamo_state names)",
                               error == NULL ? "the dict failed a moment ago" : error);
    return -1;
}

static void judge(struct mail_user *user, const struct kinamo_notice_state *state,
                  struct kinamo_quota_view *view)
{
    for (unsigned int i = 0; i < view->readings.count; i++) {
        struct kinamo_quota_view_item *item = &view->item[i];

        item->reading = &view->readings.reading[i];
        item->told = kinamo_notice_state_get(state, kinamo_quota_topic(item->reading));
        kinamo_quota_policy(user, item->reading, &item->policy);
        item->decision =
            kinamo_quota_decide(&item->policy, &item->reading->usage, &item->told, ioloop_time);
        if ((item->decision.action == KINAMO_QUOTA_WARN ||
             item->decision.action == KINAMO_QUOTA_REMIND) &&
            (view->worst < 0 ||
             item->decision.percent > view->item[view->worst].decision.percent)) {
            view->worst = (int)i;
        }
    }
}

int kinamo_quota_inspect(struct mail_user *user, struct kinamo_quota_view *view_r,
                         const char **error_r)
{
    struct kinamo_notice_state state;
    int ret;

    view_r->worst = -1;
    if (read_quota(user, &view_r->readings, error_r) < 0) {
        return -1;
    }
    ret = read_record(user, &state, error_r);
    judge(user, &state, view_r);
    return ret;
}
