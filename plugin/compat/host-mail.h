/* What the mail plugins need from Dovecot and each series does its own way. */
#ifndef KINAMO_HOST_MAIL_H
#define KINAMO_HOST_MAIL_H

#include "kinamo/settings.h"

struct mail_user;

/* Read the settings in force for a user: the configuration, overridden by userdb fields. Texts live
   as long as user->pool. A bad value is passed to refused() with context and replaced as
   kinamo_settings_load() says. Never fails: if they cannot be read, that is
   logged and every policy is in its fallback mode. */
void kinamo_host_user_settings(struct mail_user *user, struct kinamo_settings *settings_r,
                               kinamo_setting_refused_t *refused, void *context);

/* Whether the user's client speaks TLS, to this server or to a proxy that it trusts. */
bool kinamo_host_user_has_tls(const struct mail_user *user);

#endif
