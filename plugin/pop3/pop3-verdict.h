/* What QUIT decided, message by message. */
#ifndef KINAMO_POP3_VERDICT_H
#define KINAMO_POP3_VERDICT_H

#include "plugin/mail/retention-verdict.h"

struct client;
struct kinamo_pop3_session;

/* Decide about every message that was transferred, and about those marked earlier. A message that
   the client deletes itself is left to Dovecot. Reads nothing but the transaction's view, and the
   save dates if the policy asks for them. */
struct kinamo_pop3_verdict *kinamo_pop3_verdict_reach(struct kinamo_pop3_session *session,
                                                      struct mailbox_transaction_context *trans);

/* Whether the client deletes the message itself (DELE). */
bool kinamo_pop3_is_deleted(const struct client *client, uint32_t msgnum);

#endif
