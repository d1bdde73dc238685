/* What QUIT decides, message by message: the facts are collected here, the core decides. */
#include "pop3-common.h"
#include "mail-storage-private.h"

#include "plugin/mail/retention-policy.h"
#include "plugin/pop3/pop3-input.h"
#include "plugin/pop3/pop3-session.h"
#include "plugin/pop3/pop3-verdict.h"

bool kinamo_pop3_is_deleted(const struct client *client, uint32_t msgnum)
{
    uint32_t bit = msgnum - 1;

    return client->deleted_bitmask != NULL && msgnum > 0 &&
           (client->deleted_bitmask[bit / CHAR_BIT] & (1U << (bit % CHAR_BIT))) != 0;
}

static void judge_transferred(struct kinamo_pop3_session *session,
                              struct kinamo_pop3_verdict *verdict, struct mail *mail)
{
    struct client *client = session->client;
    uoff_t flushed = kinamo_pop3_flushed_offset(&session->flushed);
    uoff_t last_reset = kinamo_pop3_input_last_reset(session->input);
    const struct kinamo_pop3_slot *slot;

    for (uint32_t msgnum = session->first_slot; msgnum != 0; msgnum = slot->next) {
        struct kinamo_pop3_message message = {0};

        slot = &session->slots[msgnum];
        message.transfer = slot->cause;
        message.reset = slot->command_end < last_reset;
        message.flushed = slot->reply_end <= flushed;
        if (message.transfer == KINAMO_POP3_NO_CAUSE && !message.reset) {
            verdict->retrieved++;
        }
        if (!kinamo_pop3_is_deleted(client, msgnum) && mail_set_uid(mail, slot->uid)) {
            kinamo_pop3_verdict_judge(verdict, mail, msgnum, &message);
        }
    }
}

/* The number that the client knows a message by; only Maildir with an order of its own has a map.
 */
static uint32_t msgnum_of(const struct client *client, uint32_t seq)
{
    for (uint32_t i = 0; i < client->msgnum_to_seq_map_count; i++) {
        if (client->msgnum_to_seq_map[i] == seq) {
            return i + 1;
        }
    }
    return seq > client->msgnum_to_seq_map_count && seq <= client->messages_count ? seq : 0;
}

static bool was_transferred(const struct kinamo_pop3_session *session, uint32_t msgnum)
{
    return msgnum > 0 && session->slots != NULL && session->slots[msgnum].uid != 0;
}

static void judge_marked(struct kinamo_pop3_session *session, struct kinamo_pop3_verdict *verdict,
                         struct mailbox_transaction_context *trans)
{
    struct mail_search_context *ctx = kinamo_pop3_search_marked(trans);
    struct mail *mail;

    if (ctx == NULL) {
        return;
    }
    while (mailbox_search_next(ctx, &mail)) {
        uint32_t msgnum = msgnum_of(session->client, mail->seq);

        if (!was_transferred(session, msgnum) && !kinamo_pop3_is_deleted(session->client, msgnum)) {
            kinamo_pop3_verdict_judge_waiting(verdict, mail, msgnum);
        }
    }
    (void)mailbox_search_deinit(&ctx);
}

struct kinamo_pop3_verdict *kinamo_pop3_verdict_reach(struct kinamo_pop3_session *session,
                                                      struct mailbox_transaction_context *trans)
{
    struct kinamo_pop3_verdict *verdict = kinamo_pop3_verdict_begin(&session->policy, trans->box);
    struct mail *mail = mail_alloc(trans, 0, NULL);

    judge_transferred(session, verdict, mail);
    mail_free(&mail);
    if (kinamo_retention_counts_days(&session->policy)) {
        judge_marked(session, verdict, trans);
    }
    return verdict;
}
