/* What the live tests of quota warnings share. */
#ifndef KINAMO_LIVE_QUOTA_H
#define KINAMO_LIVE_QUOTA_H

#include "fixture/live.h"

#define QUOTA_PASSWORD "secret"

/* The user whose mailbox is filled. */
#define PIET       "piet@klant.example"
#define PIET_HOME  LIVE_MAIL_DIR "/" PIET
#define PIET_STATE PIET_HOME "/.kinamo-policy"
#define PIET_LOGIN "S: * OK *\nC: 1 LOGIN " PIET " " QUOTA_PASSWORD "\nS* 1 OK *\n"

/* Start the servers with that user. fields are further userdb fields, dovecot further lines for
   dovecot.conf or NULL. */
#define quota_start(limit, fields)               quota_start_test(__func__, limit, fields, NULL)
#define quota_start_with(limit, fields, dovecot) quota_start_test(__func__, limit, fields, dovecot)
struct live *quota_start_test(const char *test, long limit, const char *fields,
                              const char *dovecot);

/* A line for the passwd-file: a user with a limit in bytes and further userdb fields ("" for none).
   To be freed. */
char *quota_user(const char *address, long limit, const char *fields);

/* The body of a message that leaves a mailbox of 100000 bytes just below 80%: line ends and header
   come to it. */
#define QUOTA_BELOW_80 76500

/* Deliver a message with a body of so many bytes over LMTP. */
void quota_deliver(const char *address, long size);
/* The same to a host that has another address than 127.0.0.1. */
void quota_deliver_to(const char *host, const char *address, long size);

/* Deliver so many (at most ten) messages that all end within the same moment, half of them to each
   host. */
void quota_deliver_together(const char *first, const char *second, const char *address, int count,
                            long size);

/* Run a command that reads a message with so many bytes from its standard input. */
void quota_pipe(long size, const char *command);

/* How many of our warnings lie in a user's INBOX. */
int quota_warnings(const char *address);

/* The text of our warning in INBOX, as a file with LF line ends; to be freed. */
char *quota_warning_text(const char *address);

/* How many decisions of a kind were logged, e.g. "threshold=80 channel=mail result=sent". The log
   is written by a process of its own: waits some seconds for it to say want, then whether it says
   more. */
int quota_decisions(struct live *live, const char *fields, int want);

/* How many warnings were sent by mail, waiting for want. */
int quota_sent(struct live *live, int want);
/* The same after quota_deliver_together(). A tie has no winner: then a look in the second minute
   after it tells. */
int quota_sent_at_last(struct live *live, const char *address);

#endif
