/* How much of the output has reached the client.

   What has left Dovecot's stream may wait in the kernel for a slow link. A client that says QUIT
   then gives up in the middle of a message, and it cannot come back for it. One that has waited for
   the last reply acknowledges it in the very segment that carries QUIT, so nothing waits then. */
#include "pop3-common.h"
#include "ostream.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "plugin/pop3/pop3-flushed.h"

/* TCP counts the bytes that were not acknowledged. The socket to a login process, which speaks TLS
   for us, counts the memory that they take there, which is more: a message too many stays. What is
   no socket has no such queue. */
static uoff_t in_kernel(const struct client *client)
{
    int waiting;

    return ioctl(client->fd_out, SIOCOUTQ, &waiting) < 0 || waiting < 0 ? 0 : (uoff_t)waiting;
}

uoff_t kinamo_pop3_flushed(const struct client *client)
{
    uoff_t waiting = o_stream_get_buffer_used_size(client->output) + in_kernel(client);

    return waiting < client->output->offset ? client->output->offset - waiting : 0;
}
