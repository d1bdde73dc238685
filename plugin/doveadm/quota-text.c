/* A user's quota in the words of the doveadm commands. */
#include "lib.h"
#include "str.h"
#include "mail-storage.h"
#include "mail-user.h"

#include <time.h>

#include "plugin/doveadm/quota-text.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/notice-inbox.h"
#include "plugin/mail/quota-mail.h"

const char *kinamo_quota_text_time(int64_t at)
{
    time_t when = (time_t)at;
    const struct tm *tm = localtime(&when);
    char text[sizeof("2026-11-25 03:04:05") + 8];

    if (at == 0 || tm == NULL || strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", tm) == 0) {
        return "-";
    }
    return t_strdup(text);
}

const char *kinamo_quota_text_armed(const struct kinamo_quota_view_item *item)
{
    const struct kinamo_quota_thresholds *thresholds = &item->policy.thresholds;
    string_t *text = t_str_new(32);

    for (unsigned int i = 0; i < thresholds->count; i++) {
        if (thresholds->percent[i] > item->told.threshold) {
            str_printfa(text, "%s%u", str_len(text) > 0 ? " " : "", thresholds->percent[i]);
        }
    }
    return str_len(text) > 0 ? str_c(text) : "none";
}

const char *kinamo_quota_text_told(const struct kinamo_quota_view_item *item)
{
    static const char *const how[] = {
        [KINAMO_TOLD_PENDING] = "begun",
        [KINAMO_TOLD_SENT] = "sent",
        [KINAMO_TOLD_FAILED] = "failed",
    };

    if (item->told.threshold == 0) {
        return "nothing";
    }
    return t_strdup_printf("%u at %s (%s)", item->told.threshold,
                           kinamo_quota_text_time(item->told.at), how[item->told.status]);
}

const char *kinamo_quota_text_next(struct mail_user *user, const struct kinamo_quota_view *view)
{
    enum kinamo_mode mode =
        kinamo_settings_mode(kinamo_user_settings(user), KINAMO_SETTING_QUOTA_MODE);
    const struct kinamo_quota_decision *decision;

    if (view->worst < 0) {
        return "nothing";
    }
    decision = &view->item[view->worst].decision;
    return t_strdup_printf("%s%s: %u", mode == KINAMO_MODE_OBSERVE ? "observe, would " : "",
                           decision->action == KINAMO_QUOTA_REMIND ? "remind" : "warn",
                           decision->threshold);
}

static const char *without_cr(const char *message, size_t size)
{
    string_t *text = t_str_new(size);

    for (size_t i = 0; i < size; i++) {
        if (message[i] != '\r') {
            str_append_c(text, message[i]);
        }
    }
    return str_c(text);
}

bool kinamo_quota_text_message(struct mail_user *user, const struct kinamo_quota_view_item *item,
                               const char **message_r)
{
    char guid[KINAMO_GUID_LENGTH + 1];
    const char *message;
    size_t size;

    kinamo_inbox_new_guid(guid);
    size = kinamo_quota_compose(user, item->reading, &item->decision, guid, &message);
    if (size == 0) {
        e_error(user->event, "kinamo: the warning is too long (shorten the template in "
                             "kinamo_template_dir)");
        return FALSE;
    }
    *message_r = without_cr(message, size);
    return TRUE;
}
