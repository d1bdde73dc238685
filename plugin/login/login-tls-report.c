/* What is recorded about sessions that are not private: never a password. */
#include "login-common.h"
#include "client-common.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/login/login-tls-report.h"

/* The user's name is what the client said; only after a login is it known to be one. */
static void describe(struct kinamo_record *record, const char *name, struct client *client,
                     const struct kinamo_tls_facts *facts,
                     const struct kinamo_tls_decision *decision)
{
    kinamo_record_init(record, name);
    kinamo_record_text(record, "user", client->virtual_user);
    kinamo_record_text(record, "service", login_binary->protocol);
    kinamo_record_text(record, "rip", net_ip2addr(&client->ip));
    kinamo_record_text(record, "mechanism", client->auth_mech_name);
    kinamo_record_text(record, "tls", kinamo_tls_version_text(facts));
    kinamo_record_text(record, "cause", kinamo_tls_cause_name(decision->cause));
    kinamo_record_text(record, "action", kinamo_tls_action_name(decision->action));
}

void login_tls_report_login(struct client *client, const struct kinamo_tls_facts *facts,
                            const struct kinamo_tls_decision *decision)
{
    struct kinamo_record record;

    if (decision->action != KINAMO_TLS_ALLOW) {
        describe(&record, "kinamo_tls_insecure", client, facts, decision);
        kinamo_event_info(client->event, &record);
        kinamo_event_who(
            client->event, "tls", client->virtual_user,
            t_strdup_printf("%s_%s", login_binary->protocol, kinamo_tls_version_text(facts)));
    } else if (decision->version_unknown) {
        describe(&record, "kinamo_tls_version_unknown", client, facts, decision);
        kinamo_event_info(client->event, &record);
    }
}

void login_tls_report_refusal(struct client *client, const struct kinamo_tls_facts *facts,
                              const struct kinamo_tls_decision *decision, bool exposed)
{
    struct kinamo_record record;

    describe(&record, "kinamo_tls_insecure", client, facts, decision);
    kinamo_record_text(&record, "password_exposed", exposed ? "yes" : "no");
    kinamo_event_info(client->event, &record);
}
