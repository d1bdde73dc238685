/* How much of the output has reached the client: the queues are read here, the core decides.

   With TLS the connection is a login process's. It closes it as soon as the client has, maybe
   before QUIT comes through, and nobody can tell any more what was waiting. So there is a look now
   and then, from a reply on until the client has it. */
#include "pop3-common.h"
#include "ioloop.h"
#include "ostream.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "plugin/pop3/pop3-flushed.h"

#define FIRST_LOOK_MSECS 100
#define LOOK_MAX_MSECS   1600

static int socket_option(const struct client *client, int option)
{
    int value;
    socklen_t length = sizeof(value);

    return getsockopt(client->fd_out, SOL_SOCKET, option, &value, &length) < 0 ? -1 : value;
}

/* TCP counts the bytes that were not acknowledged. The socket to a login process counts the memory
   that they take there, which is more: a message too many stays. What is no socket has no such
   queue. */
static uint64_t own_queue(const struct client *client)
{
    int waiting;

    if (ioctl(client->fd_out, SIOCOUTQ, &waiting) < 0 || waiting < 0) {
        waiting = 0;
    }
    return o_stream_get_buffer_used_size(client->output) + (uint64_t)waiting;
}

/* Asked last: a login process closes our socket before it says good-bye to the client. */
static bool has_hung_up(const struct client *client)
{
    struct pollfd poll_fd = {.fd = client->fd_out, .events = POLLOUT};

    return poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & (POLLHUP | POLLERR)) != 0;
}

static void read_queues(struct kinamo_pop3_flushed *flushed, struct kinamo_pop3_queues *queues_r)
{
    const struct client *client = flushed->client;

    *queues_r = (struct kinamo_pop3_queues){
        .sent = client->output->offset,
        .own = own_queue(client),
        .relayed = flushed->relayed,
    };
    if (flushed->relayed) {
        queues_r->connected = kinamo_pop3_connection_queue(&flushed->connection, &queues_r->relays);
        queues_r->own_room = (uint64_t)I_MAX(socket_option(client, SO_SNDBUF), 0);
        queues_r->hung_up = has_hung_up(client);
    }
}

void kinamo_pop3_flushed_init(struct kinamo_pop3_flushed *flushed, const struct client *client)
{
    uint64_t bytes;

    flushed->client = client;
    flushed->look.missing = UINT64_MAX;
    kinamo_pop3_connection_init(&flushed->connection, client->user);
    flushed->relayed = socket_option(client, SO_DOMAIN) == AF_UNIX &&
                       kinamo_pop3_connection_queue(&flushed->connection, &bytes);
}

void kinamo_pop3_flushed_deinit(struct kinamo_pop3_flushed *flushed)
{
    timeout_remove(&flushed->next_look);
}

/* Less and less often, for the sake of clients that do not read on. */
static void look(struct kinamo_pop3_flushed *flushed)
{
    struct kinamo_pop3_queues queues;

    timeout_remove(&flushed->next_look);
    read_queues(flushed, &queues);
    if (kinamo_pop3_look(&flushed->look, &queues)) {
        flushed->msecs = I_MIN(flushed->msecs * 2, LOOK_MAX_MSECS);
        flushed->next_look = timeout_add_short(flushed->msecs, look, flushed);
    }
}

void kinamo_pop3_flushed_watch(struct kinamo_pop3_flushed *flushed)
{
    if (flushed->relayed && flushed->next_look == NULL) {
        flushed->msecs = FIRST_LOOK_MSECS;
        flushed->next_look = timeout_add_short(flushed->msecs, look, flushed);
    }
}

uoff_t kinamo_pop3_flushed_offset(struct kinamo_pop3_flushed *flushed)
{
    struct kinamo_pop3_queues queues;

    read_queues(flushed, &queues);
    return kinamo_pop3_acknowledged(&queues, &flushed->look);
}
