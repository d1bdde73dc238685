/* What our doveadm commands have in common. */
#include "lib.h"
#include "doveadm-print.h"
#include "mail-user.h"

#include <sysexits.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/mail/kinamo-user.h"

static struct kinamo_doveadm *own(struct doveadm_mail_cmd_context *ctx)
{
    return container_of(ctx, struct kinamo_doveadm, command.ctx);
}

void kinamo_doveadm_fail(struct kinamo_doveadm *kctx, int exit_code)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;

    kctx->user_failed = TRUE;
    if (ctx->exit_code == 0 || exit_code == EX_TEMPFAIL) {
        ctx->exit_code = exit_code;
    }
}

/* Each bad value was logged, with its cure, when the user was looked up. */
static bool has_bad_setting(const struct kinamo_settings *settings)
{
    for (int policy = 0; policy < KINAMO_POLICY_COUNT; policy++) {
        if (settings->bad[policy]) {
            return TRUE;
        }
    }
    return FALSE;
}

static int run(struct doveadm_mail_cmd_context *ctx, struct mail_user *user)
{
    struct kinamo_doveadm *kctx = own(ctx);
    const struct kinamo_settings *settings = kinamo_user_settings(user);

    kctx->user_failed = FALSE;
    if (settings == NULL) {
        e_error(user->event, "kinamo: kinamo_policy is not loaded for this user: add it to "
                             "mail_plugins");
        kinamo_doveadm_fail(kctx, DOVEADM_EX_NOTFOUND);
        return -1;
    }
    kctx->own->run(kctx, user);
    if (has_bad_setting(settings)) {
        kinamo_doveadm_fail(kctx, EX_CONFIG);
    }
    if (ctx->exit_code == 0) {
        ctx->exit_code = kctx->begin_exit_code;
    }
    return kctx->user_failed ? -1 : 0;
}

static void begin(struct doveadm_mail_cmd_context *ctx)
{
    struct kinamo_doveadm *kctx = own(ctx);

    if (!doveadm_cmd_param_bool(ctx->cctx, "dry-run", &kctx->dry_run)) {
        kctx->dry_run = FALSE;
    }
    kctx->own->begin(kctx);
    /* Dovecot 2.4 would go to no user if it were set by now. */
    kctx->begin_exit_code = ctx->exit_code;
    ctx->exit_code = 0;
    kinamo_doveadm_users_begin(kctx);
}

static void end(struct doveadm_mail_cmd_context *ctx)
{
    kinamo_doveadm_users_end(own(ctx));
}

struct doveadm_mail_cmd_context *kinamo_doveadm_alloc(const struct kinamo_doveadm_command *command)
{
    struct kinamo_doveadm *kctx = container_of(doveadm_mail_cmd_alloc_size(sizeof(*kctx)),
                                               struct kinamo_doveadm, command.ctx);

    kctx->own = command;
    kctx->command.begin = begin;
    kctx->command.ctx.v.run = run;
    kctx->command.ctx.v.deinit = end;
    kinamo_host_command_init(&kctx->command);
    doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
    return &kctx->command.ctx;
}
