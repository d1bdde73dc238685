/* Is this session private enough, and what follows if not (promise C7). */
#ifndef KINAMO_TLS_POLICY_H
#define KINAMO_TLS_POLICY_H

#include <stdbool.h>

#include "kinamo/mode.h"

/* What a proxy in front of us said about its own client. Only a proxy that the host trusts may fill
   this in: an untrusted claim is KINAMO_TLS_CLAIM_NONE. */
enum kinamo_tls_claim {
    KINAMO_TLS_CLAIM_NONE,
    KINAMO_TLS_CLAIM_CLEAR,
    KINAMO_TLS_CLAIM_TLS,
};

struct kinamo_tls_facts {
    bool ends_here;       /* we are the TLS server */
    bool ends_at_haproxy; /* a HAProxy that the host trusts was */
    const char *protocol; /* of the TLS that ends here, "TLSv1.2"; NULL: none, or not known yet */
    enum kinamo_tls_claim claim;
    bool peer_is_trusted;   /* who connected to us is in kinamo_tls_trusted_networks */
    bool client_is_trusted; /* the client on whose behalf it did is */
};

enum kinamo_tls_cause {
    KINAMO_TLS_CAUSE_NONE,         /* the session is private */
    KINAMO_TLS_CAUSE_NO_TLS,       /* no TLS at all */
    KINAMO_TLS_CAUSE_OLD_PROTOCOL, /* TLS below kinamo_tls_min_protocol */
    KINAMO_TLS_CAUSE_PROXY_CLEAR,  /* a trusted proxy says that its client came in clear */
};

enum kinamo_tls_action {
    KINAMO_TLS_ALLOW,   /* private, or mode off: nothing to say */
    KINAMO_TLS_OBSERVE, /* let in and counted */
    KINAMO_TLS_WARN,    /* let in, counted, and the user is told */
    KINAMO_TLS_REFUSE,
};

struct kinamo_tls_decision {
    bool is_private;
    /* kinamo_tls_min_protocol is set and nobody can say which version the client's TLS had. */
    bool version_unknown;
    enum kinamo_tls_cause cause;
    enum kinamo_tls_action action;
};

/* Decide about one session. min_protocol is the number of kinamo_tls_min_protocol: 0 for any, 1 for
   TLSv1 up to 4 for TLSv1.3. */
struct kinamo_tls_decision kinamo_tls_decide(const struct kinamo_tls_facts *facts,
                                             enum kinamo_mode mode, unsigned int min_protocol);

/* Values of the fields "tls", "cause" and "action" of a record. Never NULL. */
const char *kinamo_tls_version_text(const struct kinamo_tls_facts *facts);
const char *kinamo_tls_cause_name(enum kinamo_tls_cause cause);
const char *kinamo_tls_action_name(enum kinamo_tls_action action);

/* Whether a login with this SASL mechanism shows the secret itself to whoever listens. NULL is
 * none. */
bool kinamo_tls_reveals_secret(const char *mechanism);

/* What a client of this service is told when it is refused: one line of ASCII, without a response
   code. exposed: it has already sent a password that anybody could read. */
const char *kinamo_tls_refusal(const char *service, enum kinamo_tls_cause cause, bool exposed);

#endif
