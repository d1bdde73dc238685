/* doveadm kinamo quota: look at a user's quota now, as a delivery does, and tell the user what is
   due. After limits were changed for many users, "doveadm kinamo quota -A" tells those who are
   concerned. */
#include "lib.h"
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "mail-namespace.h"
#include "mail-user.h"

#include "plugin/doveadm/doveadm-quota.h"
#include "plugin/mail/kinamo-quota.h"

static void print_reading(const struct kinamo_quota_reading *reading)
{
    doveadm_print(reading->root);
    doveadm_print(reading->messages ? "MESSAGE" : "STORAGE");
    doveadm_print_num(reading->usage.used);
    doveadm_print_num(reading->usage.limit);
    doveadm_print_num(kinamo_quota_percent(&reading->usage));
}

static int quota_run(struct doveadm_mail_cmd_context *ctx, struct mail_user *user)
{
    struct kinamo_quota_readings readings;

    if (!kinamo_quota_is_on(user)) {
        e_error(user->event,
                "kinamo_quota_mode is off for this user, or quota and kinamo_policy are "
                "not both in mail_plugins");
        doveadm_mail_failed_error(ctx, MAIL_ERROR_NOTFOUND);
        return -1;
    }
    kinamo_quota_look(user, KINAMO_QUOTA_LOOK_REPLACE, &readings);
    for (unsigned int i = 0; i < readings.count; i++) {
        print_reading(&readings.reading[i]);
    }
    return 0;
}

static struct doveadm_mail_cmd_context *quota_alloc(void)
{
    struct doveadm_mail_cmd_context *ctx = doveadm_mail_cmd_alloc(struct doveadm_mail_cmd_context);

    ctx->v.run = quota_run;
    doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
    doveadm_print_header("root", "root", DOVEADM_PRINT_HEADER_FLAG_EXPAND);
    doveadm_print_header_simple("resource");
    doveadm_print_header("used", "used", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("limit", "limit", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("percent", "percent", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    return ctx;
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_quota = {
    .name = "kinamo quota",
    .usage = "",
    .mail_cmd = quota_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
