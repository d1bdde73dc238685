/* Login processes of a Dovecot with typed settings: looked up for each client, because they may
   differ by local name or address. */
#include "login-common.h"
#include "client-common.h"
#include "settings.h"

#include "plugin/compat/host-login.h"
#include "plugin/compat/typed-settings.h"

void kinamo_host_login_init(void)
{
}

void kinamo_host_login_deinit(void)
{
}

void kinamo_host_login_settings(struct client *client, struct kinamo_settings *settings_r,
                                kinamo_setting_refused_t *refused, void *context)
{
    const struct kinamo_typed_settings *set = kinamo_typed_settings_get(client->event);
    const struct kinamo_settings_source source = {
        .lookup = kinamo_typed_settings_lookup,
        .host = (void *)(set != NULL ? set : &kinamo_default_settings),
        .refused = refused,
        .context = context,
    };

    (void)kinamo_settings_load(settings_r, &source);
    if (set != NULL) {
        pool_add_external_ref(client->pool, set->pool);
        settings_free(set);
    } else {
        kinamo_settings_fall_back(settings_r);
    }
}
