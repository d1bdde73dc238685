/* doveadm kinamo warn: look at a user's quota now, as a delivery does, and tell the user what is
   due. After limits were changed for many users, "doveadm kinamo warn -A" tells those who are
   concerned. */
#include "lib.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/doveadm-commands.h"
#include "plugin/doveadm/quota-text.h"
#include "plugin/mail/kinamo-user.h"

static bool is_due(const struct kinamo_quota_view_item *item)
{
    return item->decision.action == KINAMO_QUOTA_WARN ||
           item->decision.action == KINAMO_QUOTA_REMIND;
}

/* What a look would do. */
enum plan {
    PLAN_NOTHING,  /* no threshold, or told already */
    PLAN_OBSERVE,  /* due, but the mode tells nobody */
    PLAN_IMAP,     /* due, but only IMAP sessions tell */
    PLAN_SUPPRESS, /* due, but the message is about a fuller resource */
    PLAN_SEND,
};

static enum plan plan_of(struct mail_user *user, const struct kinamo_quota_view *view,
                         unsigned int i)
{
    if (!is_due(&view->item[i])) {
        return PLAN_NOTHING;
    }
    if (kinamo_settings_mode(kinamo_user_settings(user), KINAMO_SETTING_QUOTA_MODE) ==
        KINAMO_MODE_OBSERVE) {
        return PLAN_OBSERVE;
    }
    if (!kinamo_quota_uses(user, KINAMO_QUOTA_CHANNEL_MAIL)) {
        return PLAN_IMAP;
    }
    return (int)i == view->worst ? PLAN_SEND : PLAN_SUPPRESS;
}

static const char *const plans[] = {"nothing", "observe", "imap", "suppress", "send"};
static const char *const results[] = {"nothing", "observed", "imap", "suppressed", "sent"};

static void print_item(const struct kinamo_quota_view_item *item, const char *result)
{
    doveadm_print(item->reading->root);
    doveadm_print(item->reading->messages ? "MESSAGE" : "STORAGE");
    doveadm_print_num(item->reading->usage.used);
    doveadm_print_num(item->reading->usage.limit);
    doveadm_print_num(kinamo_quota_percent(&item->reading->usage));
    doveadm_print_num(is_due(item) ? item->decision.threshold : 0);
    doveadm_print(result);
}

static void rehearse(struct mail_user *user, const struct kinamo_quota_view *view)
{
    for (unsigned int i = 0; i < view->readings.count; i++) {
        enum plan plan = plan_of(user, view, i);
        const char *message = "";

        print_item(&view->item[i], plans[plan]);
        if (plan == PLAN_SEND) {
            (void)kinamo_quota_text_message(user, &view->item[i], &message);
        }
        doveadm_print(message);
    }
}

/* Our own message counts too, so what is on record may be a higher threshold. */
static bool was_told(const struct kinamo_quota_view *before, const struct kinamo_quota_view *after,
                     unsigned int i)
{
    return i < after->readings.count &&
           after->item[i].told.threshold >= before->item[i].decision.threshold &&
           after->item[i].told.status == KINAMO_TOLD_SENT;
}

static void look(struct kinamo_doveadm *kctx, struct mail_user *user,
                 const struct kinamo_quota_view *before)
{
    struct kinamo_quota_view *after = t_new(struct kinamo_quota_view, 1);
    struct kinamo_quota_readings readings;
    const char *error;

    kinamo_quota_look(user, KINAMO_QUOTA_LOOK_REPLACE, &readings);
    if (kinamo_quota_inspect(user, after, &error) < 0) {
        e_error(user->event, "kinamo: %s", error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    }
    for (unsigned int i = 0; i < before->readings.count; i++) {
        enum plan plan = plan_of(user, before, i);

        if (plan >= PLAN_SUPPRESS && !was_told(before, after, i)) {
            print_item(&before->item[i], "failed");
            kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
        } else {
            print_item(&before->item[i], results[plan]);
        }
    }
}

static void warn(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    struct kinamo_quota_view *view = t_new(struct kinamo_quota_view, 1);
    const char *error;

    if (!kinamo_quota_is_on(user)) {
        e_error(user->event, "kinamo: kinamo_quota_mode is off for this user, or quota is not in "
                             "mail_plugins (set the mode, or load the plugin)");
        kinamo_doveadm_fail(kctx, DOVEADM_EX_NOTFOUND);
        return;
    }
    if (kinamo_quota_inspect(user, view, &error) < 0) {
        e_error(user->event, "kinamo: nobody was told: %s", error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
        return;
    }
    if (kctx->dry_run) {
        rehearse(user, view);
    } else {
        look(kctx, user, view);
    }
}

static void warn_begin(struct kinamo_doveadm *kctx)
{
    doveadm_print_header("root", "root", DOVEADM_PRINT_HEADER_FLAG_EXPAND);
    doveadm_print_header_simple("resource");
    doveadm_print_header("used", "used", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("limit", "limit", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("percent", "percent", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("threshold", "threshold", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header_simple("result");
    if (kctx->dry_run) {
        doveadm_print_header_simple("message");
    }
}

static struct doveadm_mail_cmd_context *warn_alloc(void)
{
    static const struct kinamo_doveadm_command command = {warn_begin, warn};

    return kinamo_doveadm_alloc(&command);
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_warn = {
    .name = "kinamo warn",
    .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "[--dry-run] [--after <user>]",
    .mail_cmd = warn_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
KINAMO_DOVEADM_PARAM_DRY_RUN
KINAMO_DOVEADM_PARAM_AFTER
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
