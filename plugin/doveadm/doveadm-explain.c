/* doveadm kinamo explain: every setting in force for a user. */
#include "lib.h"
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include "plugin/doveadm/doveadm-explain.h"
#include "plugin/mail/kinamo-user.h"

static void print_setting(const struct kinamo_settings *settings,
                          const struct kinamo_setting *setting)
{
    const char *text = settings->value[setting->id].text;

    doveadm_print(setting->name);
    doveadm_print(text);
    doveadm_print(strcmp(text, setting->default_value) == 0 ? "yes" : "no");
    doveadm_print(setting->doc);
}

static int explain_run(struct doveadm_mail_cmd_context *ctx, struct mail_user *user)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);

    if (settings == NULL) {
        e_error(user->event, "kinamo_policy is not loaded: add it to mail_plugins");
        doveadm_mail_failed_error(ctx, MAIL_ERROR_NOTFOUND);
        return -1;
    }
    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);

        if (setting->policy != KINAMO_POLICY_SASL) {
            print_setting(settings, setting);
        }
    }
    return 0;
}

static struct doveadm_mail_cmd_context *explain_alloc(void)
{
    struct doveadm_mail_cmd_context *ctx = doveadm_mail_cmd_alloc(struct doveadm_mail_cmd_context);

    ctx->v.run = explain_run;
    doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
    doveadm_print_header_simple("setting");
    doveadm_print_header_simple("value");
    doveadm_print_header_simple("default");
    doveadm_print_header("meaning", "meaning", DOVEADM_PRINT_HEADER_FLAG_EXPAND);
    return ctx;
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_explain = {
    .name = "kinamo explain",
    .usage = "",
    .mail_cmd = explain_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
