/* The mailbox that receives what is taken from the maildrop. The copies are committed and looked at
   before an original is touched: a crash in between leaves a message twice, never nowhere. */
#include "lib.h"
#include "array.h"
#include "file-lock.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "mail-user.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/retention-copies.h"
#include "plugin/mail/retention-destination.h"
#include "plugin/mail/retention-verdict.h"

#define LOCK_NAME "kinamo-pop3.lock"
/* A client waits some minutes for the answer to QUIT. */
#define LOCK_SECS 60

bool kinamo_pop3_destination_lock(struct mailbox *box, struct kinamo_pop3_verdict *verdict,
                                  struct file_lock **lock_r)
{
    const char *error;

    if (mailbox_lock_file_create(box, LOCK_NAME, LOCK_SECS, lock_r, &error) > 0) {
        return TRUE;
    }
    e_error(box->event, "kinamo: %s cannot be locked, what was downloaded stays: %s", LOCK_NAME,
            error);
    kinamo_pop3_verdict_keep_all(verdict, KINAMO_POP3_CAUSE_NOT_LOCKED);
    return FALSE;
}

static void log_failure(struct mail_user *user, const char *destination, struct mailbox *box)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_pop3_destination_failed");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "destination", destination);
    kinamo_record_text(&record, "error", mailbox_get_last_internal_error(box, NULL));
    kinamo_event_error(user->event, &record);
}

static int open_or_create(struct mailbox *box)
{
    if (mailbox_open(box) == 0) {
        return 0;
    }
    if (mailbox_get_last_mail_error(box) != MAIL_ERROR_NOTFOUND) {
        return -1;
    }
    if (mailbox_create(box, NULL, FALSE) < 0 &&
        mailbox_get_last_mail_error(box) != MAIL_ERROR_EXISTS) {
        return -1;
    }
    (void)mailbox_set_subscribed(box, TRUE);
    return mailbox_open(box);
}

/* The mark stays behind: whoever takes the message back into the INBOX has not fetched it since. */
static void copy_flags(struct mail_save_context *save, struct mail *mail)
{
    struct mailbox *box = save->transaction->box;
    const char *const *names = mail_get_keywords(mail);
    ARRAY_TYPE(const_string) own;
    struct mail_keywords *keywords;

    t_array_init(&own, 8);
    for (; *names != NULL; names++) {
        if (strcasecmp(*names, KINAMO_POP3_KEYWORD) != 0) {
            array_push_back(&own, names);
        }
    }
    array_append_zero(&own);
    keywords = mailbox_keywords_create_valid(box, array_front(&own));
    mailbox_save_set_flags(save, mail_get_flags(mail) & (enum mail_flags) ~MAIL_RECENT, keywords);
    mailbox_keywords_unref(&keywords);
}

static int copy_one(struct mailbox_transaction_context *dest, struct mail *mail)
{
    struct mail_save_context *save = mailbox_save_alloc(dest);

    T_BEGIN
    {
        copy_flags(save, mail);
    }
    T_END;
    return mailbox_copy(&save, mail);
}

/* Another session may have taken messages since this one began: this session's own view does not
   show that. */
static struct mail_index_view *fresh_view(struct mailbox *box)
{
    (void)mail_index_refresh(box->index);
    return mail_index_view_open(box->index);
}

static bool is_gone(struct mail_index_view *fresh, struct mail *mail, uint32_t uid)
{
    uint32_t seq;

    return !mail_index_lookup_seq(fresh, uid, &seq) || !mail_set_uid(mail, uid);
}

/* Drops what another session took since this one began, and what one has flagged while this one
   waited for the lock. */
static void drop_gone(struct kinamo_pop3_verdict *verdict, struct mail *mail)
{
    struct mail_index_view *fresh = fresh_view(mail->box);
    struct kinamo_pop3_going *going = array_front_modifiable(&verdict->going);
    unsigned int count = array_count(&verdict->going);
    unsigned int left = 0;

    for (unsigned int i = 0; i < count; i++) {
        if (!is_gone(fresh, mail, going[i].uid) &&
            !kinamo_pop3_verdict_keep_flagged(verdict, mail)) {
            going[left++] = going[i];
        }
    }
    array_delete(&verdict->going, left, count - left);
    mail_index_view_close(&fresh);
}

