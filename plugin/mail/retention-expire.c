/* Removing what was downloaded and has had its days, where nobody fetches any more.

   This is the other road, besides QUIT, on which this product takes mail away, and it goes by the
   same decision. Only a message that carries the mark of an earlier QUIT is looked at: it was
   delivered whole to a POP3 client, which was told at that time that it stays for so many days. */
#include "lib.h"
#include "array.h"
#include "file-lock.h"
#include "ioloop.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "mail-user.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/retention-destination.h"
#include "plugin/mail/retention-expire.h"
#include "plugin/mail/retention-policy.h"
#include "plugin/mail/retention-verdict.h"

struct expiry {
    struct mail_user *user;
    struct kinamo_pop3_policy policy;
    struct kinamo_pop3_verdict *verdict; /* NULL before the INBOX was opened */
    struct kinamo_expire_result *result;
    bool removes;
};

static enum kinamo_mode mode_of(struct mail_user *user, const struct kinamo_settings *settings,
                                bool only_observe)
{
    const struct kinamo_pop3_session_facts facts = {
        .mode = kinamo_settings_mode(settings, KINAMO_SETTING_POP3_MODE),
        .username = user->username,
        .destination = kinamo_settings_text(settings, KINAMO_SETTING_POP3_DESTINATION),
    };
    const char *reason;
    enum kinamo_mode mode = kinamo_pop3_session_mode(&facts, &reason);

    return mode == KINAMO_MODE_ENFORCE && only_observe ? KINAMO_MODE_OBSERVE : mode;
}

static void report(const struct expiry *expiry, struct event **begun)
{
    const struct kinamo_expire_result *result = expiry->result;
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_pop3_expired");
    kinamo_record_text(&record, "user", expiry->user->username);
    kinamo_record_text(&record, "mode", kinamo_mode_name(result->mode));
    kinamo_record_number(&record, "due", result->due);
    kinamo_record_number(&record, "removed", result->removed);
    kinamo_record_number(&record, "kept", result->kept);
    if (*result->destination != '\0') {
        kinamo_record_text(&record, "destination", result->destination);
    }
    kinamo_event_end_info(begun, &record);
}

/* Only what bears the mark is looked at. */
static int judge(struct expiry *expiry, struct mailbox_transaction_context *trans)
{
    struct mail_search_context *search = kinamo_pop3_search_marked(trans);
    struct mail *mail;

    if (search == NULL) {
        return 0;
    }
    while (mailbox_search_next(search, &mail)) {
        struct kinamo_pop3_message message = {.marked = true};

        kinamo_pop3_verdict_judge(expiry->verdict, mail, 0, &message);
    }
    return mailbox_search_deinit(&search);
}

static void expunge(struct expiry *expiry, struct mailbox_transaction_context *trans)
{
    struct mail *mail = mail_alloc(trans, 0, NULL);
    const struct kinamo_pop3_going *going;

    array_foreach(&expiry->verdict->going, going)
    {
        if (mail_set_uid(mail, going->uid)) {
            mail_expunge(mail);
        }
    }
    mail_free(&mail);
}

/* The copies are committed before an original is touched: whoever is killed in between leaves a
   message twice, never nowhere, and the next run goes on. */
static int remove_due(struct expiry *expiry, struct mailbox_transaction_context **trans)
{
    const char *destination = expiry->result->destination;
    struct mailbox *box = (*trans)->box;
    struct file_lock *lock = NULL;
    int ret;

    if (*destination != '\0' && kinamo_pop3_destination_lock(box, expiry->verdict, &lock)) {
        kinamo_pop3_destination_copy(expiry->user, destination, *trans, expiry->verdict);
    }
    expunge(expiry, *trans);
    ret = mailbox_transaction_commit(trans);
    if (mailbox_sync(box, 0) < 0) {
        ret = -1;
    }
    if (ret == 0) {
        expiry->result->removed = kinamo_pop3_verdict_settle(expiry->verdict, box);
    }
    if (lock != NULL) {
        file_lock_free(&lock);
    }
    return ret;
}

static int expire_box(struct expiry *expiry, struct mailbox *box)
{
    struct kinamo_expire_result *result = expiry->result;
    struct mailbox_transaction_context *trans = mailbox_transaction_begin(box, 0, "kinamo expire");
    int ret;

    expiry->verdict = kinamo_pop3_verdict_begin(&expiry->policy, box);
    ret = judge(expiry, trans);
    result->due = array_count(&expiry->verdict->going);
    if (ret == 0 && result->due > 0 && expiry->removes) {
        ret = remove_due(expiry, &trans);
    } else {
        mailbox_transaction_rollback(&trans);
    }
    result->kept = kinamo_pop3_verdict_report(expiry->user, expiry->verdict, TRUE);
    return ret;
}

/* Returns 1 if the INBOX was opened and synced, 0 if there is none, -1 on error. */
static int open_box(struct mailbox *box)
{
    enum mailbox_existence existence;

    if (mailbox_exists(box, FALSE, &existence) < 0) {
        return -1;
    }
    if (existence == MAILBOX_EXISTENCE_NONE) {
        return 0;
    }
    return mailbox_open(box) < 0 || mailbox_sync(box, 0) < 0 ? -1 : 1;
}

static int expire(struct expiry *expiry, const char **error_r)
{
    struct mail_namespace *ns = mail_namespace_find_inbox(expiry->user->namespaces);
    struct mailbox *box = mailbox_alloc(ns->list, "INBOX", 0);
    bool trouble = false;
    int ret = open_box(box);

    if (ret > 0) {
        ret = expire_box(expiry, box);
        trouble = kinamo_pop3_verdict_in_trouble(expiry->verdict);
    }
    if (ret < 0) {
        *error_r = t_strdup_printf("INBOX: %s (mend the storage, and try again)",
                                   mailbox_get_last_internal_error(box, NULL));
    } else if (trouble) { /* what others took or flagged meanwhile is none */
        *error_r =
            "what is due could not all be removed (the line before this one says why; mend it, "
            "and try again)";
        ret = -1;
    }
    mailbox_free(&box);
    return ret;
}

int kinamo_retention_expire(struct mail_user *user, bool only_observe, bool dry_run,
                            struct kinamo_expire_result *result_r, const char **error_r)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);
    struct expiry expiry = {.user = user, .result = result_r};
    struct event *begun;
    int ret;

    *result_r = (struct kinamo_expire_result){
        .mode = mode_of(user, settings, only_observe),
        .destination = kinamo_settings_text(settings, KINAMO_SETTING_POP3_DESTINATION),
    };
    kinamo_retention_policy(settings, &expiry.policy);
    if (!kinamo_retention_counts_days(&expiry.policy) || result_r->mode == KINAMO_MODE_OFF) {
        return 0;
    }
    begun = kinamo_event_begin(user->event);
    expiry.removes = result_r->mode == KINAMO_MODE_ENFORCE && !dry_run;
    ret = expire(&expiry, error_r);
    if (result_r->due > 0 && !dry_run) {
        report(&expiry, &begun);
    }
    event_unref(&begun);
    if (expiry.verdict != NULL) {
        kinamo_pop3_verdict_free(&expiry.verdict);
    }
    return ret < 0 ? -1 : 0;
}
