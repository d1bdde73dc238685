/* The removal at QUIT. */
#ifndef KINAMO_POP3_QUIT_H
#define KINAMO_POP3_QUIT_H

struct kinamo_pop3_session;
struct mailbox;

/* To be called when the session's maildrop was allocated: make QUIT remove from the maildrop what
   was downloaded, in its own transaction, and answer +OK only if it is gone. */
void kinamo_pop3_quit_mailbox_allocated(struct mailbox *box, struct kinamo_pop3_session *session);

#endif
