/* Whether copies are really there: a commit that Dovecot reports as done is not enough. */
#ifndef KINAMO_RETENTION_COPIES_H
#define KINAMO_RETENTION_COPIES_H

#include <stdbool.h>

struct mail_transaction_commit_changes;
struct mailbox;

/* After the commit that made changes: whether box shows all count copies and each can be opened. If
   not, the error of box says why. The transaction must have asked for UIDs. */
bool kinamo_pop3_copies_are_there(struct mailbox *box,
                                  const struct mail_transaction_commit_changes *changes,
                                  unsigned int count);

#endif
