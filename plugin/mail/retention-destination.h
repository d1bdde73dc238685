/* The mailbox that receives what is taken from the maildrop. */
#ifndef KINAMO_RETENTION_DESTINATION_H
#define KINAMO_RETENTION_DESTINATION_H

#include <stdbool.h>

struct file_lock;
struct kinamo_pop3_verdict;
struct mail_user;
struct mailbox;
struct mailbox_transaction_context;

/* Two processes that move the same message must not both copy it: wait for the maildrop's lock.
   False if it was not to be had, which is logged, and then all is kept. Freed with
   file_lock_free(). */
bool kinamo_pop3_destination_lock(struct mailbox *box, struct kinamo_pop3_verdict *verdict,
                                  struct file_lock **lock_r);

/* Copy every message that is going to the destination and commit that, all of them or none: after a
   failure, which is logged, all are kept. Messages that are gone already because another process
   took them are dropped. The maildrop must be locked. */
void kinamo_pop3_destination_copy(struct mail_user *user, const char *destination,
                                  struct mailbox_transaction_context *trans,
                                  struct kinamo_pop3_verdict *verdict);

#endif
