/* The username is the complete e-mail address (promise C6). In mode enforce the auth service
   refuses others, by the shipped passdb lines; what comes through is seen here.

   A login that is passed on to another host is seen only when it is on its way: Dovecot asks no
   plugin before. */
#include "login-common.h"
#include "client-common.h"
#include "module-context.h"

#include "kinamo/address.h"
#include "kinamo/record.h"
#include "kinamo/settings.h"
#include "plugin/compat/host-event.h"
#include "plugin/login/login-address.h"

#define LOGIN_ADDRESS(client) MODULE_CONTEXT_REQUIRE(client, login_address_module)

struct login_address {
    union login_client_module_context module_ctx;
    enum kinamo_mode mode;
};

static MODULE_CONTEXT_DEFINE_INIT(login_address_module, &login_module_register);

/* What the client said, before Dovecot completed or changed it. */
static const char *username(const struct client *client)
{
    return client->virtual_user_orig != NULL ? client->virtual_user_orig : client->virtual_user;
}

/* A master user's login names two users; the master's need not be an address. */
static bool is_complete(const struct client *client)
{
    const char *user = username(client);

    return user == NULL || client->virtual_auth_user != NULL ||
           kinamo_address_is_complete(user, strlen(user));
}

static void report(struct client *client, enum kinamo_mode mode, bool passed_on)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_address_incomplete");
    kinamo_record_text(&record, "user", username(client));
    kinamo_record_text(&record, "service", login_binary->protocol);
    kinamo_record_text(&record, "rip", net_ip2addr(&client->ip));
    kinamo_record_text(&record, "mechanism", client->auth_mech_name);
    if (mode == KINAMO_MODE_ENFORCE) {
        kinamo_record_text(&record, "action", passed_on ? "observe" : "refuse");
        kinamo_record_text(
            &record, "cure",
            "the passdb lacks the lines of kinamo-passdb.conf.ext, which refuse this "
            "like a wrong password");
        kinamo_event_error(client->event, &record);
    } else {
        kinamo_record_text(&record, "action", "observe");
        kinamo_event_info(client->event, &record);
        kinamo_event_who(client->event, "address", username(client), login_binary->protocol);
    }
}

static bool login_address_sasl_check_login(struct client *client)
{
    struct login_address *address = LOGIN_ADDRESS(client);

    if (!is_complete(client)) {
        report(client, address->mode, false);
        if (address->mode == KINAMO_MODE_ENFORCE) {
            sasl_server_auth_failed(client, NULL, NULL);
            return FALSE;
        }
    }
    return address->module_ctx.super.sasl_check_login == NULL ||
           address->module_ctx.super.sasl_check_login(client);
}

static void login_address_auth_result(struct client *client, enum client_auth_result result,
                                      const struct client_auth_reply *reply, const char *text)
{
    struct login_address *address = LOGIN_ADDRESS(client);

    if (result == CLIENT_AUTH_RESULT_SUCCESS && client->login_proxy != NULL &&
        !is_complete(client)) {
        report(client, address->mode, true);
    }
    address->module_ctx.super.auth_result(client, result, reply, text);
}

void login_address_client_allocated(struct client *client, const struct kinamo_settings *settings)
{
    enum kinamo_mode mode = kinamo_settings_mode(settings, KINAMO_SETTING_ADDRESS_MODE);
    struct login_address *address;

    if (mode == KINAMO_MODE_OFF) {
        return;
    }
    address = p_new(client->pool, struct login_address, 1);
    address->mode = mode;
    address->module_ctx.super = client->v;
    client->v.sasl_check_login = login_address_sasl_check_login;
    client->v.auth_result = login_address_auth_result;
    MODULE_CONTEXT_SET(client, login_address_module, address);
}
