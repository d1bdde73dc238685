/* The client's TCP connection where another process holds it: with TLS, a login process does. */
#ifndef KINAMO_POP3_CONNECTION_H
#define KINAMO_POP3_CONNECTION_H

#include "lib.h"

struct mail_user;

struct kinamo_pop3_connection {
    const struct mail_user *user; /* its addresses and ports, as the login process told */
    uint32_t cookie[2];           /* the kernel's name for it, once it was found */
};

void kinamo_pop3_connection_init(struct kinamo_pop3_connection *connection,
                                 const struct mail_user *user);

/* The bytes that the kernel holds for the client: not sent, or not acknowledged. It is asked as
   ss(8) asks it (sock_diag(7)); no privilege is needed. False if this host has no such connection:
   a proxy on another host stands between, or it was closed, or the kernel may not be asked. */
bool kinamo_pop3_connection_queue(struct kinamo_pop3_connection *connection, uint64_t *bytes_r);

#endif
