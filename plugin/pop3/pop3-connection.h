/* The client's TCP connection where another process holds it: with TLS, a login process does. */
#ifndef KINAMO_POP3_CONNECTION_H
#define KINAMO_POP3_CONNECTION_H

#include "lib.h"

struct mail_user;

/* The bytes that the kernel holds for the user's client: not sent, or not acknowledged. The
   connection is looked for by the addresses and ports that the login process told, as ss(8) does
   (sock_diag(7)); no privilege is needed. False if this host has no such connection: a proxy stands
   between, or it was reset, or the kernel may not be asked. */
bool kinamo_pop3_connection_queue(const struct mail_user *user, uoff_t *bytes_r);

#endif
