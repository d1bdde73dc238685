/* What the log and the metrics learn at QUIT. */
#include "pop3-common.h"
#include "array.h"
#include "imap-seqset.h"
#include "imap-util.h"
#include "ioloop.h"
#include "str.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/imap-use.h"
#include "plugin/mail/notice-deferred.h"
#include "plugin/pop3/pop3-report.h"
#include "plugin/pop3/pop3-session.h"
#include "plugin/pop3/pop3-verdict.h"

/* The rest is Dovecot's, or the policy's everyday. */
static bool is_trouble(enum kinamo_pop3_cause cause)
{
    return cause == KINAMO_POP3_CAUSE_NOT_COPIED || cause == KINAMO_POP3_CAUSE_NOT_LOCKED ||
           cause == KINAMO_POP3_CAUSE_NOT_REMOVED;
}

static void report_kept(struct kinamo_pop3_session *session, enum kinamo_pop3_cause cause,
                        const ARRAY_TYPE(seq_range) * uids)
{
    struct kinamo_record record;
    string_t *set = t_str_new(128);

    imap_write_seq_range(set, uids);
    kinamo_record_init(&record, "kinamo_pop3_kept");
    kinamo_record_text(&record, "user", session->client->user->username);
    kinamo_record_text(&record, "cause", kinamo_pop3_cause_name(cause));
    kinamo_record_number(&record, "count", seq_range_count(uids));
    kinamo_record_text(&record, "uids", str_c(set));
    if (is_trouble(cause)) {
        kinamo_event_error(session->client->user->event, &record);
    } else {
        kinamo_event_info(session->client->user->event, &record);
    }
}

static unsigned int report_all_kept(struct kinamo_pop3_session *session,
                                    const struct kinamo_pop3_verdict *verdict)
{
    unsigned int count = 0;

    for (int cause = 0; cause < KINAMO_POP3_CAUSE_COUNT; cause++) {
        const ARRAY_TYPE(seq_range) *uids = &verdict->kept[cause];

        if (cause != KINAMO_POP3_CAUSE_NOT_RETRIEVED && array_is_created(uids)) {
            report_kept(session, (enum kinamo_pop3_cause)cause, uids);
            count += seq_range_count(uids);
        }
    }
    return count;
}

static void report_notice(struct mail_user *user, enum kinamo_notice_result result)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_pop3_notice");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "result", kinamo_notice_result_name(result));
    kinamo_event_info(user->event, &record);
}

/* Mode warn: once, that what was downloaded now will be removed one day (RFC 1939 8). */
static void notify(const struct kinamo_pop3_session *session)
{
    kinamo_notice_at_end(session->client->user, KINAMO_NOTICE_POP3_REMOVAL, 0, "days",
                         t_strdup_printf("%llu", (unsigned long long)session->policy.expire),
                         report_notice);
}

void kinamo_pop3_report(struct kinamo_pop3_session *session, struct kinamo_pop3_verdict *verdict,
                        unsigned int removed)
{
    struct mail_user *user = session->client->user;
    struct kinamo_record record;
    unsigned int kept = report_all_kept(session, verdict);

    if (verdict->retrieved == 0 && removed == 0 && kept == 0) {
        return;
    }
    kinamo_record_init(&record, "kinamo_pop3_quit");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "mode", kinamo_mode_name(session->mode));
    kinamo_record_number(&record, "retrieved", verdict->retrieved);
    kinamo_record_number(&record, session->mode == KINAMO_MODE_ENFORCE ? "removed" : "would_remove",
                         removed);
    kinamo_record_number(&record, "kept", kept);
    if (*session->destination != '\0') {
        kinamo_record_text(&record, "destination", session->destination);
    }
    if (session->mode != KINAMO_MODE_ENFORCE) {
        kinamo_record_text(&record, "imap", kinamo_imap_use_recent(user, ioloop_time));
    }
    kinamo_event_info(user->event, &record);
    if (session->mode == KINAMO_MODE_WARN && removed > 0) {
        notify(session);
    }
}
