/* USER and SASL in the answer to CAPA before login. */
#ifndef KINAMO_CAPA_AUTH_H
#define KINAMO_CAPA_AUTH_H

struct client;

/* To be called when a client was allocated: as long as the TLS policy refuses a POP3 client, it
   does not see in the answer to CAPA how to authenticate. Other clients are left alone. */
void kinamo_capa_auth_client_allocated(struct client *client);

#endif
