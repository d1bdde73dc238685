/* login_kinamo_policy: TLS before any credential, the complete address as username (promises C6,
 * C7). */
#include "login-common.h"
#include "client-common.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-login.h"
#include "plugin/login/capa-auth.h"
#include "plugin/login/capa-expire.h"
#include "plugin/login/login-address.h"
#include "plugin/login/login-kinamo-policy-plugin.h"
#include "plugin/login/login-tls.h"

const char *login_kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;

static void setting_refused(void *context, const struct kinamo_setting *setting, const char *error)
{
    struct client *client = context;
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_setting_refused");
    kinamo_record_text(&record, "setting", setting->name);
    kinamo_record_text(&record, "error", error);
    kinamo_event_error(client->event, &record);
}

static void kinamo_login_client_allocated(struct client *client)
{
    struct kinamo_settings settings;
    struct kinamo_record record;

    kinamo_host_login_settings(client, &settings, setting_refused, client);
    kinamo_capa_expire_client_allocated(client, &settings);
    kinamo_record_init(&record, "kinamo_login_session");
    kinamo_record_text(&record, "service", login_binary->protocol);
    kinamo_record_text(&record, "tls_mode",
                       kinamo_mode_name(kinamo_settings_mode(&settings, KINAMO_SETTING_TLS_MODE)));
    kinamo_event_debug(client->event, &record);
    login_tls_client_allocated(client, &settings);
    kinamo_capa_auth_client_allocated(client);
    login_address_client_allocated(client, &settings);
}

static struct login_client_hooks hooks = {
    .client_allocated = kinamo_login_client_allocated,
};

void login_kinamo_policy_plugin_init(struct module *module)
{
    kinamo_host_login_init();
    login_client_hooks_add(module, &hooks);
}

void login_kinamo_policy_plugin_deinit(void)
{
    login_client_hooks_remove(&hooks);
    kinamo_host_login_deinit();
}
