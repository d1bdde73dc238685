/* What QUIT decides, message by message: the facts are collected here, the core decides. */
#include "pop3-common.h"
#include "array.h"
#include "ioloop.h"
#include "ostream.h"
#include "mail-search-build.h"
#include "mail-storage-private.h"

#include "kinamo/settings.h"
#include "plugin/pop3/pop3-input.h"
#include "plugin/pop3/pop3-session.h"
#include "plugin/pop3/pop3-verdict.h"

static bool days_count(const struct kinamo_pop3_policy *policy)
{
    return policy->expire > 0 && policy->expire != KINAMO_EXPIRE_NEVER;
}

bool kinamo_pop3_is_deleted(const struct client *client, uint32_t msgnum)
{
    uint32_t bit = msgnum - 1;

    return client->deleted_bitmask != NULL && msgnum > 0 &&
           (client->deleted_bitmask[bit / CHAR_BIT] & (1U << (bit % CHAR_BIT))) != 0;
}

static void collect_facts(const struct kinamo_pop3_policy *policy, struct mail *mail,
                          struct kinamo_pop3_message *message)
{
    time_t saved;

    if (policy->keep_flagged) {
        message->flagged = (mail_get_flags(mail) & MAIL_FLAGGED) != 0;
    }
    /* 0 stands for another date, such as INTERNALDATE, in place of the save date. */
    if (days_count(policy) && mail_get_save_date(mail, &saved) > 0) {
        message->saved_known = true;
        message->saved = saved;
    }
}

void kinamo_pop3_verdict_keep(struct kinamo_pop3_verdict *verdict, uint32_t uid,
                              enum kinamo_pop3_cause cause)
{
    ARRAY_TYPE(seq_range) *kept = &verdict->kept[cause];

    if (!array_is_created(kept)) {
        p_array_init(kept, verdict->pool, 8);
    }
    seq_range_array_add(kept, uid);
}

void kinamo_pop3_verdict_keep_all(struct kinamo_pop3_verdict *verdict, enum kinamo_pop3_cause cause)
{
    const struct kinamo_pop3_going *going;

    array_foreach(&verdict->going, going)
    {
        kinamo_pop3_verdict_keep(verdict, going->uid, cause);
    }
    array_clear(&verdict->going);
}

static void judge(struct kinamo_pop3_session *session, struct kinamo_pop3_verdict *verdict,
                  struct mail *mail, uint32_t msgnum, struct kinamo_pop3_message *message)
{
    const struct kinamo_pop3_going going = {.uid = mail->uid, .msgnum = msgnum};
    struct kinamo_pop3_decision decision;

    collect_facts(&session->policy, mail, message);
    decision = kinamo_pop3_decide(&session->policy, message, ioloop_time);
    switch (decision.action) {
    case KINAMO_POP3_REMOVE:
        array_push_back(&verdict->going, &going);
        return;
    case KINAMO_POP3_MARK:
        if (!message->marked) {
            seq_range_array_add(&verdict->marking, mail->uid);
        }
        break;
    case KINAMO_POP3_KEEP:
        break;
    }
    kinamo_pop3_verdict_keep(verdict, mail->uid, decision.cause);
}

static void judge_transferred(struct kinamo_pop3_session *session,
                              struct kinamo_pop3_verdict *verdict, struct mail *mail)
{
    struct client *client = session->client;
    uoff_t flushed = client->output->offset - o_stream_get_buffer_used_size(client->output);
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
            judge(session, verdict, mail, msgnum, &message);
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

static struct mail_search_context *search_marked(struct mailbox_transaction_context *trans)
{
    struct mail_search_args *args = mail_search_build_init();
    struct mail_search_context *ctx;

    mail_search_build_add(args, SEARCH_KEYWORDS)->value.str =
        p_strdup(args->pool, KINAMO_POP3_KEYWORD);
    mail_search_args_init(args, trans->box, FALSE, NULL);
    ctx = mailbox_search_init(trans, args, NULL, 0, NULL);
    mail_search_args_unref(&args);
    return ctx;
}

static bool was_transferred(const struct kinamo_pop3_session *session, uint32_t msgnum)
{
    return msgnum > 0 && session->slots != NULL && session->slots[msgnum].uid != 0;
}

static void judge_marked(struct kinamo_pop3_session *session, struct kinamo_pop3_verdict *verdict,
                         struct mailbox_transaction_context *trans)
{
    struct mail_search_context *ctx;
    struct mail *mail;
    unsigned int keyword;

    if (!mail_index_keyword_lookup(trans->box->index, KINAMO_POP3_KEYWORD, &keyword)) {
        return;
    }
    ctx = search_marked(trans);
    while (mailbox_search_next(ctx, &mail)) {
        struct kinamo_pop3_message message = {.marked = true};
        uint32_t msgnum = msgnum_of(session->client, mail->seq);

        if (!was_transferred(session, msgnum) && !kinamo_pop3_is_deleted(session->client, msgnum)) {
            judge(session, verdict, mail, msgnum, &message);
        }
    }
    (void)mailbox_search_deinit(&ctx);
}

struct kinamo_pop3_verdict *kinamo_pop3_verdict_reach(struct kinamo_pop3_session *session,
                                                      struct mailbox_transaction_context *trans)
{
    pool_t pool = pool_alloconly_create("kinamo pop3 verdict", 1024);
    struct kinamo_pop3_verdict *verdict = p_new(pool, struct kinamo_pop3_verdict, 1);
    struct mail *mail = mail_alloc(trans, 0, NULL);

    verdict->pool = pool;
    p_array_init(&verdict->going, pool, 16);
    p_array_init(&verdict->marking, pool, 16);
    judge_transferred(session, verdict, mail);
    mail_free(&mail);
    if (days_count(&session->policy)) {
        judge_marked(session, verdict, trans);
    }
    return verdict;
}
