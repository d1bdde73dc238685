/* EXPIRE in the answer to CAPA after login. */
#ifndef KINAMO_POP3_OUTPUT_H
#define KINAMO_POP3_OUTPUT_H

struct client;

/* Announce expire (days, or KINAMO_EXPIRE_NEVER) whenever the client asks CAPA. */
void kinamo_pop3_output_announce(struct client *client, uint64_t expire);

#endif
