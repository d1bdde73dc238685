/* One attempt to authenticate. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <time.h>

#include "kinamo/record.h"
#include "plugin/sasl/exchange.h"
#include "plugin/sasl/line-stream.h"
#include "plugin/sasl/sasl-log.h"

#define THROTTLE_CURE "logins go on uncounted; make it a file that only postfix may write"
#define AUTH_CURE                                                                                  \
    "check that Dovecot runs and that the user postfix may connect to its listener "               \
    "(96-kinamo-postfix.conf)"

/* Postfix tells mechanisms nothing about TLS; but it passes other security options under TLS than
   in clear, and there the shipped configuration asks for forward secrecy, which TLS gives. Other
   hosts set the strength of the outer layer, as libsasl2 means it. */
bool session_has_tls(const sasl_server_params_t *params)
{
    return params->external_ssf > 0 ||
           (params->props.security_flags & SASL_SEC_FORWARD_SECRECY) != 0;
}

/* "address;port" (sasl_server_new(3)). */
static void split_address(const char *text, char *ip, size_t ip_size, char *port, size_t port_size)
{
    const char *separator = text == NULL ? NULL : strchr(text, ';');

    ip[0] = port[0] = '\0';
    if (separator == NULL || (size_t)(separator - text) >= ip_size) {
        return;
    }
    (void)snprintf(ip, ip_size, "%.*s", (int)(separator - text), text);
    (void)snprintf(port, port_size, "%.*s", (int)port_size - 1, separator + 1);
}

struct exchange *exchange_new(struct sasl_module *module, const char *mechanism,
                              const sasl_server_params_t *params)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));

    if (exchange == NULL) {
        return NULL;
    }
    exchange->module = module;
    exchange->mechanism = mechanism;
    exchange->tls = session_has_tls(params);
    exchange->step_ms = clock_ms();
    (void)snprintf(exchange->service, sizeof(exchange->service), "%.*s",
                   (int)sizeof(exchange->service) - 1,
                   params->service == NULL ? "smtp" : params->service);
    split_address(params->ipremoteport, exchange->rip, sizeof(exchange->rip), exchange->rport,
                  sizeof(exchange->rport));
    split_address(params->iplocalport, exchange->lip, sizeof(exchange->lip), exchange->lport,
                  sizeof(exchange->lport));
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL) {
        return;
    }
    if (exchange->relaying) {
        relay_cancel(exchange->module->relay, &exchange->relay);
    }
    if (!exchange->finished) {
        exchange->step_ms = clock_ms();
        (void)exchange_end(exchange, EXCHANGE_REFUSED, "aborted", SASL_FAIL);
    }
    explicit_bzero(exchange, sizeof(*exchange));
    free(exchange);
}

static void warn_throttle(struct exchange *exchange)
{
    struct sasl_module *module = exchange->module;
    int error;
    const char *trouble = throttle_file_trouble(module->throttle, &error);

    if (trouble != NULL) {
        sasl_module_warn(module, "kinamo_throttle_file", module->throttle_path, trouble, error,
                         THROTTLE_CURE);
    }
}

static void take_back_charge(struct exchange *exchange)
{
    if (exchange->charged) {
        exchange->charged = false;
        throttle_file_refund(exchange->module->throttle, exchange->user, exchange->rip, time(NULL));
        warn_throttle(exchange);
    }
}

