/* The client of Dovecot's auth service. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kinamo/base64.h"
#include "plugin/sasl/auth-line.h"
#include "plugin/sasl/line-stream.h"
#include "plugin/sasl/relay.h"

/* Late answers to cancelled exchanges are passed over; more lines than this are an attack. */
#define MAX_FOREIGN_LINES 256

/* Dovecot forgets an exchange after 150 seconds (MASTER_AUTH_SERVER_TIMEOUT_SECS), and then answers
   as to a wrong password. */
#define MAX_EXCHANGE_MS 140000

/* PIDs need 22 bits; above them the number of the connection, because the auth service refuses a
   second connection with the same identity, even if it has not yet seen the end of the first. */
#define PID_BITS 22

struct relay {
    char *path;
    int64_t timeout_ms;
    pid_t owner; /* a child does not talk over its parent's connection */
    uint32_t connection;
    uint32_t last_id;
    int error;
    bool plain, cram_md5; /* what the auth service offers */
    struct line_stream stream;
};

struct relay *relay_new(const char *path, unsigned int timeout_seconds)
{
    struct relay *relay = calloc(1, sizeof(*relay));

    if (relay == NULL || (relay->path = strdup(path)) == NULL) {
        free(relay);
        return NULL;
    }
    relay->timeout_ms = (int64_t)timeout_seconds * 1000;
    line_stream_init(&relay->stream);
    return relay;
}

void relay_free(struct relay *relay)
{
    if (relay != NULL) {
        line_stream_close(&relay->stream);
        free(relay->path);
        free(relay);
    }
}

int relay_errno(const struct relay *relay)
{
    return relay->error;
}

static void give_up(struct relay *relay, struct relay_answer *answer, enum line_status status)
{
    static const char *const causes[] = {
        [LINE_TIMEOUT] = "auth-timeout",
        [LINE_CLOSED] = "auth-closed",
        [LINE_GARBAGE] = "auth-protocol",
    };

    /* What comes later on this connection could be taken for an answer to something else. */
    line_stream_close(&relay->stream);
    memset(answer, 0, sizeof(*answer));
    answer->result = RELAY_TEMPFAIL;
    answer->cause = causes[status];
}

/* One line of the auth service's greeting. */
static enum line_status handshake_line(struct relay *relay, char *line, bool *done_r)
{
    char *word = auth_next_word(&line);
    char *value = auth_next_word(&line);
    uint32_t major;

    *done_r = strcmp(word, "DONE") == 0;
    if (value == NULL) {
        return LINE_OK;
    }
    if (strcmp(word, "VERSION") == 0 && (!auth_parse_number(value, &major) || major != 1)) {
        return LINE_GARBAGE;
    }
    if (strcmp(word, "MECH") == 0) {
        relay->plain |= strcmp(value, "PLAIN") == 0;
        relay->cram_md5 |= strcmp(value, "CRAM-MD5") == 0;
    }
    return LINE_OK;
}

/* Dovecot 2.4 tells its mechanisms only after our part, so that goes first. */
static enum line_status handshake(struct relay *relay, int64_t deadline)
{
    char hello[64];
    uint32_t identity = (uint32_t)relay->owner | relay->connection << PID_BITS;
    int size = snprintf(hello, sizeof(hello), "VERSION\t1\t2\nCPID\t%u\n", identity);
    enum line_status status = line_stream_send(&relay->stream, hello, (size_t)size, deadline);
    bool done = false;

    relay->plain = relay->cram_md5 = false;
    for (int lines = 0; status == LINE_OK && !done; lines++) {
        char *line;

        status = line_stream_read(&relay->stream, &line, deadline);
        if (status == LINE_OK) {
            status = lines < MAX_FOREIGN_LINES ? handshake_line(relay, line, &done) : LINE_GARBAGE;
        }
    }
    return status;
}

