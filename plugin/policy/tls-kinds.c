/* The kinds of connections, as an operator asks about them. */
#include <stddef.h>

#include "kinamo/tls-kinds.h"

struct sample {
    char name[16], doc[64], protocol[8]; /* no pointers: see struct kinamo_setting */
    struct kinamo_tls_facts facts;       /* without the protocol */
};

static const struct sample samples[] = {
    {"clear", "No TLS at all.", "", {0}},
    {"tls1.1", "TLS 1.1, on the port for it or by STARTTLS.", "TLSv1.1", {.ends_here = true}},
    {"tls1.2", "TLS 1.2.", "TLSv1.2", {.ends_here = true}},
    {"tls1.3", "TLS 1.3.", "TLSv1.3", {.ends_here = true}},
    {"clear_trusted",
     "No TLS, from kinamo_tls_trusted_networks.",
     "",
     {.peer_is_trusted = true, .client_is_trusted = true}},
    {"proxied_clear",
     "Through a trusted proxy that says its client has no TLS.",
     "TLSv1.3",
     {.ends_here = true, .claim = KINAMO_TLS_CLAIM_CLEAR}},
};

bool kinamo_tls_kind(unsigned int number, const struct kinamo_tls_modes *modes,
                     struct kinamo_tls_kind *kind_r)
{
    const struct sample *sample;
    struct kinamo_tls_decision login;
    struct kinamo_tls_decision mail;
    struct kinamo_tls_facts facts;

    if (number >= sizeof(samples) / sizeof(samples[0])) {
        return false;
    }
    sample = &samples[number];
    facts = sample->facts;
    facts.protocol = sample->protocol[0] == '\0' ? NULL : sample->protocol;
    login = kinamo_tls_decide(&facts, modes->login, modes->min_protocol);
    /* A mail process does not know the version. */
    mail = kinamo_tls_decide(&facts, modes->mail, 0);
    *kind_r = (struct kinamo_tls_kind){
        .name = sample->name,
        .doc = sample->doc,
        .decision = mail.action > login.action ? mail : login,
    };
    return true;
}
