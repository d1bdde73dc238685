/* How much of a POP3 session's output the client has acknowledged. */
#ifndef KINAMO_POP3_ACKNOWLEDGED_H
#define KINAMO_POP3_ACKNOWLEDGED_H

#include <stdbool.h>
#include <stdint.h>

/* Where the output can be, in bytes. With TLS a login process relays it from our socket to the
   client's connection. */
struct kinamo_pop3_queues {
    uint64_t sent;     /* all that the session has said */
    uint64_t own;      /* in our stream and our socket */
    uint64_t own_room; /* what our socket can hold */
    bool relayed;      /* the fields below count */
    bool hung_up;      /* the relay has closed our socket, which emptied it: own means nothing */
    bool connected;    /* the client's connection is still there */
    uint64_t relays;   /* in the kernel for that connection: not sent, or not acknowledged */
};

/* What was seen while a reply was on its way. {UINT64_MAX, false} before the first look. */
struct kinamo_pop3_look {
    uint64_t missing; /* from this byte on the client had nothing; UINT64_MAX: it had all */
    bool blocked;     /* the relay waited for room in the client's connection */
};

/* Take a look. Returns whether there is a reason for another one. */
bool kinamo_pop3_look(struct kinamo_pop3_look *look, const struct kinamo_pop3_queues *queues);

/* The number of bytes that the client has, or its kernel; in doubt, less. A client that has read
   everything before it said QUIT has all of them, whatever it does next. */
uint64_t kinamo_pop3_acknowledged(const struct kinamo_pop3_queues *queues,
                                  const struct kinamo_pop3_look *look);

#endif
