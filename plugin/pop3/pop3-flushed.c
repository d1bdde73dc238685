/* How much of the output has reached the client.

   What has left Dovecot's stream may wait in the kernel for a slow link. A client that says QUIT
   then gives up in the middle of a message, and it cannot come back for it. One that has waited for
   the last reply acknowledges it in the very segment that carries QUIT, so nothing waits then.

   With TLS the connection is a login process's. It closes it as soon as the client has, maybe
   before QUIT comes through, and nobody can tell any more what was waiting. So there is a look now
   and then, from a reply on until the client has it: one that was slow to take it did not get the
   rest if it is gone at QUIT. */
#include "pop3-common.h"
#include "ioloop.h"
#include "ostream.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "plugin/pop3/pop3-connection.h"
#include "plugin/pop3/pop3-flushed.h"

#define LOOK_MSECS 100
/* More than a login process holds of the output while it waits for room: 8 KiB that it has read, 4
   in each stream and 17 in OpenSSL. */
#define RELAY_HOLDS 40960

void kinamo_pop3_flushed_init(struct kinamo_pop3_flushed *flushed, const struct client *client)
{
    int domain;
    socklen_t length = sizeof(domain);
    uoff_t queue;

    flushed->client = client;
    flushed->missing = UOFF_T_MAX;
    flushed->relayed = getsockopt(client->fd_out, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
                       domain == AF_UNIX && kinamo_pop3_connection_queue(client->user, &queue);
}

void kinamo_pop3_flushed_deinit(struct kinamo_pop3_flushed *flushed)
{
    timeout_remove(&flushed->next_look);
}

/* What waits in Dovecot's stream and in its socket. TCP counts the bytes that were not
   acknowledged. The socket to a login process counts the memory that they take there, which is
   more: a message too many stays. What is no socket has no such queue. */
static uoff_t own_queue(const struct client *client)
{
    int waiting;

    if (ioctl(client->fd_out, SIOCOUTQ, &waiting) < 0 || waiting < 0) {
        waiting = 0;
    }
    return o_stream_get_buffer_used_size(client->output) + (uoff_t)waiting;
}

/* TLS makes more bytes of them, never less. */
static uoff_t offset_before(const struct client *client, uoff_t own, uoff_t relays)
{
    uoff_t waiting = own + (relays > 0 ? relays + RELAY_HOLDS : 0);

    return waiting < client->output->offset ? client->output->offset - waiting : 0;
}

static void look(struct kinamo_pop3_flushed *flushed)
{
    uoff_t own = own_queue(flushed->client);
    uoff_t relays;

    if (!kinamo_pop3_connection_queue(flushed->client->user, &relays)) {
        timeout_remove(&flushed->next_look); /* the last look is what will be known */
        return;
    }
    flushed->missing = relays > 0 ? offset_before(flushed->client, own, relays) : UOFF_T_MAX;
    if (own == 0 && relays == 0) {
        timeout_remove(&flushed->next_look);
    }
}

void kinamo_pop3_flushed_watch(struct kinamo_pop3_flushed *flushed)
{
    if (flushed->relayed && flushed->next_look == NULL) {
        flushed->next_look = timeout_add_short(LOOK_MSECS, look, flushed);
    }
}

uoff_t kinamo_pop3_flushed_offset(const struct kinamo_pop3_flushed *flushed)
{
    uoff_t own = own_queue(flushed->client);
    uoff_t relays = 0;

    if (flushed->relayed && !kinamo_pop3_connection_queue(flushed->client->user, &relays)) {
        return I_MIN(offset_before(flushed->client, own, 0), flushed->missing);
    }
    return offset_before(flushed->client, own, relays);
}
