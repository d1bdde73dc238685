/* What lives as long as the process: settings, the connection, the throttle. */
#ifndef KINAMO_SASL_MODULE_H
#define KINAMO_SASL_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "kinamo/settings.h"
#include "plugin/sasl/relay.h"
#include "plugin/sasl/throttle-file.h"

struct sasl_module {
    bool require_tls, require_address;
    enum kinamo_mode throttle_mode;
    char *auth_socket, *throttle_path; /* for the log */
    bool login;                        /* mech_list names LOGIN */
    struct relay *relay;
    struct throttle_file *throttle; /* NULL: off */
    int64_t warned_ms;              /* when a warning was last logged; 0: never */
};

/* Read the options and make what they ask for. Returns NULL, after one line in the log, if an
   option has a bad value or there is no memory. */
struct sasl_module *sasl_module_new(const sasl_utils_t *utils);
void sasl_module_free(struct sasl_module *module);

/* Log what the operator has to look at; at most once a minute, so that an attack cannot fill the
   log. path is escaped. */
void sasl_module_warn(struct sasl_module *module, const char *setting, const char *path,
                      const char *problem, int error, const char *cure);

#endif
