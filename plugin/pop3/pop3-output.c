/* EXPIRE in the answer to CAPA after login.

   The answer is a constant of Dovecot's, sent in one piece. A filter stream over client->output
   recognizes it, so it is answered in its turn however the client pipelines. A piece of a message
   can never look like it: CAPA is no command that goes on (client->cmd), and Dovecot sends the dot
   that it adds to a message's line apart. */
#include "pop3-common.h"
#include "ostream-private.h"

#include "kinamo/pop3-capa.h"
#include "plugin/pop3/pop3-output.h"

#define CAPA_BEGINS "+OK\r\nCAPA\r\n"

struct capa_ostream {
    struct ostream_private ostream;
    struct client *client;
    uint64_t expire;
};

static bool is_capa_reply(struct capa_ostream *capa, const struct const_iovec *iov,
                          unsigned int iov_count)
{
    return capa->client->cmd == NULL && iov_count == 1 && iov->iov_len > strlen(CAPA_BEGINS) &&
           memcmp(iov->iov_base, CAPA_BEGINS, strlen(CAPA_BEGINS)) == 0;
}

static ssize_t send_on(struct ostream_private *stream, const struct const_iovec *iov,
                       unsigned int iov_count)
{
    ssize_t ret = o_stream_sendv(stream->parent, iov, iov_count);

    if (ret < 0) {
        o_stream_copy_error_from_parent(stream);
        return -1;
    }
    stream->ostream.offset += (uoff_t)ret;
    return ret;
}

/* Whoever sends looks at how much of his own text went out. */
static ssize_t send_capa(struct capa_ostream *capa, const struct const_iovec *iov)
{
    char *reply = t_malloc_no0(iov->iov_len + KINAMO_POP3_CAPA_ROOM);
    const struct const_iovec own = {
        .iov_base = reply,
        .iov_len = kinamo_pop3_capa_expire(iov->iov_base, iov->iov_len, capa->expire, FALSE, reply,
                                           iov->iov_len + KINAMO_POP3_CAPA_ROOM),
    };
    ssize_t ret;

    if (own.iov_len == 0) {
        return send_on(&capa->ostream, iov, 1);
    }
    ret = send_on(&capa->ostream, &own, 1);
    return ret < 0 ? -1 : (ssize_t)iov->iov_len;
}

static ssize_t capa_sendv(struct ostream_private *stream, const struct const_iovec *iov,
                          unsigned int iov_count)
{
    struct capa_ostream *capa = (struct capa_ostream *)stream;
    ssize_t ret;

    if (!is_capa_reply(capa, iov, iov_count)) {
        return send_on(stream, iov, iov_count);
    }
    T_BEGIN
    {
        ret = send_capa(capa, iov);
    }
    T_END;
    return ret;
}

void kinamo_pop3_output_announce(struct client *client, uint64_t expire)
{
    struct capa_ostream *capa = i_new(struct capa_ostream, 1);
    struct ostream *parent = client->output;

    capa->client = client;
    capa->expire = expire;
    capa->ostream.sendv = capa_sendv;
    client->output = o_stream_create(&capa->ostream, parent, o_stream_get_fd(parent));
    client->output->offset = parent->offset;
    o_stream_unref(&parent);
}
