/* What is to become of the messages of a maildrop: at QUIT, and when the days have passed. */
#ifndef KINAMO_RETENTION_VERDICT_H
#define KINAMO_RETENTION_VERDICT_H

#include "seq-range-array.h"

#include "kinamo/pop3-retention.h"

struct mail;
struct mail_search_context;
struct mail_user;
struct mailbox;
struct mailbox_transaction_context;

/* The keyword of a message that was retrieved and stays for kinamo_pop3_expire days. */
#define KINAMO_POP3_KEYWORD "$KinamoRetrieved"

struct kinamo_pop3_going {
    uint32_t uid;
    uint32_t msgnum; /* of the POP3 session; 0: its client does not see the message */
};

struct kinamo_pop3_verdict {
    pool_t pool;
    const struct kinamo_pop3_policy *policy;
    ARRAY(struct kinamo_pop3_going) going;               /* to be removed by us */
    ARRAY_TYPE(seq_range) marking;                       /* UIDs to be marked */
    ARRAY_TYPE(seq_range) kept[KINAMO_POP3_CAUSE_COUNT]; /* UIDs */
    unsigned int retrieved;                              /* messages delivered in this session */
};

/* An empty verdict on messages of the box, for a policy that outlives it. The flags that other
   sessions have set until now are seen from here on; a view of the box need not be synced. */
struct kinamo_pop3_verdict *kinamo_pop3_verdict_begin(const struct kinamo_pop3_policy *policy,
                                                      struct mailbox *box);
void kinamo_pop3_verdict_free(struct kinamo_pop3_verdict **verdict);

/* Decide about a message of which these facts are known; flags and dates are asked of the mail. */
void kinamo_pop3_verdict_judge(struct kinamo_pop3_verdict *verdict, struct mail *mail,
                               uint32_t msgnum, struct kinamo_pop3_message *message);

/* The same for one that an earlier session has marked and nobody asks for now: it goes when it is
   its time, and there is nothing to say about it before. */
void kinamo_pop3_verdict_judge_waiting(struct kinamo_pop3_verdict *verdict, struct mail *mail,
                                       uint32_t msgnum);

/* Whether a message that is going was flagged since, and is kept for that. */
bool kinamo_pop3_verdict_keep_flagged(struct kinamo_pop3_verdict *verdict, struct mail *mail);

/* Keep a message after all. */
void kinamo_pop3_verdict_keep(struct kinamo_pop3_verdict *verdict, uint32_t uid,
                              enum kinamo_pop3_cause cause);

/* Keep all that is going. */
void kinamo_pop3_verdict_keep_all(struct kinamo_pop3_verdict *verdict,
                                  enum kinamo_pop3_cause cause);

/* Look for the messages that were marked; NULL if there can be none. */
struct mail_search_context *kinamo_pop3_search_marked(struct mailbox_transaction_context *trans);

/* After the sync: what was to go and is still there is kept. Returns how many are gone. */
unsigned int kinamo_pop3_verdict_settle(struct kinamo_pop3_verdict *verdict, struct mailbox *box);

/* Whether something stays for a cause that an operator has to look at. */
bool kinamo_pop3_verdict_in_trouble(const struct kinamo_pop3_verdict *verdict);

/* Log a line for each cause for which messages stay that were asked for, with their UIDs; only what
   an operator has to look at, or everything. Returns how many messages stay. */
unsigned int kinamo_pop3_verdict_report(struct mail_user *user,
                                        const struct kinamo_pop3_verdict *verdict,
                                        bool trouble_only);

#endif
