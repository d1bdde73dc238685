/* The TLS state of a login session in a Dovecot that tells the connection from the end client. Its
   proxies say how their client is connected (ID x-client-transport, XCLIENT CLIENT-TRANSPORT);
   Dovecot takes that from login_trusted_networks only. */
#include "login-common.h"
#include "client-common.h"
#include "iostream-ssl.h"
#include "ssl-settings.h"

#include "plugin/compat/host-login.h"

#define REQUIRED "required"

static enum kinamo_tls_claim claim_of(const struct client *client)
{
    if (!client->end_client_tls_secured_set) {
        return KINAMO_TLS_CLAIM_NONE;
    }
    return client->end_client_tls_secured ? KINAMO_TLS_CLAIM_TLS : KINAMO_TLS_CLAIM_CLEAR;
}

void kinamo_host_login_tls_facts(const struct client *client, struct kinamo_tls_facts *facts_r)
{
    i_zero(facts_r);
    facts_r->ends_here = client->connection_tls_secured && !client->haproxy_terminated_tls;
    facts_r->ends_at_haproxy = client->haproxy_terminated_tls;
    facts_r->claim = claim_of(client);
    if (client->ssl_iostream != NULL && ssl_iostream_is_handshaked(client->ssl_iostream)) {
        facts_r->protocol = ssl_iostream_get_protocol_name(client->ssl_iostream);
    }
}

bool kinamo_host_login_awaits_claim(const struct client *client)
{
    return client->connection_trusted && !client->end_client_tls_secured_set;
}

bool kinamo_host_login_permits_clear(const struct client *client)
{
    return client->set->auth_allow_cleartext && strcmp(client->ssl_server_set->ssl, REQUIRED) != 0;
}

/* The copies keep the pool of the original and with it Dovecot's reference: settings_free() of a
   copy frees the original. */
void kinamo_host_login_forbid_clear(struct client *client)
{
    if (client->set->auth_allow_cleartext) {
        struct login_settings *set = p_new(client->pool, struct login_settings, 1);

        *set = *client->set;
        set->auth_allow_cleartext = FALSE;
        client->set = set;
    }
    if (strcmp(client->ssl_server_set->ssl, REQUIRED) != 0) {
        struct ssl_server_settings *ssl_set = p_new(client->pool, struct ssl_server_settings, 1);

        *ssl_set = *client->ssl_server_set;
        ssl_set->ssl = REQUIRED;
        client->ssl_server_set = ssl_set;
    }
}

/* Dovecot asserts that what comes over TLS is secured when it reaches the auth service; it does so
   only where the switches are open. */
void kinamo_host_login_set_secured(struct client *client, bool secured)
{
    client->connection_secured =
        secured || (client->connection_tls_secured && kinamo_host_login_permits_clear(client));
}

bool kinamo_host_login_is_secured(const struct client *client)
{
    return client->connection_secured;
}

void kinamo_host_login_vouch(struct client *client)
{
    client->end_client_tls_secured = TRUE;
}
