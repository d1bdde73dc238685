/* doveadm kinamo status: where a user stands, in one row. */
#include "lib.h"
#include "ioloop.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/doveadm-commands.h"
#include "plugin/doveadm/pop3-protocol.h"
#include "plugin/doveadm/quota-text.h"
#include "plugin/mail/imap-use.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/retention-expire.h"

/* "-" stands for what is not limited, not switched on, or could not be read. */
#define NONE "-"

struct standing {
    int storage, messages; /* percent of the fullest root, or -1 */
    unsigned int threshold;
    struct kinamo_told told; /* the last of all */
};

/* The highest threshold that the level has reached, whatever was told of it. */
static unsigned int threshold_of(const struct kinamo_quota_view_item *item)
{
    const struct kinamo_told nothing = {0};

    return kinamo_quota_decide(&item->policy, &item->reading->usage, &nothing, ioloop_time)
        .threshold;
}

static void sum_up(const struct kinamo_quota_view *view, struct standing *standing)
{
    for (unsigned int i = 0; i < view->readings.count; i++) {
        const struct kinamo_quota_view_item *item = &view->item[i];
        int percent = (int)kinamo_quota_percent(&item->reading->usage);
        int *fullest = item->reading->messages ? &standing->messages : &standing->storage;

        *fullest = I_MAX(*fullest, percent);
        standing->threshold = I_MAX(standing->threshold, threshold_of(item));
        if (item->told.threshold > 0 && item->told.at >= standing->told.at) {
            standing->told = item->told;
        }
    }
}

static const char *percent_text(int percent)
{
    return percent < 0 ? NONE : t_strdup_printf("%d", percent);
}

/* Only mail is on record: what an IMAP session was told is known to the session. */
static const char *channel_of(struct mail_user *user, const struct kinamo_told *told)
{
    if (told->threshold == 0) {
        return NONE;
    }
    return kinamo_settings_mode(kinamo_user_settings(user), KINAMO_SETTING_QUOTA_MODE) ==
                   KINAMO_MODE_OBSERVE
               ? "observe"
           : told->status == KINAMO_TOLD_SENT ? "mail"
                                              : "mail failed";
}

static void print_quota(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    struct kinamo_quota_view *view = t_new(struct kinamo_quota_view, 1);
    struct standing standing = {.storage = -1, .messages = -1};
    const char *error;

    if (kinamo_quota_is_on(user)) {
        if (kinamo_quota_inspect(user, view, &error) < 0) {
            e_error(user->event, "kinamo: %s", error);
            kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
        }
        sum_up(view, &standing);
    }
    doveadm_print(percent_text(standing.storage));
    doveadm_print(percent_text(standing.messages));
    doveadm_print_num(standing.threshold);
    doveadm_print_num(standing.told.threshold);
    doveadm_print(kinamo_quota_text_time(standing.told.at));
    doveadm_print(channel_of(user, &standing.told));
}

static void print_pop3(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    struct kinamo_expire_result result;
    const char *error;
    bool marks = kinamo_pop3_protocol_marks(kctx, user);
    bool read = kinamo_retention_expire(user, marks, TRUE, &result, &error) == 0;

    if (!read) {
        e_error(user->event, "kinamo: %s", error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    }
    doveadm_print(kinamo_mode_name(result.mode));
    doveadm_print(read ? t_strdup_printf("%u", result.due) : NONE);
}

static void status(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    print_quota(kctx, user);
    print_pop3(kctx, user);
    doveadm_print(kinamo_imap_use_recent(user, ioloop_time));
}

static void status_begin(struct kinamo_doveadm *kctx)
{
    kinamo_pop3_protocol_learn(kctx);
    doveadm_print_header("storage", "storage", DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY);
    doveadm_print_header("messages", "messages", DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY);
    doveadm_print_header("threshold", "threshold", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("told", "told", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header_simple("told_at");
    doveadm_print_header_simple("channel");
    doveadm_print_header_simple("pop3");
    doveadm_print_header("pending", "pending", DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY);
    doveadm_print_header_simple("imap");
}

static struct doveadm_mail_cmd_context *status_alloc(void)
{
    static const struct kinamo_doveadm_command command = {status_begin, status};

    return kinamo_doveadm_alloc(&command);
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_status = {
    .name = "kinamo status",
    .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX,
    .mail_cmd = status_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
