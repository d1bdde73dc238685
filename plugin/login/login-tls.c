/* The TLS policy in a login session: what the client may see and say before it is private.

   How a client is connected changes while it talks (STARTTLS, the end of a handshake, a trusted
   proxy's ID or XCLIENT), so it is looked at again before each command. */
#include "login-common.h"
#include "client-common.h"
#include "module-context.h"
#include "safe-memset.h"
#include "str.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-ip.h"
#include "plugin/compat/host-login.h"
#include "plugin/login/login-tls-report.h"
#include "plugin/login/login-tls.h"

#define LOGIN_TLS(client)         MODULE_CONTEXT(client, login_tls_module)
#define LOGIN_TLS_REQUIRE(client) MODULE_CONTEXT_REQUIRE(client, login_tls_module)

struct login_tls {
    union login_client_module_context module_ctx;
    enum kinamo_mode mode;
    unsigned int min_protocol;
    const char *trusted_networks;
    bool peer_is_trusted;
    bool was_secured; /* to Dovecot, before we or TLS changed it */

    struct kinamo_tls_facts facts;
    struct kinamo_tls_decision decision;

    bool refused;       /* the command that runs now was refused */
    bool password_sent; /* and it carried a password in clear */
};

static MODULE_CONTEXT_DEFINE_INIT(login_tls_module, &login_module_register);

static bool is_trusted(const struct login_tls *tls, const struct client *client)
{
    const struct kinamo_ip ip = kinamo_host_ip(&client->ip);

    return kinamo_networks_contain(tls->trusted_networks, &ip);
}

static void find_facts(struct login_tls *tls, const struct client *client)
{
    kinamo_host_login_tls_facts(client, &tls->facts);
    tls->facts.peer_is_trusted = tls->peer_is_trusted;
    tls->facts.client_is_trusted = is_trusted(tls, client);
}

static void apply(struct login_tls *tls, struct client *client)
{
    if (tls->decision.is_private) {
        kinamo_host_login_set_secured(client, true);
        if (tls->peer_is_trusted) {
            kinamo_host_login_vouch(client);
        }
    } else if (tls->decision.action == KINAMO_TLS_REFUSE) {
        kinamo_host_login_forbid_clear(client);
        kinamo_host_login_set_secured(client, false);
    } else if (kinamo_host_login_permits_clear(client)) {
        /* Loopback counts as secured to Dovecot. Where the switches are open nothing changes for
           the user, and the auth service learns the truth for users with a mode of their own. */
        kinamo_host_login_set_secured(client, false);
    } else {
        /* What was private may have turned out not to be: then Dovecot's own switches decide. */
        kinamo_host_login_set_secured(client, tls->was_secured || tls->facts.ends_here);
    }
}

static void look(struct login_tls *tls, struct client *client)
{
    find_facts(tls, client);
    tls->decision = kinamo_tls_decide(&tls->facts, tls->mode, tls->min_protocol);
    apply(tls, client);
}

bool login_tls_refuses(struct client *client)
{
    const struct login_tls *tls = LOGIN_TLS(client);

    return tls != NULL && tls->decision.action == KINAMO_TLS_REFUSE;
}

/* The initial response of a mechanism that reveals the secret carries it; LOGIN's has the name
 * only. */
static bool carries_secret(const struct client *client)
{
    return client->auth_response != NULL && str_len(client->auth_response) > 0 &&
           kinamo_tls_reveals_secret(client->auth_mech_name) &&
           strcasecmp(client->auth_mech_name, "LOGIN") != 0;
}

static bool is_exposed(const struct login_tls *tls, const struct client *client)
{
    return !tls->facts.ends_here && (tls->password_sent || carries_secret(client));
}

static void report_refusal(struct login_tls *tls, struct client *client)
{
    login_tls_report_refusal(client, &tls->facts, &tls->decision, is_exposed(tls, client));
    tls->refused = false;
    tls->password_sent = false;
    if (client->auth_response != NULL) {
        /* Dovecot would keep it, and append the next initial response to it. */
        safe_memset(str_c_modifiable(client->auth_response), 0, str_len(client->auth_response));
        str_truncate(client->auth_response, 0);
    }
    i_free(client->auth_mech_name);
}

static bool login_tls_input_next_cmd(struct client *client)
{
    struct login_tls *tls = LOGIN_TLS_REQUIRE(client);
    bool more;

    look(tls, client);
    more = tls->module_ctx.super.input_next_cmd(client);
    /* Only now is the user's name known: Dovecot sets it after it has refused. */
    if (tls->refused) {
        report_refusal(tls, client);
    }
    return more;
}

/* A service that reads its commands itself (submission) is looked at nowhere else. */
static bool login_tls_sasl_filter_mech(struct client *client, struct auth_mech_desc *mech)
{
    struct login_tls *tls = LOGIN_TLS_REQUIRE(client);

    if (tls->module_ctx.super.input_next_cmd == NULL || !kinamo_host_login_awaits_claim(client)) {
        look(tls, client);
        if (tls->decision.action == KINAMO_TLS_REFUSE) {
            return false;
        }
    }
    return tls->module_ctx.super.sasl_filter_mech == NULL ||
           tls->module_ctx.super.sasl_filter_mech(client, mech);
}

static void login_tls_notify_status(struct client *client, bool bad, const char *text)
{
    struct login_tls *tls = LOGIN_TLS_REQUIRE(client);

    if (bad && tls->decision.action == KINAMO_TLS_REFUSE) {
        tls->password_sent = true;
        text = kinamo_tls_refusal(login_binary->protocol, tls->decision.cause,
                                  is_exposed(tls, client));
    }
    if (tls->module_ctx.super.notify_status != NULL) {
        tls->module_ctx.super.notify_status(client, bad, text);
    }
}

