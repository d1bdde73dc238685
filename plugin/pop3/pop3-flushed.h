/* How much of the output has reached the client. */
#ifndef KINAMO_POP3_FLUSHED_H
#define KINAMO_POP3_FLUSHED_H

#include "lib.h"

struct client;

struct kinamo_pop3_flushed {
    const struct client *client;
    bool relayed; /* another process holds the connection, and the kernel tells about it */
    /* From this offset of the output on, the client's side did not have it at the last look;
       UOFF_T_MAX: nothing was missing. */
    uoff_t missing;
    struct timeout *next_look; /* NULL: nothing to look for */
};

/* To be called when the session begins. */
void kinamo_pop3_flushed_init(struct kinamo_pop3_flushed *flushed, const struct client *client);
void kinamo_pop3_flushed_deinit(struct kinamo_pop3_flushed *flushed);

/* Something that matters was sent. */
void kinamo_pop3_flushed_watch(struct kinamo_pop3_flushed *flushed);

/* The offset in the output up to which the client's side has it; in doubt, less. */
uoff_t kinamo_pop3_flushed_offset(const struct kinamo_pop3_flushed *flushed);

#endif
