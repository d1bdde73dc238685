/* How full the mailbox is, and the warning that a look would send now. */
#include "lib.h"
#include "str.h"
#include "mail-storage.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/explain-rows.h"
#include "plugin/doveadm/quota-text.h"
#include "plugin/mail/kinamo-user.h"

static void explain_item(const struct kinamo_quota_view_item *item)
{
    const struct kinamo_quota_usage *usage = &item->reading->usage;

    kinamo_explain_row(
        t_strconcat("quota/", kinamo_quota_topic(item->reading), NULL),
        t_strdup_printf("%u%%", kinamo_quota_percent(usage)), "now",
        t_strdup_printf("%llu of %llu; armed: %s; told: %s.", (unsigned long long)usage->used,
                        (unsigned long long)usage->limit, kinamo_quota_text_armed(item),
                        kinamo_quota_text_told(item)));
}

static void explain_warning(struct mail_user *user, const struct kinamo_quota_view_item *item)
{
    const struct kinamo_quota_reading *reading = item->reading;
    const char *message;
    char line[KINAMO_ALERT_SIZE];

    if (kinamo_quota_line(user, reading, &item->decision, "Alert", line)) {
        kinamo_explain_row("warning/imap", line, "now", "The ALERT of an IMAP session.");
    }
    if (kinamo_quota_text_message(user, item, &message)) {
        kinamo_explain_row("warning/mail", message, "now", "The message in the inbox.");
    }
}

void kinamo_explain_quota(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    struct kinamo_quota_view *view = t_new(struct kinamo_quota_view, 1);
    const char *error;

    if (!kinamo_quota_is_on(user)) {
        kinamo_explain_row("quota", "off", "now",
                           "kinamo_quota_mode is off, or quota is not in mail_plugins.");
        return;
    }
    if (kinamo_quota_inspect(user, view, &error) < 0) {
        e_error(user->event, "kinamo: %s", error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    }
    if (view->readings.count == 0) {
        kinamo_explain_row("quota", "none", "now", "No resource of this user is limited.");
    }
    for (unsigned int i = 0; i < view->readings.count; i++) {
        explain_item(&view->item[i]);
    }
    kinamo_explain_row("warning", kinamo_quota_text_next(user, view), "now",
                       "What a delivery would do now.");
    if (view->worst >= 0) {
        explain_warning(user, &view->item[view->worst]);
    }
}
