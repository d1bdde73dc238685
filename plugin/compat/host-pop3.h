/* What the POP3 plugin needs from Dovecot and each series does its own way. */
#ifndef KINAMO_HOST_POP3_H
#define KINAMO_HOST_POP3_H

struct mail_user;

/* The name of the master user who logged in as this user, or NULL. */
const char *kinamo_host_master_user(struct mail_user *user);

#endif
