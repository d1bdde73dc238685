/* How much of the output has reached the client. */
#ifndef KINAMO_POP3_FLUSHED_H
#define KINAMO_POP3_FLUSHED_H

#include "lib.h"

#include "kinamo/pop3-acknowledged.h"
#include "plugin/pop3/pop3-connection.h"

struct client;

struct kinamo_pop3_flushed {
    const struct client *client;
    bool relayed; /* another process holds the connection, and the kernel tells about it */
    struct kinamo_pop3_connection connection;
    struct kinamo_pop3_look look;
    struct timeout *next_look; /* NULL: nothing to look for */
    unsigned int msecs;        /* from one look to the next */
};

/* To be called when the session begins. */
void kinamo_pop3_flushed_init(struct kinamo_pop3_flushed *flushed, const struct client *client);
void kinamo_pop3_flushed_deinit(struct kinamo_pop3_flushed *flushed);

/* Something that matters was sent. */
void kinamo_pop3_flushed_watch(struct kinamo_pop3_flushed *flushed);

/* The offset in the output up to which the client's side has it; in doubt, less. */
uoff_t kinamo_pop3_flushed_offset(struct kinamo_pop3_flushed *flushed);

#endif
