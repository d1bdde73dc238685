/* How the transfer of a message to the client ended.

   Dovecot sends a cut message and the final dot after a read error, so a stream over the message's
   own says what really was read. That stream is also where one can tell whether the client said
   QUIT too early: Dovecot asks it for more until the end, and sends the last line only then. A
   client that waits for that line cannot have said QUIT yet; one that has, cannot have seen it. */
#include "pop3-common.h"
#include "istream-private.h"
#include "ostream.h"
#include "mail-storage-private.h"

#include "plugin/pop3/pop3-delivery.h"
#include "plugin/pop3/pop3-input.h"
#include "plugin/pop3/pop3-session.h"

#define DELIVERY_MAIL(mail) MODULE_CONTEXT_REQUIRE(mail, kinamo_pop3_mail_module)

struct delivery_istream {
    struct istream_private istream;
    struct client *client;
    struct kinamo_pop3_transfer transfer;
    unsigned char last;
};

struct delivery_mail {
    union mail_module_context module_ctx;
    struct kinamo_pop3_session *session;
    struct delivery_istream *stream; /* during a transfer */
    uint32_t msgnum;
    uoff_t command_end;
};

static MODULE_CONTEXT_DEFINE_INIT(kinamo_pop3_mail_module, &mail_module_register);

/* Dovecot counts every line end as CRLF. */
static void count(struct delivery_istream *delivery, const unsigned char *data, size_t size)
{
    const unsigned char *end = data + size;
    const unsigned char *at = data;

    delivery->transfer.physical_size += size;
    delivery->transfer.virtual_size += size;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        if ((at == data ? delivery->last : at[-1]) != '\r') {
            delivery->transfer.virtual_size++;
        }
        at++;
    }
    delivery->last = end[-1];
}

static ssize_t delivery_read(struct istream_private *stream)
{
    struct delivery_istream *delivery = (struct delivery_istream *)stream;
    ssize_t ret;

    i_stream_seek(stream->parent, stream->parent_start_offset + stream->istream.v_offset);
    ret = i_stream_read_copy_from_parent(&stream->istream);
    if (ret > 0) {
        count(delivery, stream->buffer + stream->pos - ret, (size_t)ret);
    } else if (ret == -1 && stream->istream.stream_errno != 0) {
        delivery->transfer.failed = true;
    } else if (ret == -1) {
        delivery->transfer.eof = true;
        delivery->transfer.quit_received = kinamo_pop3_input_quit_received(delivery->client);
    }
    return ret;
}

static struct delivery_istream *delivery_stream(struct client *client, struct istream *parent)
{
    struct delivery_istream *delivery = i_new(struct delivery_istream, 1);

    delivery->client = client;
    delivery->istream.max_buffer_size = parent->real_stream->max_buffer_size;
    delivery->istream.read = delivery_read;
    delivery->istream.istream.blocking = parent->blocking;
    (void)i_stream_create(&delivery->istream, parent, i_stream_get_fd(parent), 0);
    return delivery;
}

/* Whether the command that is being executed is about this message. */
static bool is_about(const struct client *client, const struct kinamo_pop3_command *command,
                     const struct mail *mail)
{
    return command->message > 0 && command->message <= client->messages_count &&
           kinamo_pop3_session_seq(client, command->message) == mail->seq;
}

static bool is_of_interest(const struct kinamo_pop3_session *session, const char *reason,
                           const struct kinamo_pop3_command *command)
{
    if (command->verb == KINAMO_POP3_RETR) {
        return strcmp(reason, "RETR") == 0;
    }
    return command->verb == KINAMO_POP3_TOP && strcmp(reason, "TOP") == 0 &&
           session->policy.top_whole && command->lines >= KINAMO_POP3_WHOLE_LINES;
}

static void note(struct delivery_mail *dmail, struct mail *mail, enum kinamo_pop3_cause cause)
{
    const struct kinamo_pop3_slot slot = {
        .uid = mail->uid,
        .cause = cause,
        .command_end = dmail->command_end,
        .reply_end = dmail->session->client->output->offset,
    };

    kinamo_pop3_session_transferred(dmail->session, dmail->msgnum, &slot);
}

static int delivery_get_stream(struct mail *mail, bool get_body, struct message_size *hdr_size,
                               struct message_size *body_size, struct istream **stream_r)
{
    struct mail_private *pmail = (struct mail_private *)mail;
    struct delivery_mail *dmail = DELIVERY_MAIL(pmail);
    struct kinamo_pop3_session *session = dmail->session;
    struct kinamo_pop3_command command =
        kinamo_pop3_input_command(session->input, &dmail->command_end);
    int ret = dmail->module_ctx.super.get_stream(mail, get_body, hdr_size, body_size, stream_r);

    if (dmail->stream != NULL || !is_of_interest(session, pmail->get_stream_reason, &command) ||
        !is_about(session->client, &command, mail)) {
        return ret;
    }
    dmail->msgnum = command.message;
    if (ret < 0) {
        if (!mail->expunged) {
            note(dmail, mail, KINAMO_POP3_CAUSE_UNREADABLE);
        }
        return ret;
    }
    dmail->stream = delivery_stream(session->client, *stream_r);
    dmail->stream->transfer.top = command.verb == KINAMO_POP3_TOP;
    dmail->stream->transfer.lines = command.lines;
    dmail->stream->transfer.promised_size = session->client->message_sizes[command.message - 1];
    *stream_r = &dmail->stream->istream.istream;
    return ret;
}

/* Dovecot closes the mail after it has queued the last line of the reply. */
static void delivery_close(struct mail *mail)
{
    struct delivery_mail *dmail = DELIVERY_MAIL((struct mail_private *)mail);

    if (dmail->stream != NULL) {
        struct istream *stream = &dmail->stream->istream.istream;

        note(dmail, mail,
             kinamo_pop3_transfer_judge(&dmail->session->policy, &dmail->stream->transfer));
        dmail->stream = NULL;
        i_stream_unref(&stream);
    }
    dmail->module_ctx.super.close(mail);
}

void kinamo_pop3_delivery_mail_allocated(struct mail *mail)
{
    struct kinamo_pop3_session *session = kinamo_pop3_session_of_maildrop(mail->box);
    struct mail_private *pmail = (struct mail_private *)mail;
    struct mail_vfuncs *v = pmail->vlast;
    struct delivery_mail *dmail;

    if (session == NULL) {
        return;
    }
    dmail = p_new(pmail->pool, struct delivery_mail, 1);
    dmail->session = session;
    dmail->module_ctx.super = *v;
    pmail->vlast = &dmail->module_ctx.super;
    v->get_stream = delivery_get_stream;
    v->close = delivery_close;
    MODULE_CONTEXT_SET(pmail, kinamo_pop3_mail_module, dmail);
}
