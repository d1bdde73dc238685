/* What is to become of the messages of a maildrop: the facts come from the mail, the core decides.
 */
#include "lib.h"
#include "array.h"
#include "imap-seqset.h"
#include "imap-util.h"
#include "ioloop.h"
#include "str.h"
#include "mail-search-build.h"
#include "mail-storage-private.h"
#include "mail-user.h"

#include "kinamo/record.h"
#include "kinamo/settings.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/retention-policy.h"
#include "plugin/mail/retention-verdict.h"

void kinamo_retention_policy(const struct kinamo_settings *settings,
                             struct kinamo_pop3_policy *policy_r)
{
    *policy_r = (struct kinamo_pop3_policy){
        .expire = kinamo_settings_number(settings, KINAMO_SETTING_POP3_EXPIRE),
        .keep_flagged = kinamo_settings_number(settings, KINAMO_SETTING_POP3_KEEP_FLAGGED) != 0,
        .top_whole = kinamo_settings_number(settings, KINAMO_SETTING_POP3_TOP) != 0,
    };
}

bool kinamo_retention_counts_days(const struct kinamo_pop3_policy *policy)
{
    return policy->expire > 0 && policy->expire != KINAMO_EXPIRE_NEVER;
}

/* A view looks flags up in the index as it was read last; a POP3 session has read it at login. */
struct kinamo_pop3_verdict *kinamo_pop3_verdict_begin(const struct kinamo_pop3_policy *policy,
                                                      struct mailbox *box)
{
    pool_t pool = pool_alloconly_create("kinamo pop3 verdict", 1024);
    struct kinamo_pop3_verdict *verdict = p_new(pool, struct kinamo_pop3_verdict, 1);

    verdict->pool = pool;
    verdict->policy = policy;
    p_array_init(&verdict->going, pool, 16);
    p_array_init(&verdict->marking, pool, 16);
    (void)mail_index_refresh(box->index);
    return verdict;
}

void kinamo_pop3_verdict_free(struct kinamo_pop3_verdict **verdict)
{
    pool_t pool = (*verdict)->pool;

    *verdict = NULL;
    pool_unref(&pool);
}

static bool is_flagged(struct mail *mail)
{
    return (mail_get_flags(mail) & MAIL_FLAGGED) != 0;
}

static void collect_facts(const struct kinamo_pop3_policy *policy, struct mail *mail,
                          struct kinamo_pop3_message *message)
{
    time_t saved;

