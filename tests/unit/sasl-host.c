/* A host for the SASL module. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/sasl/sasl-log.h"
#include "sasl-host.h"
#include "unit-sasl.h"

static char log_text[16384]; /* as much as fits */
static char last_line[4096];
static int lines;

/* In the place of sasl-log.c. */
void sasl_log(int priority, const char *text)
{
    if (strcmp(text, "loaded") != 0) {
        size_t length = strlen(log_text);

        (void)snprintf(last_line, sizeof(last_line), "%s", text);
        (void)snprintf(log_text + length, sizeof(log_text) - length, "%s\n", text);
        lines++;
    }
    (void)priority;
}

const char *host_log(void)
{
    return last_line;
}

const char *host_log_text(void)
{
    return log_text;
}

int host_log_lines(void)
{
    return lines;
}

void host_log_reset(void)
{
    last_line[0] = log_text[0] = '\0';
    lines = 0;
}

static int get_option(void *context, const char *plugin, const char *option, const char **result,
                      unsigned int *length)
{
    struct host *host = context;

    (void)plugin;
    for (int i = 0; i < HOST_MAX_OPTIONS && host->options[i].name != NULL; i++) {
        if (strcmp(host->options[i].name, option) == 0) {
            *result = host->options[i].value;
            if (length != NULL) {
                *length = (unsigned int)strlen(*result);
            }
            return SASL_OK;
        }
    }
    return SASL_FAIL;
}

static int canon_user(sasl_conn_t *conn, const char *user, unsigned int length, unsigned int flags,
                      sasl_out_params_t *out)
{
    struct host *host = (struct host *)conn;

    ck_assert_uint_eq(flags, SASL_CU_AUTHID | SASL_CU_AUTHZID | SASL_CU_EXTERNALLY_VERIFIED);
    (void)snprintf(host->canonical, sizeof(host->canonical), "%.*s", (int)length, user);
    out->user = out->authid = host->canonical;
    return SASL_OK;
}

static void add_option(struct host *host, const char *name, const char *value)
{
    int i = 0;

    while (host->options[i].name != NULL) {
        if (strcmp(host->options[i].name, name) == 0) {
            return; /* the test's own value stands */
        }
        i++;
    }
    ck_assert_int_lt(i, HOST_MAX_OPTIONS);
    host->options[i].name = name;
    host->options[i].value = value;
}

void host_init(struct host *host, const struct host_option *options)
{
    memset(host, 0, sizeof(*host));
    (void)snprintf(host->dir, sizeof(host->dir), "/tmp/kinamo-sasl.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(host->dir));
    (void)snprintf(host->socket, sizeof(host->socket), "%s/auth", host->dir);
    (void)snprintf(host->throttle, sizeof(host->throttle), "%s/throttle", host->dir);
    for (int i = 0; options != NULL && options[i].name != NULL; i++) {
        add_option(host, options[i].name, options[i].value);
    }
    add_option(host, "kinamo_auth_socket", host->socket);
    add_option(host, "kinamo_throttle_file", host->throttle);
    add_option(host, "kinamo_auth_timeout", "1s");
    add_option(host, "kinamo_throttle", "off");
    host->utils.version = 4;
    host->utils.conn = (sasl_conn_t *)host;
    host->utils.getopt = get_option;
    host->utils.getopt_context = host;
    host->params.utils = &host->utils;
    host->params.service = "smtp";
    host->params.iplocalport = "192.0.2.9;587";
    host->params.ipremoteport = "192.0.2.1;40000";
    host->params.props.security_flags = SASL_SEC_NOANONYMOUS | SASL_SEC_FORWARD_SECRECY;
    host->params.canon_user = canon_user;
    host_log_reset();
}

int host_load(struct host *host)
{
    int version = 0;
    int code = sasl_server_plug_init(&host->utils, SASL_SERVER_PLUG_VERSION, &version,
                                     &host->plugins, &host->count);

    if (code == SASL_OK) {
        ck_assert_int_eq(version, SASL_SERVER_PLUG_VERSION);
    }
    return code;
}

void host_done(struct host *host)
{
    char command[HOST_DIR_SIZE + 16];

    host_end(host);
    for (int i = 0; i < host->count; i++) {
        host->plugins[i].mech_free(host->plugins[i].glob_context, &host->utils);
    }
    (void)snprintf(command, sizeof(command), "rm -r %s", host->dir);
    ck_assert_int_eq(system(command), 0);
}

const sasl_server_plug_t *host_plugin(struct host *host, const char *mechanism)
{
    for (int i = 0; i < host->count; i++) {
        if (strcmp(host->plugins[i].mech_name, mechanism) == 0) {
            return &host->plugins[i];
        }
    }
    return NULL;
}

int host_begin(struct host *host, const char *mechanism)
{
    host->plugin = host_plugin(host, mechanism);
    ck_assert_ptr_nonnull(host->plugin);
    return host->plugin->mech_new(host->plugin->glob_context, &host->params, NULL, 0,
                                  &host->context);
}

int host_step(struct host *host, const char *input, unsigned int length, const char **output)
{
    sasl_out_params_t out = {0};
    const char *text = NULL;
    unsigned int text_length = 0;
    int code;

    code = host->plugin->mech_step(host->context, &host->params, input, length, &text, &text_length,
                                   &out);
    if (output != NULL) {
        *output = text;
    }
    ck_assert_msg((code == SASL_OK) == (out.doneflag == 1 && out.user != NULL),
                  "code %d with doneflag %u", code, out.doneflag);
    if (code != SASL_CONTINUE) {
        host_end(host);
    }
    return code;
}

void host_end(struct host *host)
{
    if (host->context != NULL) {
        host->plugin->mech_dispose(host->context, &host->utils);
        host->context = NULL;
    }
}

int host_plain(struct host *host, const char *user, const char *password)
{
    char message[1024];
    int length = snprintf(message, sizeof(message), "%c%s%c%s", 0, user, 0, password);
    int code = host_begin(host, "PLAIN");

    return code == SASL_OK ? host_step(host, message, (unsigned int)length, NULL) : code;
}
