/* Mail processes of a Dovecot with plugin { }: values are strings, userdb fields override them. */
#include "lib.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-mail.h"
#include "plugin/compat/host-userdb.h"

static const char *lookup(void *host, const struct kinamo_setting *setting)
{
    return mail_user_plugin_getenv(host, setting->name);
}

void kinamo_host_user_settings(struct mail_user *user, struct kinamo_settings *settings_r,
                               kinamo_setting_refused_t *refused, void *context)
{
    const struct kinamo_settings_source source = {
        .lookup = lookup,
        .host = user,
        .refused = refused,
        .context = context,
        .is_own = kinamo_host_userdb_has,
        .owner = user,
    };

    (void)kinamo_settings_load(settings_r, &source);
}

bool kinamo_host_user_is_tls(const struct mail_user *user)
{
    return user->conn.ssl_secured;
}

void kinamo_host_user_set_tls(struct mail_user *user, bool tls)
{
    user->conn.ssl_secured = tls;
}
