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

/* Postfix's own limits out of the way, for all alike. */
#define NO_LIMITS                                                                                  \
    "smtpd_client_auth_rate_limit=0 smtpd_client_connection_count_limit=0 "                        \
    "smtpd_client_connection_rate_limit=0 "
/* No TLS handshake hides the cost, on port 25 where no service overrides these. */
#define IN_CLEAR                                                                                   \
    "smtpd_sasl_auth_enable=yes smtpd_tls_auth_only=no smtpd_sasl_security_options=noanonymous "

#define DOVECOT                                                                                    \
    "postconf -e smtpd_sasl_type=dovecot smtpd_sasl_path=private/auth "                            \
    "smtpd_sasl_tls_security_options=noanonymous "
#define OURS                                                                                       \
    SASL_ALL_MODULES                                                                               \
    "sed -i 's/^kinamo_require_tls:.*/kinamo_require_tls: no/' /etc/postfix/sasl/smtpd.conf && "   \
    "postconf -e "
#define STOCK                                                                                      \
    SASL_STOCK_MODULES                                                                             \
    "install -D -o postfix " SASL_SASLDB " /var/spool/postfix/etc/sasldb2 && "                     \
    "printf 'mech_list: PLAIN CRAM-MD5\npwcheck_method: auxprop\nauxprop_plugin: sasldb\n' "       \
    "> /etc/postfix/sasl/smtpd.conf && postconf -e "

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
    free(live_must("%s && postfix reload 2>&1", load->setup));
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
        double goal;
        bool under_tls;
    } ways[] = {
        {"Postfix's Dovecot client", DOVECOT NO_LIMITS, 0, true},
        {"ours, throttle enforced", OURS NO_LIMITS, GOAL, true},
        {"stock modules, sasldb", STOCK NO_LIMITS, 0, false},
    };
    struct bench_variant variants[4] = {{0}};
    struct load loads[3];
    char setups[3][1024];
    int count = 0;

    for (int i = 0; i < 3; i++) {
        if (session->tls && !ways[i].under_tls) {
            continue;
        }
        (void)snprintf(setups[count], sizeof(setups[count]), "%s%s", ways[i].setup, settings);
        loads[count] =
            (struct load){.session = session, .clients = clients, .setup = setups[count]};
        variants[count] = (struct bench_variant){
            .name = ways[i].name,
            .options = {.postfix = true, .dovecot = SASL_SESSION_ACCOUNTS},
            .goal = ways[i].goal,
            .data = &loads[count],
        };
        count++;
    }
    bench_compare(&(struct bench_comparison){
        .name = name,
        .unit = "session",
        .units = bench_size(units),
        .services = "auth",
        .variants = variants,
        .prepare = prepare,
        .load = run_load,
    });
}

static const struct sasl_session plain = {"PLAIN", LIVE_JAN, LIVE_JAN_PASSWORD, false};
static const struct sasl_session cram = {"CRAM-MD5", LIVE_JAN, LIVE_JAN_PASSWORD, false};
static const struct sasl_session crypt = {"PLAIN", LIVE_EVA, LIVE_EVA_PASSWORD, false};
static const struct sasl_session plain_tls = {"PLAIN", LIVE_JAN, LIVE_JAN_PASSWORD, true};

void bench_part_sasl(void)
{
    compare("PLAIN, {CRAM-MD5}, 1 client", &plain, 1, 400, IN_CLEAR);
    compare("PLAIN, {CRAM-MD5}, 50 clients", &plain, MANY, 1000, IN_CLEAR);
}

void bench_part_sasl_cram(void)
{
    compare("CRAM-MD5, {CRAM-MD5}, 1 client", &cram, 1, 400, IN_CLEAR);
    compare("CRAM-MD5, {CRAM-MD5}, 50 clients", &cram, MANY, 1000, IN_CLEAR);
}

void bench_part_sasl_crypt(void)
{
    compare("PLAIN, {SHA512-CRYPT}, 1 client", &crypt, 1, 400, IN_CLEAR);
    compare("PLAIN, {SHA512-CRYPT}, 50 clients", &crypt, MANY, 1000, IN_CLEAR);
}

void bench_part_sasl_smtpd(void)
{
    compare("PLAIN under TLS, {CRAM-MD5}, 1 client", &plain_tls, 1, 200, "");
    compare("PLAIN, {CRAM-MD5}, a new smtpd for each session", &plain, 1, 200,
            IN_CLEAR "max_use=1");
}