/* The mode of the user who has just logged in: a passdb field may differ from the global one. */
static enum kinamo_mode mode_of_user(const struct login_tls *tls, struct client *client)
{
    const struct kinamo_setting *setting = kinamo_setting(KINAMO_SETTING_TLS_MODE);
    size_t length = strlen(setting->name);
    struct kinamo_record record;
    struct kinamo_value value;
    char error[KINAMO_ERROR_SIZE];
    const char *const *fields = client->auth_passdb_args;

    for (; fields != NULL && *fields != NULL; fields++) {
        if (strncmp(*fields, setting->name, length) != 0 || (*fields)[length] != '=') {
            continue;
        }
        if (kinamo_setting_parse(setting, *fields + length + 1, &value, error)) {
            return (enum kinamo_mode)value.number;
        }
        kinamo_record_init(&record, "kinamo_setting_refused");
        kinamo_record_text(&record, "user", client->virtual_user);
        kinamo_record_text(&record, "setting", setting->name);
        kinamo_record_text(&record, "error", error);
        kinamo_event_error(client->event, &record);
        return KINAMO_MODE_ENFORCE;
    }
    return tls->mode;
}

/* The decision for that user. False if the passdb should have refused the login. */
static bool decide_for_user(struct login_tls *tls, struct client *client)
{
    tls->decision = kinamo_tls_decide(&tls->facts, mode_of_user(tls, client), tls->min_protocol);
    if (tls->decision.action != KINAMO_TLS_REFUSE) {
        return true;
    }
    e_error(client->event,
            "kinamo: the user has kinamo_tls_mode = enforce, but the passdb let a session "
            "without TLS pass: the passdb lacks the lines of kinamo-passdb.conf.ext, which "
            "refuse this like a wrong password");
    return false;
}

static bool login_tls_sasl_check_login(struct client *client)
{
    struct login_tls *tls = LOGIN_TLS_REQUIRE(client);

    if (!decide_for_user(tls, client)) {
        login_tls_report_refusal(client, &tls->facts, &tls->decision,
                                 !tls->facts.ends_here &&
                                     kinamo_tls_reveals_secret(client->auth_mech_name));
        sasl_server_auth_failed(client, NULL, NULL);
        return FALSE;
    }
    return tls->module_ctx.super.sasl_check_login == NULL ||
           tls->module_ctx.super.sasl_check_login(client);
}

static void login_tls_auth_result(struct client *client, enum client_auth_result result,
                                  const struct client_auth_reply *reply, const char *text)
{
    struct login_tls *tls = LOGIN_TLS_REQUIRE(client);

    if (result == CLIENT_AUTH_RESULT_SUCCESS) {
        if (client->login_proxy != NULL && !decide_for_user(tls, client)) {
            /* It is on its way to another host: Dovecot asks no plugin before. */
            tls->decision.action = KINAMO_TLS_OBSERVE;
        }
        login_tls_report_login(client, &tls->facts, &tls->decision);
    } else if (result == CLIENT_AUTH_RESULT_SSL_REQUIRED &&
               tls->decision.action == KINAMO_TLS_REFUSE) {
        tls->refused = true;
        text = kinamo_tls_refusal(login_binary->protocol, tls->decision.cause,
                                  is_exposed(tls, client));
    }
    tls->module_ctx.super.auth_result(client, result, reply, text);
    if (tls->refused && tls->module_ctx.super.input_next_cmd == NULL) {
        report_refusal(tls, client);
    }
}

static void hook(struct login_tls *tls, struct client *client)
{
    struct client_vfuncs *v = &client->v;

    tls->module_ctx.super = *v;
    if (v->input_next_cmd != NULL) {
        v->input_next_cmd = login_tls_input_next_cmd;
    }
    v->sasl_filter_mech = login_tls_sasl_filter_mech;
    v->sasl_check_login = login_tls_sasl_check_login;
    v->notify_status = login_tls_notify_status;
    v->auth_result = login_tls_auth_result;
    MODULE_CONTEXT_SET(client, login_tls_module, tls);
}

void login_tls_client_allocated(struct client *client, const struct kinamo_settings *settings)
{
    enum kinamo_mode mode = kinamo_settings_mode(settings, KINAMO_SETTING_TLS_MODE);
    struct login_tls *tls;

    if (mode == KINAMO_MODE_OFF) {
        return;
    }
    tls = p_new(client->pool, struct login_tls, 1);
    tls->mode = mode;
    tls->min_protocol =
        (unsigned int)kinamo_settings_number(settings, KINAMO_SETTING_TLS_MIN_PROTOCOL);
    tls->trusted_networks = kinamo_settings_text(settings, KINAMO_SETTING_TLS_TRUSTED_NETWORKS);
    tls->peer_is_trusted = is_trusted(tls, client);
    tls->was_secured = kinamo_host_login_is_secured(client);
    hook(tls, client);
    if (!kinamo_host_login_awaits_claim(client)) {
        look(tls, client);
    } else if (mode == KINAMO_MODE_ENFORCE) {
        /* A proxy that reads LOGINDISABLED in the greeting would give up before it has spoken. What
           it then sends is looked at first. In the other modes the greeting is Dovecot's own. */
        kinamo_host_login_set_secured(client, true);
    }
}
