/* Messages of ours in INBOX: saved without a transfer agent, fork or Sieve; removed by GUID. */
#include "lib.h"
#include "guid.h"
#include "ioloop.h"
#include "istream.h"
#include "mail-namespace.h"
#include "mail-search-build.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-quota.h"
#include "plugin/mail/notice-inbox.h"

void kinamo_inbox_new_guid(char guid_r[KINAMO_GUID_LENGTH + 1])
{
    guid_128_t guid;

    guid_128_generate(guid);
    (void)i_strocpy(guid_r, guid_128_to_string(guid), KINAMO_GUID_LENGTH + 1);
}

static struct mailbox *open_inbox(struct mail_user *user, enum mailbox_flags flags,
                                  const char **error_r)
{
    struct mail_namespace *ns = mail_namespace_find_inbox(user->namespaces);
    struct mailbox *box = mailbox_alloc(ns->list, "INBOX", flags);

    if (mailbox_open(box) < 0) {
        *error_r = t_strdup(mailbox_get_last_internal_error(box, NULL));
        mailbox_free(&box);
    }
    return box;
}

static int save(struct mailbox *box, const char *guid, struct istream *input)
{
    struct mailbox_transaction_context *trans =
        mailbox_transaction_begin(box, MAILBOX_TRANSACTION_FLAG_EXTERNAL, __func__);
    struct mail_save_context *ctx = mailbox_save_alloc(trans);
    bool failed = false;

    mailbox_save_set_guid(ctx, guid);
    mailbox_save_set_received_date(ctx, ioloop_time, 0);
    if (mailbox_save_begin(&ctx, input) < 0) {
        mailbox_transaction_rollback(&trans);
        return -1;
    }
    do {
        failed = mailbox_save_continue(ctx) < 0;
    } while (!failed && i_stream_read(input) > 0);
    if (failed) {
        mailbox_save_cancel(&ctx);
    } else {
        failed = mailbox_save_finish(&ctx) < 0;
    }
    if (failed) {
        mailbox_transaction_rollback(&trans);
        return -1;
    }
    return mailbox_transaction_commit(&trans);
}

int kinamo_inbox_save(struct mail_user *user, const char *guid, const void *message, size_t size,
                      const char **error_r)
{
    struct mailbox *box =
        open_inbox(user, MAILBOX_FLAG_SAVEONLY | MAILBOX_FLAG_POST_SESSION, error_r);
    struct kinamo_quota_lift lift;
    struct istream *input;
    int ret;

    if (box == NULL) {
        return -1;
    }
    input = i_stream_create_from_data(message, size);
    kinamo_host_quota_lift(user, &lift);
    ret = save(box, guid, input);
    kinamo_host_quota_restore(&lift);
    if (ret < 0) {
        *error_r = t_strdup(mailbox_get_last_internal_error(box, NULL));
    }
    i_stream_unref(&input);
    mailbox_free(&box);
    return ret;
}

/* Call action for each message with this GUID: one, or none. Returns their number, or -1. */
static int for_guid(struct mailbox *box, const char *guid, void (*action)(struct mail *mail))
{
    struct mailbox_transaction_context *trans = mailbox_transaction_begin(box, 0, __func__);
    struct mail_search_args *args = mail_search_build_init();
    struct mail_search_context *search;
    struct mail *mail;
    int count = 0;

    mail_search_build_add(args, SEARCH_GUID)->value.str = p_strdup(args->pool, guid);
    search = mailbox_search_init(trans, args, NULL, 0, NULL);
    mail_search_args_unref(&args);
    while (mailbox_search_next(search, &mail)) {
        action(mail);
        count++;
    }
    if (mailbox_search_deinit(&search) < 0) {
        mailbox_transaction_rollback(&trans);
        return -1;
    }
    return mailbox_transaction_commit(&trans) < 0 ? -1 : count;
}

static void do_nothing(struct mail *mail ATTR_UNUSED)
{
}

bool kinamo_inbox_has(struct mail_user *user, const char *guid)
{
    const char *error;
    struct mailbox *box = open_inbox(user, MAILBOX_FLAG_READONLY, &error);
    bool found;

    if (box == NULL) {
        return false;
    }
    found = mailbox_sync(box, 0) == 0 && for_guid(box, guid, do_nothing) > 0;
    mailbox_free(&box);
    return found;
}

/* The only road by which a notice removes mail. The GUID is one that this plugin made up, saved
   under and wrote into the operator's dict, so no message of anybody else has it; a header could be
   forged. A message that was read, flagged or answered is the user's and stays. */
static void expunge_unread(struct mail *mail)
{
    if ((mail_get_flags(mail) & (MAIL_SEEN | MAIL_FLAGGED | MAIL_ANSWERED)) == 0) {
        mail_expunge(mail);
    }
}

static void forget_but_last(struct kinamo_notice_state *state, unsigned int keep)
{
    unsigned int dropped = state->guid_count - keep;

    memmove(state->guid[0], state->guid[dropped], keep * sizeof(state->guid[0]));
    state->guid_count = keep;
}

int kinamo_inbox_replace(struct mail_user *user, struct kinamo_notice_state *state,
                         unsigned int keep, const char **error_r)
{
    struct mailbox *box;
    int ret;

    if (state->guid_count <= keep) {
        return 0;
    }
    box = open_inbox(user, 0, error_r);
    if (box == NULL) {
        return -1;
    }
    ret = mailbox_sync(box, 0);
    for (unsigned int i = 0; i < state->guid_count - keep && ret == 0; i++) {
        ret = for_guid(box, state->guid[i], expunge_unread) < 0 ? -1 : 0;
    }
    if (ret == 0) {
        ret = mailbox_sync(box, 0);
    }
    if (ret < 0) {
        *error_r = t_strdup(mailbox_get_last_internal_error(box, NULL));
    } else {
        forget_but_last(state, keep);
    }
    mailbox_free(&box);
    return ret;
}
