/* What POP3 removal and TLS would decide now, by the decisions that the sessions take. */
#include "lib.h"
#include "str.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/pop3-kinds.h"
#include "kinamo/tls-kinds.h"
#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/explain-rows.h"
#include "plugin/doveadm/pop3-protocol.h"
#include "plugin/mail/retention-policy.h"

#define NOW "now"

static const char *decision_text(const struct kinamo_pop3_decision *decision,
                                 const char *destination, enum kinamo_mode mode)
{
    if (decision->action != KINAMO_POP3_REMOVE) {
        return t_strdup_printf("keep: %s", kinamo_pop3_cause_name(decision->cause));
    }
    if (mode != KINAMO_MODE_ENFORCE) {
        return t_strdup_printf("keep: mode %s, would be removed", kinamo_mode_name(mode));
    }
    return *destination == '\0' ? "remove" : t_strdup_printf("move to %s", destination);
}

static const char *why(const char *reason)
{
    if (reason == NULL) {
        return ". One without QUIT, and one of a master user, removes nothing.";
    }
    return strcmp(reason, "pop3_delete_type") == 0
               ? ": pop3_delete_type is flag or unknown, and the mail would stay visible over IMAP."
               : ": kinamo_pop3_destination is INBOX, where the mail is already.";
}

void kinamo_explain_pop3(const struct kinamo_doveadm *kctx, struct mail_user *user,
                         const struct kinamo_explain_protocol *protocol)
{
    const char *destination =
        kinamo_settings_text(&protocol->settings, KINAMO_SETTING_POP3_DESTINATION);
    struct kinamo_pop3_session_facts facts = {
        .mode = kinamo_settings_mode(&protocol->settings, KINAMO_SETTING_POP3_MODE),
        .username = user->username,
        .delete_by_flag = kinamo_pop3_protocol_marks(kctx, user),
        .destination = destination,
    };
    struct kinamo_pop3_policy policy;
    struct kinamo_pop3_kind kind;
    const char *reason;
    enum kinamo_mode mode = kinamo_pop3_session_mode(&facts, &reason);

    kinamo_explain_row("pop3", kinamo_mode_name(mode), NOW,
                       t_strconcat("The mode of a POP3 session", why(reason), NULL));
    if (mode == KINAMO_MODE_OFF) {
        return;
    }
    kinamo_retention_policy(&protocol->settings, &policy);
    for (unsigned int i = 0; kinamo_pop3_kind(i, &policy, &kind); i++) {
        kinamo_explain_row(t_strconcat("pop3/", kind.name, NULL),
                           decision_text(&kind.decision, destination, mode), NOW, kind.doc);
    }
}

void kinamo_explain_tls(const struct kinamo_explain_protocol *protocol)
{
    const struct kinamo_tls_modes modes = {
        .login = kinamo_settings_mode(&protocol->configured, KINAMO_SETTING_TLS_MODE),
        .mail = kinamo_settings_mode(&protocol->settings, KINAMO_SETTING_TLS_MODE),
        .min_protocol = (unsigned int)kinamo_settings_number(&protocol->settings,
                                                             KINAMO_SETTING_TLS_MIN_PROTOCOL),
    };
    struct kinamo_tls_kind kind;

    for (unsigned int i = 0; kinamo_tls_kind(i, &modes, &kind); i++) {
        const char *meaning = kind.doc;

        if (kind.decision.action == KINAMO_TLS_REFUSE) {
            meaning =
                t_strdup_printf("%s The client is told: %s", kind.doc,
                                kinamo_tls_refusal(protocol->name, kind.decision.cause, FALSE));
        }
        kinamo_explain_row(t_strdup_printf("tls/%s/%s", protocol->name, kind.name),
                           kinamo_tls_action_name(kind.decision.action), NOW, meaning);
    }
}
