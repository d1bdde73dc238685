/* The SASL module: its mechanisms, and what libsasl2 calls. */
#include <stdio.h>
#include <syslog.h>

#include "plugin/sasl/line-stream.h"
#include "plugin/sasl/mechanisms.h"
#include "plugin/sasl/sasl-log.h"

/* Of sasl_utils_t only members up to getopt are used: its version 5 removed some far behind them.
   Which version it is cannot be asked, as libsasl2 2.1.28 leaves there what malloc() gave it. */
#define PLUG_VERSION 4

int sasl_server_plug_init(const sasl_utils_t *utils, int max_version, int *out_version,
                          sasl_server_plug_t **plugins, int *count);

static int mech_new(struct sasl_module *module, const char *mechanism, sasl_server_params_t *params,
                    void **context)
{
    struct exchange *exchange = exchange_new(module, mechanism, params);
    int code;

    *context = NULL;
    if (exchange == NULL) {
        return SASL_NOMEM;
    }
    code = exchange_check_tls(exchange, params);
    if (code != SASL_OK) {
        exchange_free(exchange);
        return code;
    }
    *context = exchange;
    return SASL_OK;
}

static int mech_step(mechanism_step_t *step, void *context, sasl_server_params_t *params,
                     struct mechanism_io *io, sasl_out_params_t *out)
{
    struct exchange *exchange = context;
    int code;

    if (exchange->finished) {
        return SASL_BADPROT;
    }
    exchange->step_ms = clock_ms();
    code = exchange_check_tls(exchange, params);
    if (code == SASL_OK) {
        code = step(exchange, params, io, out);
    }
    exchange->spent_ms += clock_ms() - exchange->step_ms;
    exchange->step++;
    return code;
}

/* libsasl2 calls a mechanism without saying its name: a pair of functions for each. */
#define MECHANISM(prefix, name)                                                                    \
    static int prefix##_mech_new(void *module, sasl_server_params_t *params,                       \
                                 const char *challenge, unsigned int length, void **context)       \
    {                                                                                              \
        (void)challenge;                                                                           \
        (void)length;                                                                              \
        return mech_new(module, name, params, context);                                            \
    }                                                                                              \
    static int prefix##_mech_step(void *context, sasl_server_params_t *params, const char *input,  \
                                  unsigned int length, const char **output,                        \
                                  unsigned int *output_length, sasl_out_params_t *out)             \
    {                                                                                              \
        struct mechanism_io io = {.input = {input, input == NULL ? 0 : length}};                   \
        int code = mech_step(prefix##_step, context, params, &io, out);                            \
                                                                                                   \
        *output = io.output.text;                                                                  \
        *output_length = (unsigned int)io.output.length;                                           \
        return code;                                                                               \
    }

MECHANISM(plain, "PLAIN")
MECHANISM(login, "LOGIN")
MECHANISM(cram_md5, "CRAM-MD5")

static void mech_dispose(void *context, const sasl_utils_t *utils)
{
    (void)utils;
    exchange_free(context);
}

static int mech_avail(void *context, sasl_server_params_t *params, void **exchange)
{
    struct sasl_module *module = context;

    (void)exchange;
    if (!module->require_tls || session_has_tls(params)) {
        return SASL_OK;
    }
    sasl_module_warn(module, "kinamo_require_tls", "yes", "no mechanism is offered without TLS", 0,
                     "set smtpd_tls_auth_only = yes and smtpd_sasl_tls_security_options = "
                     "noanonymous, forward_secrecy in main.cf");
    return SASL_NOMECH;
}

/* The entries share one module, which goes with the first of them that is freed. */
static struct sasl_module *the_module;

static void mech_free(void *context, const sasl_utils_t *utils)
{
    (void)context;
    (void)utils;
    sasl_module_free(the_module);
    the_module = NULL;
}

/* Forward secrecy is what TLS gives to each of them; declaring it makes Postfix's security options
   tell TLS from clear text, and puts these before stock mechanisms of the same name. */
#define FLAGS (SASL_SEC_NOANONYMOUS | SASL_SEC_FORWARD_SECRECY)

static sasl_server_plug_t mechanisms[] = {
    {
        .mech_name = "CRAM-MD5",
        .security_flags = FLAGS | SASL_SEC_NOPLAINTEXT,
        .features = SASL_FEAT_SERVER_FIRST,
        .mech_new = cram_md5_mech_new,
        .mech_step = cram_md5_mech_step,
        .mech_dispose = mech_dispose,
        .mech_free = mech_free,
        .mech_avail = mech_avail,
    },
    {
        .mech_name = "PLAIN",
        .security_flags = FLAGS | SASL_SEC_PASS_CREDENTIALS,
        .features = SASL_FEAT_WANT_CLIENT_FIRST | SASL_FEAT_ALLOWS_PROXY,
        .mech_new = plain_mech_new,
        .mech_step = plain_mech_step,
        .mech_dispose = mech_dispose,
        .mech_free = mech_free,
        .mech_avail = mech_avail,
    },
    /* Last, because it is offered only if mech_list names it. */
    {
        .mech_name = "LOGIN",
        .security_flags = FLAGS | SASL_SEC_PASS_CREDENTIALS,
        .mech_new = login_mech_new,
        .mech_step = login_mech_step,
        .mech_dispose = mech_dispose,
        .mech_free = mech_free,
        .mech_avail = mech_avail,
    },
};

#define MECHANISMS ((int)(sizeof(mechanisms) / sizeof(mechanisms[0])))

static bool version_is_known(int max_version)
{
    char line[256];

    if (max_version >= PLUG_VERSION) {
        return true;
    }
    (void)snprintf(line, sizeof(line),
                   "not loaded: libsasl2 has plugin version %d, this module %d: install the "
                   "kinamo-policy made for this libsasl2",
                   max_version, PLUG_VERSION);
    sasl_log(LOG_ERR, line);
    return false;
}

int sasl_server_plug_init(const sasl_utils_t *utils, int max_version, int *out_version,
                          sasl_server_plug_t **plugins, int *count)
{
    if (!version_is_known(max_version)) {
        return SASL_BADVERS;
    }
    sasl_module_free(the_module);
    the_module = sasl_module_new(utils);
    if (the_module == NULL) {
        return SASL_BADPARAM;
    }
    /* Also opens the way to syslog while it can still be seen: smtpd goes into its chroot next. */
    sasl_log(LOG_DEBUG, "loaded");
    for (int i = 0; i < MECHANISMS; i++) {
        mechanisms[i].glob_context = the_module;
    }
    *out_version = PLUG_VERSION;
    *plugins = mechanisms;
    *count = the_module->login ? MECHANISMS : MECHANISMS - 1;
    return SASL_OK;
}
