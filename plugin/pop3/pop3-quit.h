/* The removal at QUIT. */
#ifndef KINAMO_POP3_QUIT_H
#define KINAMO_POP3_QUIT_H

struct mailbox;

/* For the hook mailbox_opened: make QUIT remove from the maildrop what was downloaded, in its own
   transaction, and answer +OK only if it is gone. */
void kinamo_pop3_quit_mailbox_opened(struct mailbox *box);

#endif
