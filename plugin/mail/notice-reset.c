/* Forgetting what a user was told. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/mail/kinamo-quota.h"
#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/notice-reset.h"

/* Another process may be changing the state just now. */
#define TRIES 3

const char *kinamo_notice_state_name(unsigned int index)
{
    switch (index) {
    case 0:
        return KINAMO_QUOTA_STATE_WARN;
    case 1:
        return KINAMO_QUOTA_STATE_OBSERVE;
    case 2:
        return kinamo_notice_name(KINAMO_NOTICE_POP3_REMOVAL);
    default:
        return kinamo_notice_name(KINAMO_NOTICE_TLS_REQUIRED);
    }
}

/* The sequence goes on, so a process that loaded the older state cannot write it back. */
static enum kinamo_state_result forget(struct mail_user *user, const char *name,
                                       unsigned int *forgotten_r, const char **error_r)
{
    struct kinamo_notice_state state;
    struct kinamo_notice_state next;
    enum kinamo_state_result result = kinamo_state_load(user, name, &state, error_r);

    *forgotten_r = state.topic_count;
    if (result != KINAMO_STATE_GOOD || state.topic_count == 0) {
        return result;
    }
    next = state;
    next.topic_count = 0;
    return kinamo_state_change(user, name, &state, &next, error_r);
}

int kinamo_notice_forget(struct mail_user *user, const char *state_name, const char **error_r)
{
    enum kinamo_state_result result = KINAMO_STATE_LOST;
    const char *error = NULL;
    unsigned int forgotten = 0;

    for (int i = 0; i < TRIES && result == KINAMO_STATE_LOST; i++) {
        result = forget(user, state_name, &forgotten, &error);
    }
    if (result == KINAMO_STATE_GOOD) {
        return (int)forgotten;
    }
    if (result == KINAMO_STATE_LOST) {
        *error_r = "another process is telling the user just now (try again in a minute)";
    } else {
        *error_r = t_strdup_printf("%s (check the dict that kinamo_state names)",
                                   error == NULL ? "the dict failed a moment ago" : error);
    }
    return -1;
}
