/* The mailbox that receives what QUIT takes from the maildrop. */
#ifndef KINAMO_POP3_DESTINATION_H
#define KINAMO_POP3_DESTINATION_H

struct kinamo_pop3_session;
struct kinamo_pop3_verdict;
struct mailbox_transaction_context;

/* Copy every message that is going to the destination and commit that, all of them or none: after a
   failure, which is logged, all are kept. Messages that are gone already because another session
   took them are dropped. The maildrop must be locked. */
void kinamo_pop3_destination_copy(struct kinamo_pop3_session *session,
                                  struct mailbox_transaction_context *trans,
                                  struct kinamo_pop3_verdict *verdict);

#endif
