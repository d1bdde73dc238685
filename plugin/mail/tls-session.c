/* The TLS policy in a mail process: belt and braces for a login process without our plugin. */
#include "lib.h"
#include "net.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/networks.h"
#include "kinamo/record.h"
#include "kinamo/settings.h"
#include "kinamo/tls-policy.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-ip.h"
#include "plugin/compat/host-mail.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/notice-deferred.h"
#include "plugin/mail/tls-session.h"

static void describe(struct kinamo_record *record, const char *name, struct mail_user *user)
{
    kinamo_record_init(record, name);
    kinamo_record_text(record, "user", user->username);
    kinamo_record_text(record, "service", user->service);
    kinamo_record_text(record, "rip", net_ip2addr(user->conn.remote_ip));
}

static void report_refusal(struct mail_user *user, const struct kinamo_tls_facts *facts,
                           const struct kinamo_tls_decision *decision)
{
    struct kinamo_record record;

    describe(&record, "kinamo_tls_insecure", user);
    kinamo_record_text(&record, "mechanism", user->auth_mech);
    kinamo_record_text(&record, "tls", kinamo_tls_version_text(facts));
    kinamo_record_text(&record, "cause", kinamo_tls_cause_name(decision->cause));
    kinamo_record_text(&record, "action", kinamo_tls_action_name(decision->action));
    kinamo_record_text(&record, "cure",
                       "login_plugins lacks login_kinamo_policy, or this user has "
                       "kinamo_tls_mode=enforce as a userdb field only, not as a passdb field");
    kinamo_event_error(user->event, &record);
}

static void report_notice(struct mail_user *user, enum kinamo_notice_result result)
{
    struct kinamo_record record;

    describe(&record, "kinamo_tls_notice", user);
    kinamo_record_text(&record, "result", kinamo_notice_result_name(result));
    kinamo_record_number(
        &record, "repeat",
        (int64_t)kinamo_settings_number(kinamo_user_settings(user), KINAMO_SETTING_TLS_REPEAT));
    kinamo_event_info(user->event, &record);
}

/* By mail: clients do not show an ALERT that comes without TLS. */
static void notify(struct mail_user *user, const struct kinamo_settings *settings)
{
    kinamo_notice_at_end(user, KINAMO_NOTICE_TLS_REQUIRED,
                         (unsigned int)kinamo_settings_number(settings, KINAMO_SETTING_TLS_REPEAT),
                         "protocol", t_str_ucase(user->service), report_notice);
}

const char *kinamo_tls_session_refusal(struct mail_user *user)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);
    struct kinamo_tls_facts facts = {.ends_here = kinamo_host_user_is_tls(user)};
    struct kinamo_tls_decision decision;
    struct kinamo_ip ip = kinamo_host_ip(user->conn.remote_ip);

    if (settings == NULL || ip.length == 0) {
        return NULL;
    }
    facts.client_is_trusted = kinamo_networks_contain(
        kinamo_settings_text(settings, KINAMO_SETTING_TLS_TRUSTED_NETWORKS), &ip);
    /* The version of TLS is not known here: the login process has looked at it. */
    decision =
        kinamo_tls_decide(&facts, kinamo_settings_mode(settings, KINAMO_SETTING_TLS_MODE), 0);
    if (decision.action == KINAMO_TLS_REFUSE) {
        report_refusal(user, &facts, &decision);
        return kinamo_tls_refusal(user->service, decision.cause,
                                  kinamo_tls_reveals_secret(user->auth_mech));
    }
    if (decision.action == KINAMO_TLS_WARN && !kinamo_user_is_master_login(user)) {
        notify(user, settings);
    }
    return NULL;
}
