/* What the login plugin needs from Dovecot and each series does its own way. */
#ifndef KINAMO_HOST_LOGIN_H
#define KINAMO_HOST_LOGIN_H

#include "kinamo/settings.h"

struct client;

/* Called once when the plugin is loaded, before the process gives up its privileges. */
void kinamo_host_login_init(void);
void kinamo_host_login_deinit(void);

/* The settings in force before anybody has logged in. Texts live as long as the client. Bad values:
   see kinamo_settings_load(). Never fails: if they cannot be read, that is logged and every policy
   is in its fallback mode. */
void kinamo_host_login_settings(struct client *client, struct kinamo_settings *settings_r,
                                kinamo_setting_refused_t *refused, void *context);

#endif
