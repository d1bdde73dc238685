/* How much of the output has reached the client. */
#ifndef KINAMO_POP3_FLUSHED_H
#define KINAMO_POP3_FLUSHED_H

struct client;

/* The offset in client->output up to which the client's side has the output; in doubt, less. */
uoff_t kinamo_pop3_flushed(const struct client *client);

#endif
