/* A host for the SASL module: what libsasl2 and Postfix do for it, as far as it asks. */
#ifndef KINAMO_SASL_HOST_H
#define KINAMO_SASL_HOST_H

#include <stdbool.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#define HOST_MAX_OPTIONS 8
#define HOST_DIR_SIZE    64

struct host_option {
    const char *name, *value;
};

struct host {
    char dir[HOST_DIR_SIZE];
    char socket[HOST_DIR_SIZE + 8], throttle[HOST_DIR_SIZE + 16];
    struct host_option options[HOST_MAX_OPTIONS]; /* ends with a NULL name */
    sasl_utils_t utils;
    sasl_server_params_t params;
    sasl_server_plug_t *plugins;
    int count;
    void *context; /* of the exchange */
    const sasl_server_plug_t *plugin;
    char canonical[300]; /* what was handed to canon_user */
};

/* A host with a directory of its own, under TLS, with a client at 192.0.2.1, and these options (at
   most HOST_MAX_OPTIONS - 3) besides: a socket in the directory and a timeout of a second. */
void host_init(struct host *host, const struct host_option *options);
/* Load the module. */
int host_load(struct host *host);
void host_done(struct host *host);

/* The plugin for a mechanism; NULL if it is not offered. */
const sasl_server_plug_t *host_plugin(struct host *host, const char *mechanism);

/* Begin an attempt; and a step of it, as libsasl2 makes it. *output is what the client is told. */
int host_begin(struct host *host, const char *mechanism);
int host_step(struct host *host, const char *input, unsigned int length, const char **output);
/* End it, as libsasl2 does at an error or when the session ends. */
void host_end(struct host *host);
/* A whole attempt with PLAIN. */
int host_plain(struct host *host, const char *user, const char *password);

/* The last line that was logged; all of them, and how many there were, since the last reset. */
const char *host_log(void);
const char *host_log_text(void);
int host_log_lines(void);
void host_log_reset(void);

#endif
