/* What the log and the metrics learn at QUIT. */
#include "pop3-common.h"
#include "array.h"
#include "ioloop.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/imap-use.h"
#include "plugin/mail/notice-deferred.h"
#include "plugin/mail/retention-policy.h"
#include "plugin/pop3/pop3-report.h"
#include "plugin/pop3/pop3-session.h"
#include "plugin/pop3/pop3-verdict.h"

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

/* Where the days are counted, enforce would mark today what it removes one day. */
static void record_would(struct kinamo_record *record, const struct kinamo_pop3_session *session,
                         unsigned int would_remove, unsigned int would_mark)
{
    kinamo_record_number(record, "would_remove", would_remove);
    if (kinamo_retention_counts_days(&session->policy)) {
        kinamo_record_number(record, "would_mark", would_mark);
    }
}

void kinamo_pop3_report(struct kinamo_pop3_session *session, struct kinamo_pop3_verdict *verdict,
                        unsigned int removed, struct event **begun)
{
    struct mail_user *user = session->client->user;
    struct kinamo_record record;
    unsigned int concerned = removed + seq_range_count(&verdict->marking);
    unsigned int kept = kinamo_pop3_verdict_report(user, verdict, FALSE);

    if (verdict->retrieved == 0 && removed == 0 && kept == 0) {
        return;
    }
    kinamo_record_init(&record, "kinamo_pop3_quit");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "mode", kinamo_mode_name(session->mode));
    kinamo_record_number(&record, "retrieved", verdict->retrieved);
    if (session->mode == KINAMO_MODE_ENFORCE) {
        kinamo_record_number(&record, "removed", removed);
    } else {
        record_would(&record, session, removed, concerned - removed);
    }
    kinamo_record_number(&record, "kept", kept);
    if (*session->destination != '\0') {
        kinamo_record_text(&record, "destination", session->destination);
    }
    if (session->mode != KINAMO_MODE_ENFORCE) {
        const char *imap = kinamo_imap_use_recent(user, ioloop_time);

        kinamo_record_text(&record, "imap", imap);
        if (concerned > 0 && strcmp(imap, "yes") == 0) {
            kinamo_event_who(user->event, "pop3", user->username, NULL);
        }
    }
    kinamo_event_end_info(begun, &record);
    if (session->mode == KINAMO_MODE_WARN && concerned > 0) {
        notify(session);
    }
}