int exchange_end(struct exchange *exchange, enum exchange_result result, const char *cause,
                 int code)
{
    static const char *const results[] = {
        [EXCHANGE_OK] = "ok",
        [EXCHANGE_FAIL] = "fail",
        [EXCHANGE_TEMPFAIL] = "tempfail",
        [EXCHANGE_REFUSED] = "refused",
    };
    struct kinamo_record record;
    char line[KINAMO_RECORD_LINE_SIZE];

    if (result == EXCHANGE_TEMPFAIL) {
        take_back_charge(exchange);
    }
    kinamo_record_init(&record, "kinamo_sasl");
    kinamo_record_text(&record, "result", results[result]);
    kinamo_record_text(&record, "mech", exchange->mechanism);
    kinamo_record_text(&record, "user", exchange->user);
    kinamo_record_text(&record, "rip", exchange->rip);
    kinamo_record_text(&record, "rport", exchange->rport);
    kinamo_record_text(&record, "lip", exchange->lip);
    kinamo_record_text(&record, "lport", exchange->lport);
    kinamo_record_text(&record, "tls", exchange->tls ? "yes" : "no");
    kinamo_record_text(&record, "cause", cause);
    kinamo_record_number(&record, "ms", exchange->spent_ms + clock_ms() - exchange->step_ms);
    if (exchange->throttle != KINAMO_THROTTLE_PASS) {
        kinamo_record_text(&record, "observed", kinamo_throttle_verdict_name(exchange->throttle));
    }
    (void)kinamo_record_render_fields(&record, line, sizeof(line));
    sasl_log(LOG_INFO, line);
    exchange->finished = true;
    return code;
}

int exchange_check_tls(struct exchange *exchange, const sasl_server_params_t *params)
{
    exchange->tls = session_has_tls(params);
    if (exchange->tls || !exchange->module->require_tls) {
        return SASL_OK;
    }
    return exchange_end(exchange, EXCHANGE_REFUSED, "no-tls", SASL_ENCRYPT);
}

void exchange_set_user(struct exchange *exchange, const struct kinamo_span *user)
{
    size_t length =
        user->length < sizeof(exchange->user) ? user->length : sizeof(exchange->user) - 1;

    memcpy(exchange->user, user->text, length);
    exchange->user[length] = '\0';
}

int exchange_fault(struct exchange *exchange, enum kinamo_sasl_fault fault)
{
    /* The client learns no more than from a wrong password. */
    return exchange_end(exchange, EXCHANGE_REFUSED, kinamo_sasl_fault_name(fault), SASL_BADAUTH);
}

static void log_evictions(uint64_t evictions)
{
    char line[128];

    if (evictions == 0) {
        return;
    }
    (void)snprintf(line, sizeof(line),
                   "throttle evictions=%" PRIu64
                   ": raise kinamo_throttle_size if this grows quickly",
                   evictions);
    sasl_log(LOG_INFO, line);
}

static int throttle(struct exchange *exchange)
{
    struct sasl_module *module = exchange->module;
    struct throttle_admission admission;

    if (module->throttle == NULL) {
        return SASL_OK;
    }
    throttle_file_admit(module->throttle, exchange->user, exchange->rip, time(NULL), &admission);
    warn_throttle(exchange);
    log_evictions(admission.evictions);
    exchange->charged = admission.charged;
    if (module->throttle_mode < KINAMO_MODE_ENFORCE) {
        exchange->throttle = admission.verdict;
        return SASL_OK;
    }
    if (admission.verdict != KINAMO_THROTTLE_PASS) {
        return exchange_end(exchange, EXCHANGE_REFUSED,
                            kinamo_throttle_verdict_name(admission.verdict), SASL_TRYAGAIN);
    }
    clock_sleep((int64_t)admission.wait * 1000);
    return SASL_OK;
}

int exchange_admit(struct exchange *exchange, const struct kinamo_span *user)
{
    enum kinamo_sasl_fault fault = kinamo_sasl_check_user(user, exchange->module->require_address);

    if (fault != KINAMO_SASL_GOOD) {
        return exchange_fault(exchange, fault);
    }
    return throttle(exchange);
}

static const char *or_null(const char *text)
{
    return *text == '\0' ? NULL : text;
}

static void after_asking(struct exchange *exchange)
{
    struct sasl_module *module = exchange->module;
    int error = relay_errno(module->relay);

    exchange->relaying = exchange->answer.result == RELAY_CONTINUE;
    if (error != 0) {
        sasl_module_warn(module, "kinamo_auth_socket", module->auth_socket, "cannot connect", error,
                         AUTH_CURE);
    }
}

