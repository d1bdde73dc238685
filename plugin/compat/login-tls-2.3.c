/* The TLS state of a login session in a Dovecot that has "secured" and "tls" flags. Its proxies
   forward no claim about TLS. */
#include "login-common.h"
#include "client-common.h"
#include "iostream-ssl.h"
#include "master-service-ssl-settings.h"

#include "plugin/compat/host-login.h"

#define REQUIRED "required"

void kinamo_host_login_tls_facts(const struct client *client, struct kinamo_tls_facts *facts_r)
{
    i_zero(facts_r);
    facts_r->ends_here = client->tls;
    facts_r->ends_at_haproxy = client->proxied_ssl;
    if (client->ssl_iostream != NULL && ssl_iostream_is_handshaked(client->ssl_iostream)) {
        facts_r->protocol = ssl_iostream_get_protocol_name(client->ssl_iostream);
    }
}

bool kinamo_host_login_awaits_claim(const struct client *client ATTR_UNUSED)
{
    return false;
}

bool kinamo_host_login_permits_clear(const struct client *client)
{
    return !client->set->disable_plaintext_auth && strcmp(client->ssl_set->ssl, REQUIRED) != 0;
}

void kinamo_host_login_forbid_clear(struct client *client)
{
    if (!client->set->disable_plaintext_auth) {
        struct login_settings *set = p_new(client->pool, struct login_settings, 1);

        *set = *client->set;
        set->disable_plaintext_auth = TRUE;
        client->set = set;
    }
    if (strcmp(client->ssl_set->ssl, REQUIRED) != 0) {
        struct master_service_ssl_settings *ssl_set =
            p_new(client->pool, struct master_service_ssl_settings, 1);

        *ssl_set = *client->ssl_set;
        ssl_set->ssl = REQUIRED;
        client->ssl_set = ssl_set;
    }
}

/* Dovecot asserts that what comes over TLS is secured when it reaches the auth service; it does so
   only where the switches are open. */
void kinamo_host_login_set_secured(struct client *client, bool secured)
{
    bool over_tls = client->tls || client->proxied_ssl;

    client->secured = secured || (over_tls && kinamo_host_login_permits_clear(client));
}

bool kinamo_host_login_is_secured(const struct client *client)
{
    return client->secured;
}

void kinamo_host_login_vouch(struct client *client)
{
    client->ssl_secured = TRUE;
}
