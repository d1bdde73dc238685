/* Mail processes of a Dovecot with typed settings: userdb fields override them by name. */
#include "lib.h"
#include "settings.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/compat/host-mail.h"
#include "plugin/compat/host-userdb.h"
#include "plugin/compat/typed-settings.h"

void kinamo_host_user_settings(struct mail_user *user, struct kinamo_settings *settings_r,
                               kinamo_setting_refused_t *refused, void *context)
{
    const struct kinamo_typed_settings *set = kinamo_typed_settings_get(user->event);
    const struct kinamo_settings_source source = {
        .lookup = kinamo_typed_settings_lookup,
        .host = (void *)(set != NULL ? set : &kinamo_default_settings),
        .refused = refused,
        .context = context,
        .is_own = kinamo_host_userdb_has,
        .owner = user,
    };

    (void)kinamo_settings_load(settings_r, &source);
    if (set != NULL) {
        pool_add_external_ref(user->pool, set->pool);
        settings_free(set);
    } else {
        kinamo_settings_fall_back(settings_r);
    }
}

bool kinamo_host_user_is_tls(const struct mail_user *user)
{
    return user->conn.end_client_tls_secured;
}

void kinamo_host_user_set_tls(struct mail_user *user, bool tls)
{
    user->conn.end_client_tls_secured = tls;
}
