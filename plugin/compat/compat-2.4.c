/* Mail processes of a Dovecot with typed settings: userdb fields override them by name. */
#include "lib.h"
#include "master-service.h"
#include "master-service-settings.h"
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

/* A default that is written in the configuration is not told apart from one that is not. */
static void take_values(const struct kinamo_typed_settings *set, pool_t pool,
                        struct kinamo_configured *configured)
{
    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);
        const char *text = kinamo_typed_settings_lookup((void *)set, setting);

        if (text != NULL && strcmp(text, setting->default_value) != 0) {
            configured->value[id] = p_strdup(pool, text);
        }
    }
}

int kinamo_host_configured(struct mail_user *user ATTR_UNUSED, const char *protocol, pool_t pool,
                           struct kinamo_configured *configured_r, const char **error_r)
{
    struct event *event = event_create(NULL);
    const struct kinamo_typed_settings *set;
    int ret;

    i_zero(configured_r);
    event_set_ptr(event, SETTINGS_EVENT_ROOT, master_service_get_settings_root(master_service));
    event_add_str(event, "protocol", protocol);
    ret = settings_get(event, &kinamo_setting_parser_info, 0, &set, error_r);
    if (ret == 0) {
        take_values(set, pool, configured_r);
        settings_free(set);
    }
    event_unref(&event);
    return ret;
}

void kinamo_host_configured_deinit(void)
{
}

/* Dovecot's own user->master_user reads the userdb field "master", while the auth service sends
   "master_user": both are looked at. */
const char *kinamo_host_master_user(struct mail_user *user)
{
    const char *const *fields = user->userdb_fields;
    const char *name;

    if (user->master_user != NULL) {
        return user->master_user;
    }
    for (; fields != NULL && *fields != NULL; fields++) {
        if (str_begins(*fields, "master_user=", &name)) {
            return name;
        }
    }
    return NULL;
}

bool kinamo_host_user_is_tls(const struct mail_user *user)
{
    return user->conn.end_client_tls_secured;
}

void kinamo_host_user_set_tls(struct mail_user *user, bool tls)
{
    user->conn.end_client_tls_secured = tls;
}

bool kinamo_host_is_last_session(void)
{
    return master_service_get_restart_request_count(master_service) == 1;
}
