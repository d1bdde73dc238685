/* Asking Dovecot's auth service: one lazy, lasting connection per process. */
#ifndef KINAMO_RELAY_H
#define KINAMO_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kinamo/sasl-message.h"

#define RELAY_MAX_CHALLENGE 512

struct relay;

/* What is known about the client; texts may be NULL. */
struct relay_session {
    const char *service, *rip, *rport, *lip, *lport;
    bool tls;
};

enum relay_result {
    RELAY_OK,       /* the password was right: answer.user is set, and look at answer.nologin */
    RELAY_FAIL,     /* it was not, or the account may not be used */
    RELAY_CONTINUE, /* answer.challenge is for the client */
    RELAY_TEMPFAIL, /* nobody could tell: answer.cause says why */
};

struct relay_answer {
    enum relay_result result;
    bool nologin;
    const char *cause; /* a word for the log; a literal */
    char user[KINAMO_SASL_MAX_USER + 1];
    size_t challenge_length;
    unsigned char challenge[RELAY_MAX_CHALLENGE];
};

/* An exchange that the auth service has begun. */
struct relay_exchange {
    uint32_t id;
    uint32_t connection; /* exchanges end with their connection */
    int64_t begun_ms;    /* and when the auth service has forgotten them */
};

/* Returns NULL if there is no memory. The path is copied. */
struct relay *relay_new(const char *path, unsigned int timeout_seconds);
void relay_free(struct relay *relay);

/* Begin with an initial response, to which only OK or FAIL is an answer; or without (response is
   NULL), to which only CONTINUE or FAIL is. If the connection turns out to be gone, it is made
   again, once. */
void relay_begin(struct relay *relay, const char *mechanism, const struct relay_session *session,
                 const struct kinamo_span *response, struct relay_exchange *exchange,
                 struct relay_answer *answer);

/* Go on after CONTINUE, to OK or FAIL. */
void relay_continue(struct relay *relay, const struct relay_exchange *exchange,
                    const struct kinamo_span *response, struct relay_answer *answer);

/* Tell the auth service that nothing more will follow. */
void relay_cancel(struct relay *relay, const struct relay_exchange *exchange);

/* Why the last connection failed, as errno; 0 if that is not why. */
int relay_errno(const struct relay *relay);

#endif
