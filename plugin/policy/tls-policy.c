/* Whether a session is private enough, and the words for it. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "kinamo/tls-policy.h"

/* As in the list of kinamo_tls_min_protocol: TLSv1 is 1. Anything before TLS is 0; an unheard-of
   name is too, because a security check fails closed. */
static unsigned int protocol_number(const char *protocol)
{
    static const char names[][8] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

    for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], protocol) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Whose word counts: a trusted proxy's about its client, then the operator's about a network, then
   what we see of the connection itself. */
static enum kinamo_tls_cause find_cause(const struct kinamo_tls_facts *facts,
                                        unsigned int min_protocol)
{
    if (facts->claim == KINAMO_TLS_CLAIM_TLS || facts->client_is_trusted) {
        return KINAMO_TLS_CAUSE_NONE;
    }
    if (facts->claim == KINAMO_TLS_CLAIM_CLEAR) {
        return KINAMO_TLS_CAUSE_PROXY_CLEAR;
    }
    if (facts->peer_is_trusted || facts->ends_at_haproxy) {
        return KINAMO_TLS_CAUSE_NONE;
    }
    if (!facts->ends_here) {
        return KINAMO_TLS_CAUSE_NO_TLS;
    }
    if (facts->protocol != NULL && protocol_number(facts->protocol) < min_protocol) {
        return KINAMO_TLS_CAUSE_OLD_PROTOCOL;
    }
    return KINAMO_TLS_CAUSE_NONE;
}

static bool version_matters(const struct kinamo_tls_facts *facts, unsigned int min_protocol)
{
    return min_protocol > 0 && !facts->peer_is_trusted && !facts->client_is_trusted;
}

static bool version_is_known(const struct kinamo_tls_facts *facts)
{
    return facts->claim == KINAMO_TLS_CLAIM_NONE && facts->ends_here && facts->protocol != NULL;
}

static enum kinamo_tls_action find_action(bool is_private, enum kinamo_mode mode)
{
    if (is_private) {
        return KINAMO_TLS_ALLOW;
    }
    switch (mode) {
    case KINAMO_MODE_OFF:
        return KINAMO_TLS_ALLOW;
    case KINAMO_MODE_OBSERVE:
        return KINAMO_TLS_OBSERVE;
    case KINAMO_MODE_WARN:
        return KINAMO_TLS_WARN;
    case KINAMO_MODE_ENFORCE:
        break;
    }
    return KINAMO_TLS_REFUSE;
}

struct kinamo_tls_decision kinamo_tls_decide(const struct kinamo_tls_facts *facts,
                                             enum kinamo_mode mode, unsigned int min_protocol)
{
    enum kinamo_tls_cause cause = find_cause(facts, min_protocol);
    bool is_private = cause == KINAMO_TLS_CAUSE_NONE;

    return (struct kinamo_tls_decision){
        .is_private = is_private,
        .version_unknown =
            is_private && version_matters(facts, min_protocol) && !version_is_known(facts),
        .cause = cause,
        .action = find_action(is_private, mode),
    };
}

const char *kinamo_tls_version_text(const struct kinamo_tls_facts *facts)
{
    switch (facts->claim) {
    case KINAMO_TLS_CLAIM_TLS:
        return "yes";
    case KINAMO_TLS_CLAIM_CLEAR:
        return "no";
    case KINAMO_TLS_CLAIM_NONE:
        break;
    }
    if (facts->ends_here && facts->protocol != NULL) {
        return facts->protocol;
    }
    return facts->ends_here || facts->ends_at_haproxy ? "yes" : "no";
}

const char *kinamo_tls_cause_name(enum kinamo_tls_cause cause)
{
    switch (cause) {
    case KINAMO_TLS_CAUSE_NONE:
        return "private";
    case KINAMO_TLS_CAUSE_NO_TLS:
        return "no_tls";
    case KINAMO_TLS_CAUSE_OLD_PROTOCOL:
        return "old_protocol";
    case KINAMO_TLS_CAUSE_PROXY_CLEAR:
        return "proxy_clear";
    }
    return "unknown";
}

const char *kinamo_tls_action_name(enum kinamo_tls_action action)
{
    switch (action) {
    case KINAMO_TLS_ALLOW:
        return "allow";
    case KINAMO_TLS_OBSERVE:
        return "observe";
    case KINAMO_TLS_WARN:
        return "warn";
    case KINAMO_TLS_REFUSE:
        return "refuse";
    }
    return "unknown";
}

bool kinamo_tls_reveals_secret(const char *mechanism)
{
    static const char names[][12] = {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"};

    for (size_t i = 0; mechanism != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(names[i], mechanism) == 0) {
            return true;
        }
    }
    return false;
}

#define EXPOSED                                                                                    \
    " The password was sent without encryption: anyone on the way could read it, so change it."

const char *kinamo_tls_refusal(const char *service, enum kinamo_tls_cause cause, bool exposed)
{
    static const struct {
        const char *service, *text, *text_exposed;
    } texts[] = {
#define REFUSAL(service_, text_) {(service_), (text_), text_ EXPOSED}
        REFUSAL("imap", "SSL/TLS is required: use port 993, or STARTTLS on port 143."),
        REFUSAL("pop3", "SSL/TLS is required: use port 995, or STLS on port 110."),
        REFUSAL(NULL, "SSL/TLS is required: use STARTTLS."),
#undef REFUSAL
    };
    unsigned int i = 0;

    if (cause == KINAMO_TLS_CAUSE_OLD_PROTOCOL) {
        return "A newer version of SSL/TLS is required: update the mail program.";
    }
    while (texts[i].service != NULL && strcmp(texts[i].service, service) != 0) {
        i++;
    }
    return exposed ? texts[i].text_exposed : texts[i].text;
}
