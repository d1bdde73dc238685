/* Going through many users (-A, -F, -u with a wildcard): whatever fails for one of them is logged
   and counted, and the next one comes.

   Dovecot's own loop ends with the first user whose mailbox it cannot take over, for instance
   because of a uid that is not permitted. So where the work is done in this process, the whole loop
   runs when Dovecot asks for the first user; where a doveadm server does the work, the loop is
   Dovecot's. */
#include "lib.h"
#include "ioloop.h"
#include "wildcard-match.h"
#include "doveadm-print.h"
#include "doveadm-settings.h"
#include "mail-user.h"

#include <stdio.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "plugin/doveadm/doveadm-command.h"

/* So many in a row are not the users' fault: the auth service or the storage is down. */
#define GIVE_UP_AFTER 20

static struct kinamo_doveadm *own(struct doveadm_mail_cmd_context *ctx)
{
    return container_of(ctx, struct kinamo_doveadm, command.ctx);
}

static bool is_done_here(const struct doveadm_mail_cmd_context *ctx)
{
    return ctx->set->doveadm_port == 0 && (ctx->set->doveadm_worker_count == 0 || doveadm_server);
}

static bool has_terminal(const struct doveadm_mail_cmd_context *ctx)
{
    return ctx->cctx->conn_type == DOVEADM_CONNECTION_TYPE_CLI && isatty(STDERR_FILENO) == 1;
}

static void show_progress(struct kinamo_doveadm *kctx, const char *line_end)
{
    (void)fprintf(stderr, "\r%u users done, %u failed%s", kctx->done, kctx->failed, line_end);
}

static void note_progress(struct kinamo_doveadm *kctx, const char *username)
{
    time_t now = time(NULL);

    i_free(kctx->last_user);
    kctx->last_user = i_strdup(username);
    if (now != kctx->progress_at && has_terminal(&kctx->command.ctx)) {
        kctx->progress_at = now;
        show_progress(kctx, "");
    }
}

/* Returns 1, 0 at the end, or -1. Passes over users up to the one that --after names. */
static int next_name(struct kinamo_doveadm *kctx, const char **username_r)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;
    int ret;

    while ((ret = kctx->list_next(ctx, username_r)) > 0) {
        if (kctx->mask != NULL && !wildcard_match_icase(*username_r, kctx->mask)) {
            continue;
        }
        if (kctx->after == NULL) {
            return 1;
        }
        if (strcmp(*username_r, kctx->after) == 0) {
            kctx->after = NULL;
        }
    }
    return ret;
}

static int open_user(struct doveadm_mail_cmd_context *ctx, const char **error_r)
{
    struct mail_storage_service_input input = ctx->storage_service_input;
    int ret;

    input.username = ctx->cctx->username;
    ret =
        mail_storage_service_lookup(ctx->storage_service, &input, &ctx->cur_service_user, error_r);
    if (ret > 0 && mail_storage_service_next(ctx->storage_service, ctx->cur_service_user,
                                             &ctx->cur_mail_user, error_r) < 0) {
        mail_storage_service_user_unref(&ctx->cur_service_user);
        ret = -1;
    }
    return ret;
}

static void run_user(struct kinamo_doveadm *kctx)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;

    kctx->user_failed = FALSE;
    if (ctx->v.run(ctx, ctx->cur_mail_user) < 0) {
        kctx->failed++;
    }
    kctx->failed_in_a_row = 0;
    mail_user_deinit(&ctx->cur_mail_user);
    mail_storage_service_user_unref(&ctx->cur_service_user);
}

static void do_user(struct kinamo_doveadm *kctx, const char *username)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;
    const char *error = NULL;
    int ret;

    ctx->cctx->username = username;
    i_set_failure_prefix("doveadm(%s): ", username);
    if (doveadm_print_is_initialized()) {
        doveadm_print_sticky("username", username);
    }
    ret = open_user(ctx, &error);
    kctx->done++;
    if (ret > 0) {
        run_user(kctx);
        return;
    }
    kctx->failed++;
    kctx->failed_in_a_row++;
    if (ret == 0) {
        i_error("kinamo: no such user (correct the list of names, or the userdb)");
        kinamo_doveadm_fail(kctx, EX_NOUSER);
    } else {
        i_error(
            "kinamo: the mailbox cannot be taken over: %s (correct the user's userdb fields; the "
            "other users are not concerned)",
            error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    }
}

static bool must_stop(const struct kinamo_doveadm *kctx)
{
    if (doveadm_is_killed()) {
        return TRUE;
    }
    if (kctx->failed_in_a_row < GIVE_UP_AFTER) {
        return FALSE;
    }
    i_error("kinamo: %u users in a row could not be opened: giving up (check the auth service)",
            kctx->failed_in_a_row);
    return TRUE;
}

/* Returns 0, so that Dovecot's loop has nothing to do, or -1. */
static int do_users(struct kinamo_doveadm *kctx)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;
    struct kinamo_host_privileges privileges;
    const char *username;
    int ret = 0;

    kinamo_host_privileges_save(&privileges);
    while (!must_stop(kctx) && (ret = next_name(kctx, &username)) > 0) {
        T_BEGIN
        {
            note_progress(kctx, username);
            do_user(kctx, t_strdup(username));
        }
        T_END;
    }
    kinamo_host_privileges_restore(ctx, &privileges);
    i_set_failure_prefix("doveadm: ");
    return ret == 0 ? 0 : -1;
}

static int get_next_user(struct doveadm_mail_cmd_context *ctx, const char **username_r)
{
    struct kinamo_doveadm *kctx = own(ctx);
    int ret;

    if (is_done_here(ctx)) {
        return do_users(kctx);
    }
    ret = next_name(kctx, username_r);
    if (ret > 0) {
        kctx->done++;
        note_progress(kctx, *username_r);
    }
    return ret;
}

void kinamo_doveadm_users_begin(struct kinamo_doveadm *kctx)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;

    if (!doveadm_cmd_param_str(ctx->cctx, "after", &kctx->after)) {
        kctx->after = NULL;
    }
    if (ctx->users_list_input != NULL || !doveadm_cmd_param_str(ctx->cctx, "user", &kctx->mask)) {
        kctx->mask = NULL;
    }
    kctx->list_next = ctx->v.get_next_user;
    ctx->v.get_next_user = get_next_user;
}

void kinamo_doveadm_users_end(struct kinamo_doveadm *kctx)
{
    struct doveadm_mail_cmd_context *ctx = &kctx->command.ctx;

    if (kctx->done > 0 && has_terminal(ctx)) {
        show_progress(kctx, "\n");
    }
    if (kctx->after != NULL && !ctx->iterate_single_user) {
        i_error(
            "kinamo: --after %s: there is no such user, so nobody's turn came (give the name as "
            "\"doveadm user '*'\" prints it)",
            kctx->after);
        kinamo_doveadm_fail(kctx, EX_NOUSER);
    }
    if (kctx->last_user != NULL &&
        (doveadm_is_killed() || kctx->failed_in_a_row >= GIVE_UP_AFTER)) {
        i_error("kinamo: stopped; go on with --after %s", kctx->last_user);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    }
    i_free(kctx->last_user);
}
