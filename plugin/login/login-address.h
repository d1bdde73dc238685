/* Complete addresses as usernames, in a login session. */
#ifndef KINAMO_LOGIN_ADDRESS_H
#define KINAMO_LOGIN_ADDRESS_H

struct client;
struct kinamo_settings;

/* To be called for each new client: kinamo_address_mode decides about the username it logs in with.
 */
void login_address_client_allocated(struct client *client, const struct kinamo_settings *settings);

#endif
