/* What QUIT decided, message by message. */
#ifndef KINAMO_POP3_VERDICT_H
#define KINAMO_POP3_VERDICT_H

#include "seq-range-array.h"

#include "kinamo/pop3-retention.h"

struct kinamo_pop3_session;
struct mailbox_transaction_context;

/* The keyword of a message that was retrieved and stays for kinamo_pop3_expire days. */
#define KINAMO_POP3_KEYWORD "$KinamoRetrieved"

struct kinamo_pop3_going {
    uint32_t uid;
    uint32_t msgnum; /* 0: the client does not see the message */
};

struct kinamo_pop3_verdict {
    pool_t pool;
    ARRAY(struct kinamo_pop3_going) going;               /* to be removed by us */
    ARRAY_TYPE(seq_range) marking;                       /* UIDs to be marked */
    ARRAY_TYPE(seq_range) kept[KINAMO_POP3_CAUSE_COUNT]; /* UIDs */
    unsigned int retrieved;                              /* messages delivered in this session */
};

/* Decide about every message that was transferred, and about those marked earlier. A message that
   the client deletes itself is left to Dovecot. Reads nothing but the transaction's view, and the
   save dates if the policy asks for them. */
struct kinamo_pop3_verdict *kinamo_pop3_verdict_reach(struct kinamo_pop3_session *session,
                                                      struct mailbox_transaction_context *trans);

/* Keep a message after all. */
void kinamo_pop3_verdict_keep(struct kinamo_pop3_verdict *verdict, uint32_t uid,
                              enum kinamo_pop3_cause cause);

/* Keep all that was going. */
void kinamo_pop3_verdict_keep_all(struct kinamo_pop3_verdict *verdict,
                                  enum kinamo_pop3_cause cause);

/* Whether the client deletes the message itself (DELE). */
bool kinamo_pop3_is_deleted(const struct client *client, uint32_t msgnum);

#endif
