/* The removal at QUIT. There is one other road on which this product takes mail away, for what was
   fetched and never asked for again: plugin/mail/retention-expire.c.

   RFC 1939: without QUIT there is no UPDATE state, and nothing may go. Dovecot says QUIT in
   client->quit_seen and then commits the session's transaction; every other end of a session
   commits too, to save flags and sizes, so the removal hangs on both. It happens in that same
   transaction, so each message is wholly there or wholly gone, and the reply waits for it. */
#include "pop3-common.h"
#include "array.h"
#include "file-lock.h"
#include "mail-storage-private.h"

#include "plugin/compat/host-event.h"
#include "plugin/mail/retention-destination.h"
#include "plugin/pop3/pop3-quit.h"
#include "plugin/pop3/pop3-report.h"
#include "plugin/pop3/pop3-session.h"
#include "plugin/pop3/pop3-verdict.h"

#define QUIT_MAILBOX(box) MODULE_CONTEXT_REQUIRE(box, kinamo_pop3_storage_module)

struct quit_mailbox {
    union mailbox_module_context module_ctx;
    struct kinamo_pop3_session *session;

    /* From QUIT's commit to the end of the sync that follows it. */
    struct kinamo_pop3_verdict *verdict;
    struct event *begun;
    struct file_lock *lock;
    ARRAY_TYPE(uint32_t) leaving; /* UIDs that must not be there after the sync */
    bool committed;
};

static MODULE_CONTEXT_DEFINE_INIT(kinamo_pop3_storage_module, &mail_storage_module_register);

/* mailbox_transaction_commit() has taken the session's transaction away from the client when it
   calls us. A client that was told of an error at QUIT is disconnected and commits once more. */
static bool is_quit(const struct client *client)
{
    return client->quit_seen && client->trans == NULL && !client->disconnected &&
           !client->destroyed;
}

static void mark(struct mailbox_transaction_context *trans, struct mail *mail,
                 const ARRAY_TYPE(seq_range) * uids)
{
    static const char *const names[] = {KINAMO_POP3_KEYWORD, NULL};
    struct mail_keywords *keywords;
    struct seq_range_iter iter;
    uint32_t uid;

    if (array_count(uids) == 0 || mailbox_keywords_create(trans->box, names, &keywords) < 0) {
        return;
    }
    seq_range_array_iter_init(&iter, uids);
    for (unsigned int n = 0; seq_range_array_iter_nth(&iter, n, &uid); n++) {
        if (mail_set_uid(mail, uid)) {
            mail_update_keywords(mail, MODIFY_ADD, keywords);
        }
    }
    mailbox_keywords_unref(&keywords);
}

/* So that the client's reply and Dovecot's own log line count the message as deleted. */
static void count_as_deleted(struct client *client, uint32_t msgnum)
{
    uint32_t bit = msgnum - 1;

    if (client->deleted_bitmask == NULL) {
        client->deleted_bitmask = i_malloc(MSGS_BITMASK_SIZE(client));
    }
    client->deleted = TRUE;
    client->deleted_bitmask[bit / CHAR_BIT] |= (unsigned char)(1U << (bit % CHAR_BIT));
    client->deleted_count++;
    client->deleted_size += client->message_sizes[bit];
}

static void note_leaving_by_dele(struct quit_mailbox *qbox, struct mailbox *box)
{
    struct client *client = qbox->session->client;

    if (client->deleted_bitmask == NULL) {
        return;
    }
    for (uint32_t msgnum = 1; msgnum <= client->messages_count; msgnum++) {
        uint32_t uid;

        if (kinamo_pop3_is_deleted(client, msgnum)) {
            mail_index_lookup_uid(box->view, kinamo_pop3_session_seq(client, msgnum), &uid);
            array_push_back(&qbox->leaving, &uid);
        }
    }
}

static void note_leaving_but_kept(struct quit_mailbox *qbox, enum kinamo_pop3_cause cause)
{
    struct seq_range_iter iter;
    uint32_t uid;

    if (!array_is_created(&qbox->verdict->kept[cause])) {
        return;
    }
    seq_range_array_iter_init(&iter, &qbox->verdict->kept[cause]);
    for (unsigned int n = 0; seq_range_array_iter_nth(&iter, n, &uid); n++) {
        array_push_back(&qbox->leaving, &uid);
    }
}

static void expunge(struct quit_mailbox *qbox, struct mail *mail)
{
    const struct kinamo_pop3_going *going;

    array_foreach(&qbox->verdict->going, going)
    {
        if (!mail_set_uid(mail, going->uid)) {
            continue;
        }
        mail_expunge(mail);
        array_push_back(&qbox->leaving, &going->uid);
        if (going->msgnum != 0) {
            count_as_deleted(qbox->session->client, going->msgnum);
        }
    }
}

