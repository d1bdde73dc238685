/* One look at the quota: what is due is told by mail, at most once however many look at once. */
#include "lib.h"
#include "ioloop.h"

#include "plugin/compat/host-event.h"
#include "plugin/mail/kinamo-quota.h"
#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/notice-inbox.h"
#include "plugin/mail/quota-mail.h"
#include "plugin/mail/quota-user.h"

struct look {
    struct mail_user *user;
    struct kinamo_quota_user *quser;
    const struct kinamo_quota_readings *readings;
    struct kinamo_quota_decision decision[KINAMO_QUOTA_MAX_READINGS];
    const char *state_name;
    struct kinamo_notice_state state; /* as loaded */
    struct kinamo_notice_state next;
    bool changed;
    int worst; /* the reading that is told, or -1 */
};

bool kinamo_quota_is_on(struct mail_user *user)
{
    return KINAMO_QUOTA_USER(user) != NULL;
}

bool kinamo_quota_has_changed(struct mail_user *user)
{
    const struct kinamo_quota_user *quser = KINAMO_QUOTA_USER(user);

    return quser != NULL && quser->changed;
}

const char *kinamo_quota_state_name(struct mail_user *user)
{
    return kinamo_quota_is_observed(user) ? KINAMO_QUOTA_STATE_OBSERVE : KINAMO_QUOTA_STATE_WARN;
}

static void state_failed(const struct look *look, unsigned int i, const char *error)
{
    kinamo_quota_failed(
        look->user, &look->readings->reading[i], &look->decision[i], "state", error,
        "check the dict that kinamo_state names; the user is told after it answers again");
}

static void decide(struct look *look)
{
    look->next = look->state;
    look->changed = false;
    look->worst = -1;
    for (unsigned int i = 0; i < look->readings->count; i++) {
        const struct kinamo_quota_reading *reading = &look->readings->reading[i];
        const char *topic = kinamo_quota_topic(reading);
        struct kinamo_told told = kinamo_notice_state_get(&look->state, topic);
        struct kinamo_quota_decision *decision = &look->decision[i];
        struct kinamo_quota_policy policy;

        kinamo_quota_policy(look->user, reading, &policy);
        *decision = kinamo_quota_decide(&policy, &reading->usage, &told, ioloop_time);
        switch (decision->action) {
        case KINAMO_QUOTA_NOTHING:
            continue;
        case KINAMO_QUOTA_REARM:
            told = (struct kinamo_told){decision->threshold, told.at, KINAMO_TOLD_SENT};
            break;
        case KINAMO_QUOTA_WARN:
        case KINAMO_QUOTA_REMIND:
            told = (struct kinamo_told){decision->threshold, ioloop_time, KINAMO_TOLD_PENDING};
            if (look->worst < 0 || decision->percent > look->decision[look->worst].percent) {
                look->worst = (int)i;
            }
            break;
        }
        look->changed = true;
        (void)kinamo_notice_state_set(&look->next, topic, &told);
    }
}

static bool is_told(const struct look *look, unsigned int i)
{
    return look->decision[i].action == KINAMO_QUOTA_WARN ||
           look->decision[i].action == KINAMO_QUOTA_REMIND;
}

static void suppress_all(const struct look *look, const char *cause)
{
    for (unsigned int i = 0; i < look->readings->count; i++) {
        if (is_told(look, i)) {
            kinamo_quota_suppressed(look->user, &look->readings->reading[i], &look->decision[i],
                                    KINAMO_QUOTA_CHANNEL_MAIL, cause);
        }
    }
}

static void observe_all(const struct look *look)
{
    for (unsigned int i = 0; i < look->readings->count; i++) {
        if (is_told(look, i)) {
            kinamo_quota_observed(look->user, &look->readings->reading[i], &look->decision[i],
                                  KINAMO_QUOTA_CHANNEL_MAIL);
        }
    }
}

/* Set how the telling of all that was due ended. */
static void set_status(struct look *look, enum kinamo_told_status status)
{
    for (unsigned int i = 0; i < look->readings->count; i++) {
        if (is_told(look, i)) {
            const struct kinamo_told told = {look->decision[i].threshold, ioloop_time, status};

            (void)kinamo_notice_state_set(&look->next,
                                          kinamo_quota_topic(&look->readings->reading[i]), &told);
        }
    }
}

