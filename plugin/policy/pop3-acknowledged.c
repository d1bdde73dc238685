/* How much of a POP3 session's output the client has acknowledged.

   A client that has waited for the last reply acknowledges it in the very segment that carries
   QUIT, so nothing waits then. One that says QUIT in the middle of a message cannot come back for
   it. */
#include "kinamo/pop3-acknowledged.h"

/* More than a login process holds while it waits for room: 8 KiB that it has read, 4 in each stream
   and 17 in OpenSSL. It does wait if the connection has something to send and our socket is not
   empty, or the connection has much to send. */
#define RELAY_HOLDS 40960
#define RELAY_WAITS 8192
/* A client cannot read a record of TLS whose end it has not got; Dovecot makes none longer. */
#define RECORD 8192
/* A login process that sees the client's end closes our socket, and says good-bye to the client: an
   alert of TLS, 24 to 85 bytes, and the FIN. */
#define GOOD_BYE 128

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t before(uint64_t sent, uint64_t waiting)
{
    return waiting < sent ? sent - waiting : 0;
}

/* What does not reach the client if nothing more does, in bytes of ours. TLS makes more bytes of
   them, never less: Dovecot leaves its compression off. */
static uint64_t on_the_way(uint64_t own, uint64_t relays)
{
    bool waits = relays > 0 && (own > 0 || relays >= RELAY_WAITS);

    return own + relays + (relays > 0 ? RECORD : 0) + (waits ? RELAY_HOLDS : 0);
}

bool kinamo_pop3_look(struct kinamo_pop3_look *look, const struct kinamo_pop3_queues *queues)
{
    if (!queues->relayed || queues->hung_up || !queues->connected) {
        return false; /* the last look is what will be known */
    }
    /* Otherwise the relay has not come round to it yet. */
    look->blocked = queues->own > 0 && queues->relays > 0;
    look->missing = queues->relays > 0
                        ? before(queues->sent, on_the_way(queues->own, queues->relays))
                        : UINT64_MAX;
    return queues->own > 0 || queues->relays > 0;
}

/* The client has closed its end, or thrown the connection away, and QUIT comes from its past. */
static uint64_t acknowledged_in_the_end(const struct kinamo_pop3_queues *queues,
                                        const struct kinamo_pop3_look *look)
{
    if (!queues->connected) {
        return smaller(before(queues->sent, queues->hung_up ? 0 : queues->own), look->missing);
    }
    if (queues->relays <= GOOD_BYE) {
        return look->blocked ? smaller(queues->sent, look->missing) : queues->sent;
    }
    return smaller(before(queues->sent, on_the_way(queues->own_room, queues->relays)),
                   look->missing);
}

uint64_t kinamo_pop3_acknowledged(const struct kinamo_pop3_queues *queues,
                                  const struct kinamo_pop3_look *look)
{
    if (!queues->relayed) {
        return before(queues->sent, queues->own);
    }
    if (queues->hung_up || !queues->connected) {
        return acknowledged_in_the_end(queues, look);
    }
    return before(queues->sent, on_the_way(queues->own, queues->relays));
}