static bool connect_relay(struct relay *relay, struct relay_answer *answer, int64_t deadline)
{
    enum line_status status;

    relay->connection++;
    status = line_stream_connect(&relay->stream, relay->path, deadline);
    if (status == LINE_CLOSED) {
        relay->error = errno;
        give_up(relay, answer, status);
        answer->cause = "auth-unreachable";
        return false;
    }
    if (status == LINE_OK) {
        status = handshake(relay, deadline);
    }
    if (status != LINE_OK) {
        give_up(relay, answer, status);
    }
    return status == LINE_OK;
}

/* False if the reply makes no sense here. */
static bool take_reply(const struct auth_reply *reply, bool challenge_expected,
                       struct relay_answer *answer)
{
    switch (reply->kind) {
    case AUTH_REPLY_OK:
        /* An OK before the client has proved anything would let everybody in. */
        if (challenge_expected || reply->user == NULL ||
            strlen(reply->user) >= sizeof(answer->user)) {
            return false;
        }
        memcpy(answer->user, reply->user, strlen(reply->user) + 1);
        answer->nologin = reply->nologin;
        answer->result = RELAY_OK;
        return true;
    case AUTH_REPLY_FAIL:
        answer->result = reply->temporary ? RELAY_TEMPFAIL : RELAY_FAIL;
        answer->cause = reply->temporary ? "auth-tempfail" : "credentials";
        return true;
    case AUTH_REPLY_CONTINUE:
        answer->result = RELAY_CONTINUE;
        return challenge_expected &&
               kinamo_base64_decode(answer->challenge, sizeof(answer->challenge),
                                    &answer->challenge_length, reply->challenge,
                                    strlen(reply->challenge)) &&
               answer->challenge_length > 0;
    case AUTH_REPLY_OTHER:
    case AUTH_REPLY_GARBAGE:
        break;
    }
    return false;
}

static enum line_status wait_for_reply(struct relay *relay, uint32_t id, bool challenge_expected,
                                       struct relay_answer *answer, int64_t deadline)
{
    for (int lines = 0; lines < MAX_FOREIGN_LINES; lines++) {
        struct auth_reply reply;
        char *line;
        enum line_status status = line_stream_read(&relay->stream, &line, deadline);

        if (status != LINE_OK) {
            return status;
        }
        auth_reply_parse(line, &reply);
        if (reply.kind == AUTH_REPLY_GARBAGE) {
            return LINE_GARBAGE;
        }
        if (reply.kind != AUTH_REPLY_OTHER && reply.id == id) {
            return take_reply(&reply, challenge_expected, answer) ? LINE_OK : LINE_GARBAGE;
        }
    }
    return LINE_GARBAGE;
}

static enum line_status ask(struct relay *relay, uint32_t id, const struct auth_line *line,
                            bool challenge_expected, struct relay_answer *answer, int64_t deadline)
{
    enum line_status status = line_stream_send(&relay->stream, line->text, line->length, deadline);

    if (status == LINE_OK) {
        status = wait_for_reply(relay, id, challenge_expected, answer, deadline);
    }
    line_stream_forget(&relay->stream);
    return status;
}

static bool is_offered(const struct relay *relay, const char *mechanism)
{
    return strcmp(mechanism, "PLAIN") == 0 ? relay->plain : relay->cram_md5;
}

/* resp= has to be the last field. */
static bool write_auth(struct auth_line *line, uint32_t id, const char *mechanism,
                       const struct relay_session *session, const struct kinamo_span *response)
{
    auth_line_start(line, "AUTH", id);
    auth_line_word(line, mechanism);
    auth_line_field(line, "service", session->service);
    if (session->tls) {
        auth_line_field(line, "secured", "tls");
    }
    auth_line_field(line, "lip", session->lip);
    auth_line_field(line, "lport", session->lport);
    auth_line_field(line, "rip", session->rip);
    auth_line_field(line, "rport", session->rport);
    if (response != NULL) {
        auth_line_base64(line, "resp=", response->text, response->length);
    }
    return auth_line_finish(line);
}