enum copied {
    COPIED,
    COPY_VANISHED, /* a message went away meanwhile and is not going any more */
    COPY_FAILED,
};

static enum copied copy_all(struct mailbox_transaction_context *dest, struct mail *mail,
                            struct kinamo_pop3_verdict *verdict)
{
    const struct kinamo_pop3_going *going;

    array_foreach(&verdict->going, going)
    {
        if (mail_set_uid(mail, going->uid) && copy_one(dest, mail) == 0) {
            continue;
        }
        if (!mail->expunged) {
            return COPY_FAILED;
        }
        array_delete(&verdict->going, array_foreach_idx(&verdict->going, going), 1);
        return COPY_VANISHED;
    }
    return COPIED;
}

static enum copied commit(struct mailbox_transaction_context *dest, unsigned int count)
{
    struct mailbox *box = dest->box;
    struct mail_transaction_commit_changes changes;
    bool there;

    if (mailbox_transaction_commit_get_changes(&dest, &changes) < 0) {
        return COPY_FAILED;
    }
    there = kinamo_pop3_copies_are_there(box, &changes, count);
    pool_unref(&changes.pool);
    return there ? COPIED : COPY_FAILED;
}

/* All or nothing: Dovecot cannot commit a transaction in which one copy failed. */
static enum copied try_copy(struct mailbox *box, struct mail *mail,
                            struct kinamo_pop3_verdict *verdict)
{
    struct mailbox_transaction_context *dest = mailbox_transaction_begin(
        box, MAILBOX_TRANSACTION_FLAG_EXTERNAL | MAILBOX_TRANSACTION_FLAG_ASSIGN_UIDS,
        "kinamo pop3");
    enum copied copied = copy_all(dest, mail, verdict);

    if (copied != COPIED) {
        mailbox_transaction_rollback(&dest);
        return copied;
    }
    return commit(dest, array_count(&verdict->going));
}

/* A copy into the maildrop would be downloaded again, and again. */
static bool is_maildrop(struct mailbox *box, const struct mail *mail)
{
    const char *path;
    const char *inbox_path;

    if (mailbox_get_path_to(box, MAILBOX_LIST_PATH_TYPE_MAILBOX, &path) <= 0 ||
        mailbox_get_path_to(mail->box, MAILBOX_LIST_PATH_TYPE_MAILBOX, &inbox_path) <= 0 ||
        strcmp(path, inbox_path) != 0) {
        return FALSE;
    }
    mail_storage_set_error(box->storage, MAIL_ERROR_PARAMS,
                           "kinamo_pop3_destination is INBOX by another name (name another "
                           "mailbox, or leave it empty)");
    return TRUE;
}

static bool copy_to(struct mailbox *box, struct mail *mail, struct kinamo_pop3_verdict *verdict)
{
    enum copied copied;

    if (open_or_create(box) < 0 || is_maildrop(box, mail)) {
        return FALSE;
    }
    drop_gone(verdict, mail);
    do {
        copied = try_copy(box, mail, verdict);
    } while (copied == COPY_VANISHED);
    return copied == COPIED;
}

void kinamo_pop3_destination_copy(struct mail_user *user, const char *destination,
                                  struct mailbox_transaction_context *trans,
                                  struct kinamo_pop3_verdict *verdict)
{
    struct mail_namespace *ns = mail_namespace_find(user->namespaces, destination);
    struct mailbox *box = mailbox_alloc(ns->list, destination, MAILBOX_FLAG_SAVEONLY);
    struct mail *mail = mail_alloc(trans, 0, NULL);

    if (!copy_to(box, mail, verdict)) {
        log_failure(user, destination, box);
        kinamo_pop3_verdict_keep_all(verdict, KINAMO_POP3_CAUSE_NOT_COPIED);
    }
    mail_free(&mail);
    mailbox_free(&box);
}
