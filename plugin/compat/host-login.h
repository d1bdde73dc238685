/* What the login plugin needs from Dovecot and each series does its own way. */
#ifndef KINAMO_HOST_LOGIN_H
#define KINAMO_HOST_LOGIN_H

#include "kinamo/settings.h"
#include "kinamo/tls-policy.h"

struct client;

/* Called once when the plugin is loaded, before the process gives up its privileges. */
void kinamo_host_login_init(void);
void kinamo_host_login_deinit(void);

/* The settings in force before anybody has logged in. Texts live as long as the client. Bad values:
   see kinamo_settings_load(). Never fails: if they cannot be read, that is logged and every policy
   is in its fallback mode. */
void kinamo_host_login_settings(struct client *client, struct kinamo_settings *settings_r,
                                kinamo_setting_refused_t *refused, void *context);

/* How the client is connected at this moment, except whom the operator trusts. The protocol's text
   lives until the connection changes. */
void kinamo_host_login_tls_facts(const struct client *client, struct kinamo_tls_facts *facts_r);

/* Whether a proxy that Dovecot trusts is connected and may still say how its client is connected.
   Never so on a series whose proxies do not say it. */
bool kinamo_host_login_awaits_claim(const struct client *client);

/* Whether Dovecot's own switches let a password pass without TLS. */
bool kinamo_host_login_permits_clear(const struct client *client);

/* Close those switches for this client, if they are not. Costs memory of the client only when it
   does something. */
void kinamo_host_login_forbid_clear(struct client *client);

/* Whether Dovecot takes the connection as secured: what it advertises, and what it tells the auth
   service (%{secured}). With the switches closed, nothing reaches the auth service unless it does.
 */
void kinamo_host_login_set_secured(struct client *client, bool secured);
bool kinamo_host_login_is_secured(const struct client *client);

/* Tell the mail process that the client itself is on TLS: it sees no more of the connection. */
void kinamo_host_login_vouch(struct client *client);

#endif