/* Our own message takes room too; a threshold that it crosses counts as told. */
static void count_own_message(struct look *look, size_t size)
{
    for (unsigned int i = 0; i < look->readings->count; i++) {
        const struct kinamo_quota_reading *reading = &look->readings->reading[i];
        const char *topic = kinamo_quota_topic(reading);
        struct kinamo_told told = kinamo_notice_state_get(&look->next, topic);
        struct kinamo_quota_usage usage = reading->usage;
        struct kinamo_quota_decision decision;
        struct kinamo_quota_policy policy;

        usage.used += reading->messages ? 1 : size;
        kinamo_quota_policy(look->user, reading, &policy);
        decision = kinamo_quota_decide(&policy, &usage, &told, ioloop_time);
        if (decision.threshold > told.threshold) {
            told = (struct kinamo_told){decision.threshold, ioloop_time, KINAMO_TOLD_SENT};
            (void)kinamo_notice_state_set(&look->next, topic, &told);
        }
    }
}

/* Returns whether the change was ours. */
static bool change_state(struct look *look)
{
    const char *error;

    switch (kinamo_state_change(look->user, look->state_name, &look->state, &look->next, &error)) {
    case KINAMO_STATE_GOOD:
        look->state = look->next;
        look->quser->state = look->next;
        return true;
    case KINAMO_STATE_LOST:
        look->quser->have_state = false;
        suppress_all(look, "claimed by another process");
        return false;
    case KINAMO_STATE_FAILED:
        look->quser->have_state = false;
        state_failed(look, look->worst < 0 ? 0 : (unsigned int)look->worst, error);
        return false;
    }
    return false;
}

static void replace(struct look *look, unsigned int keep)
{
    const char *error;

    if (kinamo_inbox_replace(look->user, &look->next, keep, &error) < 0) {
        unsigned int i = look->worst < 0 ? 0 : (unsigned int)look->worst;

        kinamo_quota_failed(
            look->user, &look->readings->reading[i], &look->decision[i], "older warning", error,
            "the older warning stays in the inbox; check whether INBOX can be written");
    }
}

static void record_sent(const struct look *look, struct event **begun)
{
    for (unsigned int i = 0; i < look->readings->count; i++) {
        const struct kinamo_quota_reading *reading = &look->readings->reading[i];
        const struct kinamo_quota_decision *decision = &look->decision[i];

        if (!is_told(look, i)) {
            continue;
        }
        if ((int)i == look->worst) {
            kinamo_quota_sent(begun, look->user, reading, decision, KINAMO_QUOTA_CHANNEL_MAIL,
                              decision->action == KINAMO_QUOTA_REMIND ? "reminder" : "level");
        } else {
            kinamo_quota_suppressed(look->user, reading, decision, KINAMO_QUOTA_CHANNEL_MAIL,
                                    "told about the fuller resource");
        }
    }
}

/* Whether the warning that is due lies in the inbox already: somebody saved it and was killed, or
   lost the dict, before the state could say so. The state names the message that was about to be
   saved. */
static bool was_saved(const struct look *look)
{
    const struct kinamo_notice_state *state = &look->state;

    for (unsigned int i = 0; i < look->readings->count; i++) {
        struct kinamo_told told =
            kinamo_notice_state_get(state, kinamo_quota_topic(&look->readings->reading[i]));

        if (is_told(look, i) && told.status == KINAMO_TOLD_PENDING &&
            told.threshold == look->decision[i].threshold) {
            return state->guid_count > 0 &&
                   kinamo_inbox_has(look->user, state->guid[state->guid_count - 1]);
        }
    }
    return false;
}

/* The state names the message already. */
static void send_warning(struct look *look, enum kinamo_quota_look_flags flags)
{
    const struct kinamo_quota_reading *reading = &look->readings->reading[look->worst];
    const struct kinamo_quota_decision *decision = &look->decision[look->worst];
    const char *guid = look->next.guid[look->next.guid_count - 1];
    struct event *begun = kinamo_event_begin(look->user->event);
    const char *error;
    size_t size;

    if (kinamo_quota_mail(look->user, reading, decision, guid, &size, &error) < 0) {
        set_status(look, KINAMO_TOLD_FAILED);
        look->next.guid_count--;
        kinamo_quota_failed(
            look->user, reading, decision, "message", error,
            "check whether INBOX can be written; it is tried again at the next look");
    } else {
        set_status(look, KINAMO_TOLD_SENT);
        count_own_message(look, size);
        if ((flags & KINAMO_QUOTA_LOOK_REPLACE) != 0) {
            replace(look, 1);
        }
        record_sent(look, &begun);
    }
    event_unref(&begun);
    (void)change_state(look);
}

