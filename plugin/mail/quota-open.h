/* What a mailbox holds that the session has open already. */
#ifndef KINAMO_QUOTA_OPEN_H
#define KINAMO_QUOTA_OPEN_H

struct mailbox;

/* For a mailbox that was just allocated to be counted: if the same mailbox is open elsewhere in
   this process, its size and number of messages are read from that one's index as long as the index
   has them; then a Maildir's list of UIDs is not read a second time. In every other case Dovecot
   opens the mailbox and counts, as it would without this. */
void kinamo_quota_open_count(struct mailbox *box);

#endif
