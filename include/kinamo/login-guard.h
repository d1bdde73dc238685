/* Clear text is open for us to decide about: then we have to be there. */
#ifndef KINAMO_LOGIN_GUARD_H
#define KINAMO_LOGIN_GUARD_H

#include <stdbool.h>

#define KINAMO_LOGIN_PLUGIN "login_kinamo_policy"

struct kinamo_login_guard {
    const char *tls_mode;  /* kinamo_tls_mode as it is written; NULL or "": nowhere */
    bool permits_clear;    /* Dovecot's own switches let a password pass without TLS */
    bool plugin_is_loaded; /* login_plugins has KINAMO_LOGIN_PLUGIN */
};

/* False if the configuration asks for the policy, leaves clear text open for it, and does not load
   it: then nothing would decide. Who does not mention kinamo_tls_mode, or says off, is left alone.
 */
bool kinamo_login_guard_check(const struct kinamo_login_guard *guard);

/* What to say then: setting, fault and cure. */
extern const char kinamo_login_guard_error[];

#endif
