/* Clear text is open for us to decide about: then we have to be there. */
#include <stddef.h>
#include <string.h>

#include "kinamo/login-guard.h"

const char kinamo_login_guard_error[] =
    "kinamo_tls_mode: login_plugins lacks " KINAMO_LOGIN_PLUGIN ", so every password would pass "
    "without TLS (add it to login_plugins, or close clear text by ssl = required)";

bool kinamo_login_guard_check(const struct kinamo_login_guard *guard)
{
    bool wanted =
        guard->tls_mode != NULL && *guard->tls_mode != '\0' && strcmp(guard->tls_mode, "off") != 0;

    return !wanted || !guard->permits_clear || guard->plugin_is_loaded;
}
