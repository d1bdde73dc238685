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

/* The values of a configuration as text; NULL: not set there, or where settings have types: not
   different from the default. */
struct kinamo_configured {
    const char *value[KINAMO_SETTING_COUNT];
};

/* Read what the configuration says for sessions of a protocol ("imap"), before any userdb field.
   Texts are allocated from pool. Returns 0, or -1 with a reason. */
int kinamo_host_configured(struct mail_user *user, const char *protocol, pool_t pool,
                           struct kinamo_configured *configured_r, const char **error_r);

/* When the module is unloaded: release what the last reading has kept. */
void kinamo_host_configured_deinit(void);

/* The name of the master user who logged in as this user, or NULL. */
const char *kinamo_host_master_user(struct mail_user *user);

/* Whether this process ends with the session that it serves now (service_count, in 2.4
   restart_request_count). */
bool kinamo_host_is_last_session(void);

/* Whether the login process said that the client itself is on TLS. Dovecot forgets it when it takes
   an IMAP session out of hibernation; the second function puts it back. */
bool kinamo_host_user_is_tls(const struct mail_user *user);
void kinamo_host_user_set_tls(struct mail_user *user, bool tls);

#endif