    if (policy->keep_flagged) {
        message->flagged = is_flagged(mail);
    }
    /* 0 stands for another date, such as INTERNALDATE, in place of the save date. */
    if (kinamo_retention_counts_days(policy) && mail_get_save_date(mail, &saved) > 0) {
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

static struct kinamo_pop3_decision decide(const struct kinamo_pop3_verdict *verdict,
                                          struct mail *mail, struct kinamo_pop3_message *message)
{
    collect_facts(verdict->policy, mail, message);
    return kinamo_pop3_decide(verdict->policy, message, ioloop_time);
}

static void let_go(struct kinamo_pop3_verdict *verdict, const struct mail *mail, uint32_t msgnum)
{
    const struct kinamo_pop3_going going = {.uid = mail->uid, .msgnum = msgnum};

    array_push_back(&verdict->going, &going);
}

void kinamo_pop3_verdict_judge_waiting(struct kinamo_pop3_verdict *verdict, struct mail *mail,
                                       uint32_t msgnum)
{
    struct kinamo_pop3_message message = {.marked = true};

    if (decide(verdict, mail, &message).action == KINAMO_POP3_REMOVE) {
        let_go(verdict, mail, msgnum);
    }
}

void kinamo_pop3_verdict_judge(struct kinamo_pop3_verdict *verdict, struct mail *mail,
                               uint32_t msgnum, struct kinamo_pop3_message *message)
{
    struct kinamo_pop3_decision decision = decide(verdict, mail, message);

    switch (decision.action) {
    case KINAMO_POP3_REMOVE:
        let_go(verdict, mail, msgnum);
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

bool kinamo_pop3_verdict_keep_flagged(struct kinamo_pop3_verdict *verdict, struct mail *mail)
{
    if (!verdict->policy->keep_flagged || !is_flagged(mail)) {
        return false;
    }
    if (kinamo_retention_counts_days(verdict->policy)) {
        seq_range_array_add(&verdict->marking, mail->uid);
    }
    kinamo_pop3_verdict_keep(verdict, mail->uid, KINAMO_POP3_CAUSE_FLAGGED);
    return true;
}

struct mail_search_context *kinamo_pop3_search_marked(struct mailbox_transaction_context *trans)
{
    struct mail_search_args *args;
    struct mail_search_context *ctx;
    unsigned int keyword;

    if (!mail_index_keyword_lookup(trans->box->index, KINAMO_POP3_KEYWORD, &keyword)) {
        return NULL;
    }
    args = mail_search_build_init();
    mail_search_build_add(args, SEARCH_KEYWORDS)->value.str =
        p_strdup(args->pool, KINAMO_POP3_KEYWORD);
    mail_search_args_init(args, trans->box, FALSE, NULL);
    ctx = mailbox_search_init(trans, args, NULL, 0, NULL);
    mail_search_args_unref(&args);
    return ctx;
}

unsigned int kinamo_pop3_verdict_settle(struct kinamo_pop3_verdict *verdict, struct mailbox *box)
{
    const struct kinamo_pop3_going *going;
    unsigned int removed = 0;
    uint32_t seq;

    array_foreach(&verdict->going, going)
    {
        if (mail_index_lookup_seq(box->view, going->uid, &seq)) {
            kinamo_pop3_verdict_keep(verdict, going->uid, KINAMO_POP3_CAUSE_NOT_REMOVED);
        } else {
            removed++;
        }
    }
    return removed;
}

/* The rest is Dovecot's, or the policy's everyday. */
static bool is_trouble(enum kinamo_pop3_cause cause)
{
    return cause == KINAMO_POP3_CAUSE_NOT_COPIED || cause == KINAMO_POP3_CAUSE_NOT_LOCKED ||
           cause == KINAMO_POP3_CAUSE_NOT_REMOVED;
}

bool kinamo_pop3_verdict_in_trouble(const struct kinamo_pop3_verdict *verdict)
{
    for (int i = 0; i < KINAMO_POP3_CAUSE_COUNT; i++) {
        if (is_trouble((enum kinamo_pop3_cause)i) && array_is_created(&verdict->kept[i])) {
            return true;
        }
    }
    return false;
}

static void report_kept(struct mail_user *user, enum kinamo_pop3_cause cause,
                        const ARRAY_TYPE(seq_range) * uids)
{
    struct kinamo_record record;
    string_t *set = t_str_new(128);

    imap_write_seq_range(set, uids);
    kinamo_record_init(&record, "kinamo_pop3_kept");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "cause", kinamo_pop3_cause_name(cause));
    kinamo_record_number(&record, "count", seq_range_count(uids));
    kinamo_record_text(&record, "uids", str_c(set));
    if (is_trouble(cause)) {
        kinamo_event_error(user->event, &record);
    } else {
        kinamo_event_info(user->event, &record);
    }
}

unsigned int kinamo_pop3_verdict_report(struct mail_user *user,
                                        const struct kinamo_pop3_verdict *verdict,
                                        bool trouble_only)
{
    unsigned int count = 0;

    for (int i = 0; i < KINAMO_POP3_CAUSE_COUNT; i++) {
        enum kinamo_pop3_cause cause = (enum kinamo_pop3_cause)i;
        const ARRAY_TYPE(seq_range) *uids = &verdict->kept[cause];

        if (cause == KINAMO_POP3_CAUSE_NOT_RETRIEVED || !array_is_created(uids)) {
            continue;
        }
        if (is_trouble(cause) || !trouble_only) {
            report_kept(user, cause, uids);
        }
        count += seq_range_count(uids);
    }
    return count;
}
