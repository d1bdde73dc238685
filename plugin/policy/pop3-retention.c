/* Which messages go at QUIT: those that were downloaded, and nothing else ever (promises C4, C5).
 */
#include <stddef.h>
#include <strings.h>

#include "kinamo/pop3-retention.h"
#include "kinamo/settings.h"

#define SECONDS_PER_DAY (24 * 60 * 60)

const char *kinamo_pop3_cause_name(enum kinamo_pop3_cause cause)
{
    static const char names[KINAMO_POP3_CAUSE_COUNT][16] = {
        [KINAMO_POP3_NO_CAUSE] = "none",
        [KINAMO_POP3_CAUSE_NOT_RETRIEVED] = "not_retrieved",
        [KINAMO_POP3_CAUSE_UNREADABLE] = "unreadable",
        [KINAMO_POP3_CAUSE_STREAM_ERROR] = "stream_error",
        [KINAMO_POP3_CAUSE_CUT] = "cut",
        [KINAMO_POP3_CAUSE_SIZE_MISMATCH] = "size_mismatch",
        [KINAMO_POP3_CAUSE_QUIT_PIPELINED] = "quit_pipelined",
        [KINAMO_POP3_CAUSE_FLAGGED] = "flagged",
        [KINAMO_POP3_CAUSE_TOO_YOUNG] = "too_young",
        [KINAMO_POP3_CAUSE_UNKNOWN_DATE] = "unknown_date",
        [KINAMO_POP3_CAUSE_NOT_COPIED] = "not_copied",
        [KINAMO_POP3_CAUSE_NOT_LOCKED] = "not_locked",
        [KINAMO_POP3_CAUSE_NOT_REMOVED] = "not_removed",
    };

    return names[cause];
}

static bool counts(const struct kinamo_pop3_policy *policy,
                   const struct kinamo_pop3_transfer *transfer)
{
    return !transfer->top || (policy->top_whole && transfer->lines >= KINAMO_POP3_WHOLE_LINES);
}

enum kinamo_pop3_cause kinamo_pop3_transfer_judge(const struct kinamo_pop3_policy *policy,
                                                  const struct kinamo_pop3_transfer *transfer)
{
    if (!counts(policy, transfer)) {
        return KINAMO_POP3_CAUSE_NOT_RETRIEVED;
    }
    if (transfer->failed) {
        return KINAMO_POP3_CAUSE_STREAM_ERROR;
    }
    if (!transfer->eof) {
        return KINAMO_POP3_CAUSE_CUT;
    }
    if (transfer->virtual_size != transfer->promised_size &&
        transfer->physical_size != transfer->promised_size) {
        return KINAMO_POP3_CAUSE_SIZE_MISMATCH;
    }
    if (transfer->quit_received) {
        return KINAMO_POP3_CAUSE_QUIT_PIPELINED;
    }
    return KINAMO_POP3_NO_CAUSE;
}

/* Whether this session or an earlier one handed the message over; if not, why. */
static enum kinamo_pop3_cause retrieved(const struct kinamo_pop3_message *message)
{
    if (message->marked) {
        return KINAMO_POP3_NO_CAUSE;
    }
    if (message->reset) {
        return KINAMO_POP3_CAUSE_NOT_RETRIEVED;
    }
    if (message->transfer == KINAMO_POP3_NO_CAUSE && !message->flushed) {
        return KINAMO_POP3_CAUSE_QUIT_PIPELINED;
    }
    return message->transfer;
}

static struct kinamo_pop3_decision keep(enum kinamo_pop3_action action,
                                        enum kinamo_pop3_cause cause)
{
    return (struct kinamo_pop3_decision){.action = action, .cause = cause};
}

struct kinamo_pop3_decision kinamo_pop3_decide(const struct kinamo_pop3_policy *policy,
                                               const struct kinamo_pop3_message *message,
                                               int64_t now)
{
    enum kinamo_pop3_cause cause = retrieved(message);

    if (cause != KINAMO_POP3_NO_CAUSE) {
        return keep(KINAMO_POP3_KEEP, cause);
    }
    if (policy->expire == KINAMO_EXPIRE_NEVER) {
        return keep(KINAMO_POP3_KEEP, KINAMO_POP3_CAUSE_TOO_YOUNG);
    }
    if (policy->keep_flagged && message->flagged) {
        /* Once the flag is gone, the days count. */
        return keep(policy->expire > 0 ? KINAMO_POP3_MARK : KINAMO_POP3_KEEP,
                    KINAMO_POP3_CAUSE_FLAGGED);
    }
    if (policy->expire > 0) {
        if (!message->saved_known) {
            return keep(KINAMO_POP3_MARK, KINAMO_POP3_CAUSE_UNKNOWN_DATE);
        }
        if (now - message->saved < (int64_t)policy->expire * SECONDS_PER_DAY) {
            return keep(KINAMO_POP3_MARK, KINAMO_POP3_CAUSE_TOO_YOUNG);
        }
    }
    return (struct kinamo_pop3_decision){.action = KINAMO_POP3_REMOVE};
}

static bool differs(const char *name, const char *username)
{
    return name != NULL && *name != '\0' && strcasecmp(name, username) != 0;
}

/* An operator may set the field master_user to the user's own name, so that access control lists
   take a master user for the owner; who authenticated then still differs. Without that field, a
   different name is only another spelling of the user's. */
bool kinamo_is_master_login(const char *username, const char *master_user, const char *auth_user)
{
    return master_user != NULL && *master_user != '\0' &&
           (differs(master_user, username) || differs(auth_user, username));
}

enum kinamo_mode kinamo_pop3_session_mode(const struct kinamo_pop3_session_facts *facts,
                                          const char **reason_r)
{
    *reason_r = NULL;
    if (facts->mode != KINAMO_MODE_OFF &&
        kinamo_is_master_login(facts->username, facts->master_user, facts->auth_user)) {
        *reason_r = "master_user";
        return KINAMO_MODE_OFF;
    }
    if (facts->mode != KINAMO_MODE_ENFORCE) {
        return facts->mode;
    }
    if (facts->delete_by_flag) {
        *reason_r = "pop3_delete_type";
        return KINAMO_MODE_OBSERVE;
    }
    if (strcasecmp(facts->destination, "INBOX") == 0) {
        *reason_r = "kinamo_pop3_destination";
        return KINAMO_MODE_OBSERVE;
    }
    return KINAMO_MODE_ENFORCE;
}
