/* How the transfer of a message to the client ended. */
#ifndef KINAMO_POP3_DELIVERY_H
#define KINAMO_POP3_DELIVERY_H

struct mail;

/* For the hook mail_allocated: watch what RETR and TOP read of a message of the maildrop. */
void kinamo_pop3_delivery_mail_allocated(struct mail *mail);

#endif
