/* What is recorded about a decision on quota, and the policy that it was taken by. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/kinamo-quota.h"
#include "plugin/mail/kinamo-user.h"

bool kinamo_quota_is_observed(struct mail_user *user)
{
    return kinamo_settings_mode(kinamo_user_settings(user), KINAMO_SETTING_QUOTA_MODE) ==
           KINAMO_MODE_OBSERVE;
}

bool kinamo_quota_uses(struct mail_user *user, enum kinamo_quota_channel channel)
{
    return (kinamo_settings_number(kinamo_user_settings(user), KINAMO_SETTING_QUOTA_CHANNELS) &
            UINT64_C(1) << channel) != 0;
}

void kinamo_quota_policy(struct mail_user *user, const struct kinamo_quota_reading *reading,
                         struct kinamo_quota_policy *policy_r)
{
    const struct kinamo_settings *set = kinamo_user_settings(user);

    i_zero(policy_r);
    (void)kinamo_quota_thresholds_parse(kinamo_settings_text(set, KINAMO_SETTING_QUOTA_THRESHOLDS),
                                        &policy_r->thresholds);
    policy_r->repeat = kinamo_settings_number(set, KINAMO_SETTING_QUOTA_REPEAT);
    policy_r->rearm = (unsigned int)kinamo_settings_number(set, KINAMO_SETTING_QUOTA_REARM);
    if (!reading->messages) {
        policy_r->min_free = kinamo_settings_number(set, KINAMO_SETTING_QUOTA_MIN_FREE);
    }
}

static const char *resource_of(const struct kinamo_quota_reading *reading)
{
    return reading->messages ? "MESSAGE" : "STORAGE";
}

const char *kinamo_quota_topic(const struct kinamo_quota_reading *reading)
{
    if (reading->setting != NULL) {
        return t_strdup_printf("%s/%.20s:%.60s", resource_of(reading), reading->setting,
                               reading->root);
    }
    return t_strdup_printf("%s/%.80s", resource_of(reading), reading->root);
}

static void record(struct mail_user *user, const struct kinamo_quota_reading *reading,
                   const struct kinamo_quota_decision *decision, enum kinamo_quota_channel channel,
                   const char *result, const char *cause, struct kinamo_record *record_r)
{
    kinamo_record_init(record_r, "kinamo_quota_warning");
    kinamo_record_text(record_r, "user", user->username);
    kinamo_record_text(record_r, "service", user->service);
    kinamo_record_text(record_r, "root", reading->root);
    kinamo_record_text(record_r, "resource", resource_of(reading));
    kinamo_record_number(record_r, "percent", decision->percent);
    kinamo_record_number(record_r, "threshold", decision->threshold);
    kinamo_record_text(record_r, "channel", channel == KINAMO_QUOTA_CHANNEL_MAIL ? "mail" : "imap");
    kinamo_record_text(record_r, "result", result);
    kinamo_record_text(record_r, "cause", cause);
}

void kinamo_quota_sent(struct event **begun, struct mail_user *user,
                       const struct kinamo_quota_reading *reading,
                       const struct kinamo_quota_decision *decision,
                       enum kinamo_quota_channel channel, const char *cause)
{
    struct kinamo_record rec;

    record(user, reading, decision, channel, "sent", cause, &rec);
    kinamo_event_end_info(begun, &rec);
}

void kinamo_quota_suppressed(struct mail_user *user, const struct kinamo_quota_reading *reading,
                             const struct kinamo_quota_decision *decision,
                             enum kinamo_quota_channel channel, const char *cause)
{
    struct kinamo_record rec;

    record(user, reading, decision, channel, "suppressed", cause, &rec);
    kinamo_event_info(user->event, &rec);
}

void kinamo_quota_observed(struct mail_user *user, const struct kinamo_quota_reading *reading,
                           const struct kinamo_quota_decision *decision,
                           enum kinamo_quota_channel channel)
{
    kinamo_quota_suppressed(user, reading, decision, channel, "observe");
    kinamo_event_who(user->event, "quota", user->username,
                     t_strdup_printf("%s_%u", resource_of(reading), decision->threshold));
}

void kinamo_quota_failed(struct mail_user *user, const struct kinamo_quota_reading *reading,
                         const struct kinamo_quota_decision *decision, const char *cause,
                         const char *error, const char *cure)
{
    struct kinamo_record rec;

    if (error == NULL) {
        return;
    }
    record(user, reading, decision, KINAMO_QUOTA_CHANNEL_MAIL, "failed", cause, &rec);
    kinamo_record_text(&rec, "error", error);
    kinamo_record_text(&rec, "cure", cure);
    kinamo_event_error(user->event, &rec);
}