/* Claim what is due, and tell it if the claim is ours. */
static void warn(struct look *look, enum kinamo_quota_look_flags flags)
{
    char guid[KINAMO_GUID_LENGTH + 1];

    if (was_saved(look)) {
        set_status(look, KINAMO_TOLD_SENT);
        if (change_state(look)) {
            suppress_all(look, "it lies in the inbox");
        }
        return;
    }
    kinamo_inbox_new_guid(guid);
    kinamo_notice_state_add_guid(&look->next, guid);
    if (change_state(look)) {
        send_warning(look, flags);
    }
}

/* A session left a second warning of ours in the inbox: remove the older one now. */
static void tidy(struct look *look)
{
    struct kinamo_notice_state before = look->next;

    replace(look, 1);
    if (look->next.guid_count != before.guid_count) {
        (void)change_state(look);
    }
}

static bool load_state(struct look *look)
{
    const char *error;

    if (kinamo_state_load(look->user, look->state_name, &look->state, &error) !=
        KINAMO_STATE_GOOD) {
        look->quser->have_state = false;
        decide(look);
        state_failed(look, look->worst < 0 ? 0 : (unsigned int)look->worst, error);
        return false;
    }
    look->quser->state = look->state;
    look->quser->have_state = true;
    return true;
}

/* Whether the last seen state already says that nothing is to be done. */
static bool is_settled(struct look *look, enum kinamo_quota_look_flags flags)
{
    if (!look->quser->have_state) {
        return false;
    }
    look->state = look->quser->state;
    decide(look);
    return !look->changed &&
           ((flags & KINAMO_QUOTA_LOOK_REPLACE) == 0 || look->state.guid_count <= 1);
}

static void tell_by_mail(struct look *look, enum kinamo_quota_look_flags flags)
{
    bool observed = kinamo_quota_is_observed(look->user);

    look->state_name = kinamo_quota_state_name(look->user);
    if (is_settled(look, flags) || !load_state(look)) {
        return;
    }
    decide(look);
    if (!look->changed) {
        if ((flags & KINAMO_QUOTA_LOOK_REPLACE) != 0 && look->state.guid_count > 1) {
            tidy(look);
        }
    } else if (observed) {
        set_status(look, KINAMO_TOLD_SENT);
        if (change_state(look)) {
            observe_all(look);
        }
    } else if (look->worst >= 0) {
        warn(look, flags);
    } else {
        (void)change_state(look);
    }
}

static bool read_quota(struct mail_user *user, struct kinamo_quota_readings *readings_r)
{
    static const struct kinamo_quota_reading unknown = {.root = "unknown"};
    static const struct kinamo_quota_decision undecided;
    const char *error;
    int ret = kinamo_host_quota_read(user, readings_r->reading, KINAMO_QUOTA_MAX_READINGS, &error);

    if (ret < 0) {
        kinamo_quota_failed(
            user, &unknown, &undecided, "quota", error,
            "check the quota backend, e.g. with doveadm quota get; the next look tries again");
        return false;
    }
    readings_r->count = (unsigned int)ret;
    return ret > 0;
}

static void look_once(struct mail_user *user, struct kinamo_quota_user *quser,
                      enum kinamo_quota_look_flags flags, struct kinamo_quota_readings *readings)
{
    struct look *look = t_new(struct look, 1);
    bool by_mail =
        kinamo_quota_uses(user, KINAMO_QUOTA_CHANNEL_MAIL) || (flags & KINAMO_QUOTA_LOOK_MAIL) != 0;

    look->user = user;
    look->quser = quser;
    look->readings = readings;
    if (read_quota(user, readings) && by_mail) {
        tell_by_mail(look, flags);
    }
}

void kinamo_quota_look(struct mail_user *user, enum kinamo_quota_look_flags flags,
                       struct kinamo_quota_readings *readings_r)
{
    struct kinamo_quota_user *quser = KINAMO_QUOTA_USER(user);

    readings_r->count = 0;
    if (quser == NULL || quser->looking) {
        return;
    }
    quser->changed = false;
    quser->looking = true;
    T_BEGIN
    {
        look_once(user, quser, flags, readings_r);
    }
    T_END;
    /* A session may stay open for days without another look. */
    kinamo_state_close(user);
    quser->looking = false;
}
