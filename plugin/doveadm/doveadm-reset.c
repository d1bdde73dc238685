/* doveadm kinamo reset: forget what a user was told, so that it is told again when it is due. */
#include "lib.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/doveadm-commands.h"
#include "plugin/mail/notice-reset.h"

static void reset(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    for (unsigned int i = 0; i < KINAMO_NOTICE_STATES; i++) {
        const char *name = kinamo_notice_state_name(i);
        const char *error;
        int forgotten = kinamo_notice_forget(user, name, &error);

        if (forgotten < 0) {
            e_error(user->event, "kinamo: %s was not forgotten: %s", name, error);
            kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
            return;
        }
        doveadm_print(name);
        doveadm_print_num((unsigned int)forgotten);
    }
}

static void reset_begin(struct kinamo_doveadm *kctx ATTR_UNUSED)
{
    doveadm_print_header_simple("notice");
    doveadm_print_header("forgotten", "forgotten", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
}

static struct doveadm_mail_cmd_context *reset_alloc(void)
{
    static const struct kinamo_doveadm_command command = {reset_begin, reset};

    return kinamo_doveadm_alloc(&command);
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_reset = {
    .name = "kinamo reset",
    .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX,
    .mail_cmd = reset_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