static uint32_t next_id(struct relay *relay)
{
    relay->last_id++;
    if (relay->last_id == 0) {
        relay->last_id++;
    }
    return relay->last_id;
}

static void refuse(struct relay_answer *answer, const char *cause)
{
    answer->result = RELAY_TEMPFAIL;
    answer->cause = cause;
}

/* Returns false if the connection that was there before is gone. */
static bool try_begin(struct relay *relay, const char *mechanism,
                      const struct relay_session *session, const struct kinamo_span *response,
                      struct relay_exchange *exchange, struct relay_answer *answer,
                      int64_t deadline)
{
    bool reused = relay->stream.fd >= 0;
    struct auth_line line;
    enum line_status status = LINE_OK;

    memset(answer, 0, sizeof(*answer));
    if (!reused && !connect_relay(relay, answer, deadline)) {
        return true;
    }
    if (!is_offered(relay, mechanism)) {
        /* It may be offered after a reload, which a new connection would see. */
        line_stream_close(&relay->stream);
        refuse(answer, "auth-mechanism");
        return true;
    }
    exchange->connection = relay->connection;
    exchange->begun_ms = clock_ms();
    exchange->id = next_id(relay);
    if (write_auth(&line, exchange->id, mechanism, session, response)) {
        status = ask(relay, exchange->id, &line, response == NULL, answer, deadline);
    } else {
        refuse(answer, "too-long");
    }
    auth_line_wipe(&line);
    if (status != LINE_OK) {
        give_up(relay, answer, status);
    }
    return !(reused && status == LINE_CLOSED);
}

void relay_begin(struct relay *relay, const char *mechanism, const struct relay_session *session,
                 const struct kinamo_span *response, struct relay_exchange *exchange,
                 struct relay_answer *answer)
{
    int64_t deadline = clock_ms() + relay->timeout_ms;

    relay->error = 0;
    if (relay->owner != getpid()) {
        relay->owner = getpid();
        line_stream_close(&relay->stream);
    }
    if (!try_begin(relay, mechanism, session, response, exchange, answer, deadline)) {
        (void)try_begin(relay, mechanism, session, response, exchange, answer, deadline);
    }
}

/* Whether the auth service still knows the exchange. */
static bool is_alive(const struct relay *relay, const struct relay_exchange *exchange)
{
    return relay->stream.fd >= 0 && exchange->connection == relay->connection &&
           relay->owner == getpid();
}

void relay_continue(struct relay *relay, const struct relay_exchange *exchange,
                    const struct kinamo_span *response, struct relay_answer *answer)
{
    int64_t deadline = clock_ms() + relay->timeout_ms;
    enum line_status status = LINE_OK;
    struct auth_line line;

    memset(answer, 0, sizeof(*answer));
    if (!is_alive(relay, exchange)) {
        refuse(answer, "auth-closed");
        return;
    }
    if (clock_ms() - exchange->begun_ms > MAX_EXCHANGE_MS) {
        relay_cancel(relay, exchange);
        refuse(answer, "auth-expired");
        return;
    }
    auth_line_start(&line, "CONT", exchange->id);
    auth_line_base64(&line, "", response->text, response->length);
    if (auth_line_finish(&line)) {
        status = ask(relay, exchange->id, &line, false, answer, deadline);
    } else {
        refuse(answer, "too-long");
    }
    auth_line_wipe(&line);
    if (status != LINE_OK) {
        give_up(relay, answer, status);
    }
}

void relay_cancel(struct relay *relay, const struct relay_exchange *exchange)
{
    struct auth_line line;

    if (!is_alive(relay, exchange)) {
        return;
    }
    auth_line_start(&line, "CANCEL", exchange->id);
    (void)auth_line_finish(&line);
    /* Nobody waits for this; a connection that does not take it at once is of no use any more. */
    if (line_stream_send(&relay->stream, line.text, line.length, clock_ms()) != LINE_OK) {
        line_stream_close(&relay->stream);
    }
}
