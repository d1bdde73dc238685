/* doveadm kinamo expire: remove what kinamo_pop3_expire allows where nobody fetches any more. */
#include "lib.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/doveadm-commands.h"
#include "plugin/doveadm/pop3-protocol.h"
#include "plugin/mail/retention-expire.h"

static void expire(struct kinamo_doveadm *kctx, struct mail_user *user)
{
    struct kinamo_expire_result result;
    const char *error;

    bool only_observe = kctx->pop3_own != NULL || kinamo_pop3_protocol_marks(kctx, user);

    if (kinamo_retention_expire(user, only_observe, kctx->dry_run, &result, &error) < 0) {
        e_error(user->event, "kinamo: %s", error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    }
    doveadm_print(kinamo_mode_name(result.mode));
    doveadm_print_num(result.due);
    doveadm_print_num(result.removed);
    doveadm_print_num(result.kept);
    doveadm_print(result.destination);
}

static void expire_begin(struct kinamo_doveadm *kctx)
{
    kinamo_pop3_protocol_learn(kctx);
    if (kctx->pop3_own != NULL) {
        i_error(
            "kinamo: doveadm kinamo expire acts as observe, because protocol pop3 has %s of its "
            "own, which doveadm is not given (set it outside of that block)",
            kctx->pop3_own);
        kinamo_doveadm_fail(kctx, EX_CONFIG);
    }
    doveadm_print_header_simple("mode");
    doveadm_print_header("due", "due", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("removed", "removed", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header("kept", "kept", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
    doveadm_print_header_simple("destination");
}

static struct doveadm_mail_cmd_context *expire_alloc(void)
{
    static const struct kinamo_doveadm_command command = {expire_begin, expire};

    return kinamo_doveadm_alloc(&command);
}

/* clang-format off */
struct doveadm_cmd_ver2 kinamo_doveadm_expire = {
    .name = "kinamo expire",
    .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "[--dry-run] [--after <user>]",
    .mail_cmd = expire_alloc,
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
KINAMO_DOVEADM_PARAM_DRY_RUN
KINAMO_DOVEADM_PARAM_AFTER
DOVEADM_CMD_PARAMS_END
};
/* clang-format on */