static void enforce(struct quit_mailbox *qbox, struct mailbox_transaction_context *trans)
{
    struct mail *mail;

    p_array_init(&qbox->leaving, qbox->verdict->pool, 16);
    note_leaving_by_dele(qbox, trans->box);
    if (*qbox->session->destination != '\0' && array_count(&qbox->verdict->going) > 0 &&
        kinamo_pop3_destination_lock(trans->box, qbox->verdict, &qbox->lock)) {
        kinamo_pop3_destination_copy(trans->box->storage->user, qbox->session->destination, trans,
                                     qbox->verdict);
    }
    note_leaving_but_kept(qbox, KINAMO_POP3_CAUSE_NOT_COPIED);
    note_leaving_but_kept(qbox, KINAMO_POP3_CAUSE_NOT_LOCKED);
    mail = mail_alloc(trans, 0, NULL);
    expunge(qbox, mail);
    mark(trans, mail, &qbox->verdict->marking);
    mail_free(&mail);
}

static void finish(struct quit_mailbox *qbox)
{
    if (qbox->lock != NULL) {
        file_lock_free(&qbox->lock);
    }
    if (qbox->verdict != NULL) {
        kinamo_pop3_verdict_free(&qbox->verdict);
    }
    event_unref(&qbox->begun);
    qbox->committed = FALSE;
}

static int quit_transaction_commit(struct mailbox_transaction_context *trans,
                                   struct mail_transaction_commit_changes *changes_r)
{
    struct quit_mailbox *qbox = QUIT_MAILBOX(trans->box);
    int ret;

    if (qbox->verdict != NULL || !is_quit(qbox->session->client)) {
        return qbox->module_ctx.super.transaction_commit(trans, changes_r);
    }
    qbox->begun = kinamo_event_begin(qbox->session->client->user->event);
    qbox->verdict = kinamo_pop3_verdict_reach(qbox->session, trans);
    if (qbox->session->mode == KINAMO_MODE_ENFORCE) {
        enforce(qbox, trans);
    }
    ret = qbox->module_ctx.super.transaction_commit(trans, changes_r);
    if (qbox->session->mode == KINAMO_MODE_ENFORCE && ret < 0) {
        kinamo_pop3_verdict_keep_all(qbox->verdict, KINAMO_POP3_CAUSE_NOT_REMOVED);
    }
    if (qbox->session->mode != KINAMO_MODE_ENFORCE || ret < 0) {
        kinamo_pop3_report(qbox->session, qbox->verdict,
                           ret < 0 ? 0 : array_count(&qbox->verdict->going), &qbox->begun);
        finish(qbox);
    } else {
        qbox->committed = TRUE;
    }
    return ret;
}

static bool is_there(struct mailbox *box, uint32_t uid)
{
    uint32_t seq;

    return mail_index_lookup_seq(box->view, uid, &seq);
}

/* What QUIT's sync has left. Returns how many messages had to go and are still there. */
static unsigned int settle(struct quit_mailbox *qbox, struct mailbox *box)
{
    unsigned int removed = kinamo_pop3_verdict_settle(qbox->verdict, box);
    unsigned int left = 0;
    uint32_t uid;

    array_foreach_elem(&qbox->leaving, uid)
    {
        if (is_there(box, uid)) {
            left++;
        }
    }
    kinamo_pop3_report(qbox->session, qbox->verdict, removed, &qbox->begun);
    return left;
}

/* Dovecot ends a sync well although a message could not be removed, for instance because unlink()
   failed; QUIT would say +OK. */
static int quit_sync_deinit(struct mailbox_sync_context *ctx, struct mailbox_sync_status *status_r)
{
    struct mailbox *box = ctx->box;
    struct quit_mailbox *qbox = QUIT_MAILBOX(box);
    int ret = qbox->module_ctx.super.sync_deinit(ctx, status_r);

    if (!qbox->committed) {
        return ret;
    }
    if (settle(qbox, box) > 0 && ret == 0) {
        mail_storage_set_error(box->storage, MAIL_ERROR_TEMP, "Some deleted messages not removed.");
        ret = -1;
    }
    finish(qbox);
    return ret;
}

static void quit_free(struct mailbox *box)
{
    struct quit_mailbox *qbox = QUIT_MAILBOX(box);

    finish(qbox);
    i_free(qbox->session->slots);
    qbox->module_ctx.super.free(box);
    i_free(qbox);
}

/* Not through box->vlast, where later plugins come inside of earlier ones: lazy_expunge must not
   have finished with a transaction before the messages are expunged. */
void kinamo_pop3_quit_mailbox_opened(struct mailbox *box)
{
    struct kinamo_pop3_session *session = kinamo_pop3_session_of_maildrop(box);
    struct quit_mailbox *qbox;

    if (session == NULL || MODULE_CONTEXT(box, kinamo_pop3_storage_module) != NULL) {
        return;
    }
    qbox = i_new(struct quit_mailbox, 1);
    qbox->session = session;
    qbox->module_ctx.super = box->v;
    box->v.transaction_commit = quit_transaction_commit;
    box->v.sync_deinit = quit_sync_deinit;
    box->v.free = quit_free;
    MODULE_CONTEXT_SET(box, kinamo_pop3_storage_module, qbox);
}
