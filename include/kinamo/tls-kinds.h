/* The kinds of connections, as an operator asks about them. */
#ifndef KINAMO_TLS_KINDS_H
#define KINAMO_TLS_KINDS_H

#include "kinamo/tls-policy.h"

struct kinamo_tls_kind {
    const char *name; /* e.g. "clear" */
    const char *doc;  /* how such a client is connected */
    struct kinamo_tls_decision decision;
};

/* What the login process knows, and the mail process after it. */
struct kinamo_tls_modes {
    enum kinamo_mode login; /* of the configuration */
    enum kinamo_mode mail;  /* of the user */
    unsigned int min_protocol;
};

/* What becomes of a kind of connections: the stricter of the two processes' decisions. Kinds are
   numbered from 0; false after the last. */
bool kinamo_tls_kind(unsigned int number, const struct kinamo_tls_modes *modes,
                     struct kinamo_tls_kind *kind_r);

#endif
