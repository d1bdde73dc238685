/* Mail processes of a Dovecot with plugin { }: values are strings, userdb fields override them. */
#include "lib.h"
#include "array.h"
#include "master-service.h"
#include "master-service-settings.h"
#include "mail-storage.h"
#include "mail-storage-service.h"
#include "mail-storage-settings.h"
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

/* Pairs of name and value, as they stand in plugin { }. */
static void take_plugin_values(const struct mail_user_settings *set, pool_t pool,
                               struct kinamo_configured *configured)
{
    const char *const *envs;
    unsigned int count;

    if (!array_is_created(&set->plugin_envs)) {
        return;
    }
    envs = array_get(&set->plugin_envs, &count);
    for (unsigned int i = 0; i + 1 < count; i += 2) {
        const struct kinamo_setting *setting = kinamo_setting_find(envs[i]);

        if (setting != NULL) {
            configured->value[setting->id] = p_strdup(pool, envs[i + 1]);
        }
    }
}

/* Dovecot's parser goes on pointing into the pool of the last reading until the next one. */
static pool_t last_pool;

int kinamo_host_configured(struct mail_user *user, const char *protocol, pool_t pool,
                           struct kinamo_configured *configured_r, const char **error_r)
{
    const struct mail_storage_service_input input = {
        .service = protocol,
        .username = user->username,
    };
    const struct setting_parser_info *info;
    const struct setting_parser_context *parser;
    pool_t read_pool = pool_alloconly_create("kinamo configured", 1024);
    int ret;

    i_zero(configured_r);
    ret = mail_storage_service_read_settings(
        mail_storage_service_user_get_service_ctx(user->_service_user), &input, read_pool, &info,
        &parser, error_r);
    if (ret == 0) {
        take_plugin_values(*master_service_settings_parser_get_others(master_service, parser), pool,
                           configured_r);
    }
    pool_unref(&last_pool);
    last_pool = read_pool;
    return ret;
}

void kinamo_host_configured_deinit(void)
{
    pool_unref(&last_pool);
}

/* The userdb reply's unknown fields become plugin { } strings. */
const char *kinamo_host_master_user(struct mail_user *user)
{
    return mail_user_plugin_getenv(user, "master_user");
}

bool kinamo_host_user_is_tls(const struct mail_user *user)
{
    return user->conn.ssl_secured;
}

void kinamo_host_user_set_tls(struct mail_user *user, bool tls)
{
    user->conn.ssl_secured = tls;
}

bool kinamo_host_is_last_session(void)
{
    return master_service_get_service_count(master_service) == 1;
}
