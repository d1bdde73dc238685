/* Authentication for outgoing mail: our module beside Postfix's own client of Dovecot's auth
   service and the stock modules with a sasldb. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "sasl-session.h"

#define GOAL 1.10
#define MANY 50 /* clients at once */
#define WAYS 3

/* Postfix's own limits out of the way, for all alike. */
#define NO_LIMITS                                                                                  \
    "smtpd_client_auth_rate_limit=0 smtpd_client_connection_count_limit=0 "                        \
    "smtpd_client_connection_rate_limit=0 "
/* On port 25, where no service overrides these. */
#define IN_CLEAR                                                                                   \
    "smtpd_sasl_auth_enable=yes smtpd_tls_auth_only=no smtpd_sasl_security_options=noanonymous "

/* Neither of the others calls itself forward secret. */
#define OTHERS  "postconf -e smtpd_sasl_tls_security_options=noanonymous "
#define DOVECOT OTHERS "smtpd_sasl_type=dovecot smtpd_sasl_path=private/auth "
#define OURS                                                                                       \
    SASL_ALL_MODULES                                                                               \
    "sed -i 's/^kinamo_require_tls:.*/kinamo_require_tls: no/' /etc/postfix/sasl/smtpd.conf && "   \
    "postconf -e "
#define STOCK SASL_STOCK OTHERS

/* How a session goes, and what makes Postfix so. */
struct load {
    const struct sasl_session *session;
    int clients;
    const char *setup;
};

static void prepare(const struct bench_variant *variant, int units)
{
    const struct load *load = variant->data;

    (void)units;
    free(live_must("%s", load->setup));
    sasl_postfix_reload();
    for (int i = 0; i < 10; i++) {
        sasl_session_run(i, load->session);
    }
}

static void run_load(const struct bench_variant *variant, int units)
{
    const struct load *load = variant->data;

    bench_clients(load->clients, units, sasl_session_run, load->session);
}

/* settings are of main.cf, and added for each variant. */
static void compare(const char *name, const struct sasl_session *session, int clients, int units,
                    const char *settings)
{
    static const struct {
        const char *name, *setup;
        bool judged;
    } ways[] = {
        {"Postfix's Dovecot client", DOVECOT NO_LIMITS, false},
        {"ours, throttle enforced", OURS NO_LIMITS, true},
        {"stock modules, sasldb", STOCK NO_LIMITS, false},
    };
    struct bench_variant variants[WAYS + 1] = {{0}};
    struct load loads[WAYS];
    char setups[WAYS][1024];

    for (int i = 0; i < WAYS; i++) {
        (void)snprintf(setups[i], sizeof(setups[i]), "%s%s", ways[i].setup, settings);
        loads[i] = (struct load){.session = session, .clients = clients, .setup = setups[i]};
        variants[i] = (struct bench_variant){
            .name = ways[i].name,
            .options = {.postfix = true, .dovecot = SASL_NO_PENALTY},
            .goal = ways[i].judged && session->tls ? GOAL : 0,
            .data = &loads[i],
        };
    }
    bench_compare(&(struct bench_comparison){
        .name = name,
        .unit = "session",
        .units = bench_size(units),
        .services = "auth",
        .latency_goal = GOAL,
        .variants = variants,
        .prepare = prepare,
        .load = run_load,
    });
}

static const struct sasl_session plain = {"PLAIN", LIVE_JAN, LIVE_JAN_PASSWORD, true};
static const struct sasl_session cram = {"CRAM-MD5", LIVE_JAN, LIVE_JAN_PASSWORD, true};
static const struct sasl_session crypt = {"PLAIN", LIVE_EVA, LIVE_EVA_PASSWORD, true};
static const struct sasl_session clear = {"PLAIN", LIVE_JAN, LIVE_JAN_PASSWORD, false};

void bench_part_sasl(void)
{
    compare("PLAIN, {CRAM-MD5}, 1 client", &plain, 1, 200, "");
    compare("PLAIN, {CRAM-MD5}, 50 clients", &plain, MANY, 500, "");
}

void bench_part_sasl_cram(void)
{
    compare("CRAM-MD5, {CRAM-MD5}, 1 client", &cram, 1, 200, "");
    compare("CRAM-MD5, {CRAM-MD5}, 50 clients", &cram, MANY, 500, "");
}

void bench_part_sasl_crypt(void)
{
    compare("PLAIN, {SHA512-CRYPT}, 1 client", &crypt, 1, 200, "");
    compare("PLAIN, {SHA512-CRYPT}, 50 clients", &crypt, MANY, 500, "");
}

void bench_part_sasl_smtpd(void)
{
    compare("PLAIN, {CRAM-MD5}, a new smtpd for each session", &plain, 1, 100, "max_use=1");
    compare("PLAIN, {CRAM-MD5}, without TLS", &clear, 1, 400, IN_CLEAR);
}
