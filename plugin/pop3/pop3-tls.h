/* The TLS policy in a POP3 session. */
#ifndef KINAMO_POP3_TLS_H
#define KINAMO_POP3_TLS_H

#include <stdbool.h>

struct client;

/* To be called for a new client whose user has our settings. Returns false if the session was
   refused: no command of it will be executed, and nothing else needs to be set up for it. */
bool kinamo_pop3_tls_client_created(struct client *client);

#endif
