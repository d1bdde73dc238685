/* The TLS policy in a login session. */
#ifndef KINAMO_LOGIN_TLS_H
#define KINAMO_LOGIN_TLS_H

#include <stdbool.h>

#include "kinamo/settings.h"

struct client;

/* Called for each new client, before it has been sent anything. */
void login_tls_client_allocated(struct client *client, const struct kinamo_settings *settings);

/* Whether this client may not authenticate, as it is connected now. */
bool login_tls_refuses(struct client *client);

#endif