void exchange_begin(struct exchange *exchange, const char *mechanism,
                    const struct kinamo_span *response)
{
    const struct relay_session session = {
        .service = exchange->service,
        .rip = or_null(exchange->rip),
        .rport = or_null(exchange->rport),
        .lip = or_null(exchange->lip),
        .lport = or_null(exchange->lport),
        .tls = exchange->tls,
    };

    relay_begin(exchange->module->relay, mechanism, &session, response, &exchange->relay,
                &exchange->answer);
    after_asking(exchange);
}

void exchange_continue(struct exchange *exchange, const struct kinamo_span *response)
{
    relay_continue(exchange->module->relay, &exchange->relay, response, &exchange->answer);
    after_asking(exchange);
}

static void remember(struct exchange *exchange, bool success)
{
    struct sasl_module *module = exchange->module;
    uint64_t evictions;

    if (module->throttle == NULL || (exchange->charged && !success)) {
        return;
    }
    evictions =
        throttle_file_record(module->throttle, exchange->user, exchange->rip, time(NULL), success);
    warn_throttle(exchange);
    log_evictions(evictions);
    if (success) {
        take_back_charge(exchange);
    }
}

/* The password was right, but nobody may notice: the client gets the auth service's answer to a
   wrong one, when that comes. Dovecot holds failures back, and longer after earlier ones, which
   could not be made up here. */
static int refuse_nologin(struct exchange *exchange)
{
    char message[KINAMO_SASL_MAX_USER + 64];
    unsigned char secret[16];
    struct kinamo_span response = {message, 1};

    if (getrandom(secret, sizeof(secret), 0) != sizeof(secret)) {
        return exchange_end(exchange, EXCHANGE_TEMPFAIL, "no-random", SASL_TRYAGAIN);
    }
    message[0] = '\0';
    response.length += strlen(exchange->user) + 1;
    memcpy(message + 1, exchange->user, response.length - 1);
    for (size_t i = 0; i < sizeof(secret); i++) {
        message[response.length++] = (char)('a' + secret[i] % 16);
    }
    exchange_begin(exchange, "PLAIN", &response);
    /* Whatever that said, also where only CRAM-MD5 is offered: another reply would tell. */
    remember(exchange, false);
    return exchange_end(exchange, EXCHANGE_FAIL, "nologin", SASL_BADAUTH);
}

static int welcome(struct exchange *exchange, sasl_server_params_t *params, sasl_out_params_t *out)
{
    const struct kinamo_span user = {exchange->answer.user, strlen(exchange->answer.user)};
    int code;

    if (exchange->answer.nologin) {
        return refuse_nologin(exchange);
    }
    if (kinamo_sasl_check_user(&user, exchange->module->require_address) != KINAMO_SASL_GOOD) {
        return exchange_end(exchange, EXCHANGE_TEMPFAIL, "auth-user", SASL_TRYAGAIN);
    }
    code = params->canon_user(params->utils->conn, user.text, (unsigned int)user.length,
                              SASL_CU_AUTHID | SASL_CU_AUTHZID | SASL_CU_EXTERNALLY_VERIFIED, out);
    if (code != SASL_OK) {
        return exchange_end(exchange, EXCHANGE_TEMPFAIL, "canon-user", SASL_TRYAGAIN);
    }
    remember(exchange, true);
    exchange_set_user(exchange, &user);
    out->doneflag = 1;
    return exchange_end(exchange, EXCHANGE_OK, NULL, SASL_OK);
}

int exchange_conclude(struct exchange *exchange, sasl_server_params_t *params,
                      sasl_out_params_t *out)
{
    switch (exchange->answer.result) {
    case RELAY_OK:
        return welcome(exchange, params, out);
    case RELAY_FAIL:
        remember(exchange, false);
        return exchange_end(exchange, EXCHANGE_FAIL, exchange->answer.cause, SASL_BADAUTH);
    case RELAY_CONTINUE:
    case RELAY_TEMPFAIL:
        break;
    }
    return exchange_end(exchange, EXCHANGE_TEMPFAIL, exchange->answer.cause, SASL_TRYAGAIN);
}
