/* The TLS policy in an IMAP session. */
#ifndef KINAMO_IMAP_TLS_H
#define KINAMO_IMAP_TLS_H

struct client;

/* To be called for a new client whose user has our settings. */
void kinamo_imap_tls_client_created(struct client *client);

#endif
