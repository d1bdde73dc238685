/* Looks at copies before the originals go. When sdbox and mdbox cannot finish the sync that ends a
   commit, they remove the files just saved, and the commit still counts as done: see
   sdbox_transaction_save_commit_post(). */
#include "lib.h"
#include "array.h"
#include "istream.h"
#include "mail-storage-private.h"

#include "plugin/mail/retention-copies.h"

static bool lacks(struct mailbox *box, const char *what)
{
    mail_storage_set_error(box->storage, MAIL_ERROR_TEMP, what);
    return false;
}

static bool can_be_opened(struct mail *mail, uint32_t uid)
{
    struct istream *stream;

    if (!mail_set_uid(mail, uid)) {
        return lacks(mail->box, t_strdup_printf("the copy with UID %u is not there", uid));
    }
    return mail_get_stream(mail, NULL, NULL, &stream) == 0;
}

static bool can_all_be_opened(struct mail *mail, const ARRAY_TYPE(seq_range) * uids)
{
    struct seq_range_iter iter;
    uint32_t uid;

    seq_range_array_iter_init(&iter, uids);
    for (unsigned int n = 0; seq_range_array_iter_nth(&iter, n, &uid); n++) {
        if (!can_be_opened(mail, uid)) {
            return false;
        }
    }
    return true;
}

bool kinamo_pop3_copies_are_there(struct mailbox *box,
                                  const struct mail_transaction_commit_changes *changes,
                                  unsigned int count)
{
    struct mailbox_transaction_context *trans;
    struct mail *mail;
    bool there;

    if (seq_range_count(&changes->saved_uids) != count) {
        return lacks(box, "the storage does not say which UIDs the copies have");
    }
    if (mailbox_sync(box, MAILBOX_SYNC_FLAG_FAST) < 0) {
        return false;
    }
    trans = mailbox_transaction_begin(box, 0, "kinamo pop3");
    mail = mail_alloc(trans, 0, NULL);
    there = can_all_be_opened(mail, &changes->saved_uids);
    mail_free(&mail);
    mailbox_transaction_rollback(&trans);
    return there;
}
