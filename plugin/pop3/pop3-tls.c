/* The TLS policy in a POP3 session: belt and braces for a login process without our plugin. */
#include "pop3-common.h"
#include "ioloop.h"
#include "mail-storage.h"
#include "mail-user.h"
#include "ostream.h"
#include "ostream-null.h"
#include "pop3-client.h"

#include <sys/socket.h>

#include "plugin/mail/tls-session.h"
#include "plugin/pop3/pop3-tls.h"

/* Stands for a command that never ends: Dovecot reads no other. */
static void refused(struct client *client)
{
    client->cmd = NULL;
}

static void end_session(struct client *client)
{
    client_destroy(client, "kinamo_tls_mode = enforce, and the session is not private");
}

/* Dovecot is about to open the mailbox for this client and to say +OK, so it cannot be destroyed
   here: what it says goes nowhere, and it is destroyed as soon as the event loop runs. */
static void take_leave(struct client *client)
{
    (void)o_stream_flush(client->output);
    (void)shutdown(client->fd_in, SHUT_RDWR);
    o_stream_unref(&client->output);
    client->output = o_stream_create_null();
    client->cmd = refused;
    timeout_remove(&client->to_idle);
    client->to_idle = timeout_add_short(0, end_session, client);
}

bool kinamo_pop3_tls_client_created(struct client *client)
{
    const char *text = kinamo_tls_session_refusal(client->user);

    if (text == NULL) {
        return true;
    }
    client_send_line(client, "-ERR [SYS/PERM] %s", text);
    take_leave(client);
    return false;
}
