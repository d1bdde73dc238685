/* The TLS policy in an IMAP session: refuses one that is not private, and remembers through
   hibernation whether it was. */
#include "imap-common.h"
#include "buffer.h"
#include "imap-client.h"
#include "module-context.h"
#include "istream.h"
#include "ostream.h"

#include <sys/socket.h>

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-mail.h"
#include "plugin/imap/imap-tls.h"
#include "plugin/mail/tls-session.h"

#define IMAP_TLS(client) MODULE_CONTEXT_REQUIRE(client, imap_tls_module)

/* A block of the client's state: the name, then '1' for TLS or '0'. */
#define STATE_NAME "kinamo-tls\n"
#define STATE_SIZE (sizeof(STATE_NAME) - 1 + 1)

struct imap_tls {
    union imap_module_context module_ctx;
};

static MODULE_CONTEXT_DEFINE_INIT(imap_tls_module, &imap_module_register);

/* Dovecot still holds the client and looks for commands before it looks for the end. */
static void end_session(struct client *client, const char *text)
{
    client_send_line(client, t_strconcat("* BYE [PRIVACYREQUIRED] ", text, NULL));
    (void)o_stream_flush(client->output);
    i_stream_close(client->input);
    (void)shutdown(client->fd_in, SHUT_RDWR);
}

/* A new session has been answered its login when it gets here. One that comes back from hibernation
   has been sent nothing yet: it was looked at when it was new, and goes on. */
static void imap_tls_init(struct client *client)
{
    struct imap_tls *tls = IMAP_TLS(client);
    const char *text = NULL;

    if (client->output->offset > 0) {
        text = kinamo_tls_session_refusal(client->user);
    }
    if (text != NULL) {
        end_session(client, text);
    } else {
        tls->module_ctx.super.init(client);
    }
}

static int imap_tls_state_export(struct client *client, bool internal, buffer_t *dest,
                                 const char **error_r)
{
    struct imap_tls *tls = IMAP_TLS(client);

    /* Ahead of Dovecot's own block, which reads to the end. */
    if (internal) {
        buffer_append(dest, STATE_NAME, strlen(STATE_NAME));
        buffer_append_c(dest, kinamo_host_user_is_tls(client->user) ? '1' : '0');
    }
    return tls->module_ctx.super.state_export(client, internal, dest, error_r);
}

static void report_restored(struct client *client)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_tls_restored");
    kinamo_record_text(&record, "user", client->user->username);
    kinamo_record_text(&record, "tls", kinamo_host_user_is_tls(client->user) ? "yes" : "no");
    kinamo_event_debug(client->event, &record);
}

static ssize_t imap_tls_state_import(struct client *client, bool internal,
                                     const unsigned char *data, size_t size, const char **error_r)
{
    struct imap_tls *tls = IMAP_TLS(client);

    if (!internal || size < STATE_SIZE || memcmp(data, STATE_NAME, strlen(STATE_NAME)) != 0) {
        return tls->module_ctx.super.state_import(client, internal, data, size, error_r);
    }
    kinamo_host_user_set_tls(client->user, data[STATE_SIZE - 1] == '1');
    report_restored(client);
    return (ssize_t)STATE_SIZE;
}

void kinamo_imap_tls_client_created(struct client *client)
{
    struct imap_tls *tls = p_new(client->pool, struct imap_tls, 1);

    tls->module_ctx.super = client->v;
    client->v.init = imap_tls_init;
    client->v.state_export = imap_tls_state_export;
    client->v.state_import = imap_tls_state_import;
    MODULE_CONTEXT_SET(client, imap_tls_module, tls);
}
