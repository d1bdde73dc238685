/* EXPIRE in the answer to CAPA before login. */
#ifndef KINAMO_CAPA_EXPIRE_H
#define KINAMO_CAPA_EXPIRE_H

struct client;
struct kinamo_settings;

/* To be called when a client was allocated: a POP3 client will see kinamo_pop3_expire_min in the
   answer to CAPA. Other clients, and all if the setting is empty, are left alone. */
void kinamo_capa_expire_client_allocated(struct client *client,
                                         const struct kinamo_settings *settings);

#endif
