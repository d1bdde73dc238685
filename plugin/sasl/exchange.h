/* One attempt to authenticate: from the facts to the log line. */
#ifndef KINAMO_EXCHANGE_H
#define KINAMO_EXCHANGE_H

#include "plugin/sasl/sasl-module.h"

struct exchange {
    struct sasl_module *module;
    const char *mechanism;
    unsigned int step;
    bool finished; /* it has its log line */
    bool tls;

    struct relay_exchange relay;
    bool relaying; /* the auth service waits for more */
    struct relay_answer answer;

    char rip[48], rport[8], lip[48], lport[8];
    char service[32];
    char user[KINAMO_SASL_MAX_USER + 1];   /* as the client says it; NUL and the rest cut */
    enum kinamo_throttle_verdict throttle; /* what observe would have refused */
    bool charged;                          /* it counts as a failure until it turns out otherwise */
    int64_t spent_ms;                      /* in the steps so far, without the client's time */
    int64_t step_ms;                       /* when the present step began */
};

enum exchange_result {
    EXCHANGE_OK,
    EXCHANGE_FAIL,     /* the auth service said no */
    EXCHANGE_TEMPFAIL, /* nobody could tell */
    EXCHANGE_REFUSED,  /* policy said no, without asking */
};

/* The attempt that begins; NULL if there is no memory. */
struct exchange *exchange_new(struct sasl_module *module, const char *mechanism,
                              const sasl_server_params_t *params);

/* Wipe and free it. One that did not end is logged as aborted by the client. */
void exchange_free(struct exchange *exchange);

/* Whether the session is private: see there how Postfix tells. */
bool session_has_tls(const sasl_server_params_t *params);

/* Policy before anything is asked: SASL_OK, or the end of the attempt with this code. */
int exchange_check_tls(struct exchange *exchange, const sasl_server_params_t *params);
int exchange_admit(struct exchange *exchange, const struct kinamo_span *user);

/* Note the user for the log. */
void exchange_set_user(struct exchange *exchange, const struct kinamo_span *user);

/* End the attempt because of what the client sent. Returns the code for libsasl2. */
int exchange_fault(struct exchange *exchange, enum kinamo_sasl_fault fault);

/* Ask the auth service; the answer is in exchange->answer. */
void exchange_begin(struct exchange *exchange, const char *mechanism,
                    const struct kinamo_span *response);
void exchange_continue(struct exchange *exchange, const struct kinamo_span *response);

/* End the attempt with the auth service's answer. Returns the code for libsasl2. */
int exchange_conclude(struct exchange *exchange, sasl_server_params_t *params,
                      sasl_out_params_t *out);

/* End the attempt: log it and return code. */
int exchange_end(struct exchange *exchange, enum exchange_result result, const char *cause,
                 int code);

#endif
