/* What our doveadm commands have in common: parameters, exit status, going through users. */
#ifndef KINAMO_DOVEADM_COMMAND_H
#define KINAMO_DOVEADM_COMMAND_H

#include "plugin/compat/host-doveadm.h"

struct kinamo_doveadm;
struct kinamo_settings;

struct kinamo_doveadm_command {
    /* Before the first user: declare the columns. */
    void (*begin)(struct kinamo_doveadm *kctx);
    /* Work for one user, whose settings are known. What goes wrong is logged with its cure and told
       to kinamo_doveadm_fail(). */
    void (*run)(struct kinamo_doveadm *kctx, struct mail_user *user);
};

struct kinamo_doveadm {
    struct kinamo_host_command command;
    const struct kinamo_doveadm_command *own;
    bool dry_run;
    int begin_exit_code; /* of what failed before the first user */
    /* By kinamo_pop3_protocol_learn(); NULL: unknown. */
    const char *pop3_delete_type, *pop3_deleted_flag;
    const char *pop3_own; /* a setting of ours that has another value in POP3 sessions, or NULL */

    /* Going through many users. */
    const char *after; /* NULL: from the first */
    const char *mask;  /* NULL: all */
    int (*list_next)(struct doveadm_mail_cmd_context *ctx, const char **username_r);
    char *last_user; /* who was done last */
    unsigned int done, failed, failed_in_a_row;
    bool user_failed;
    time_t progress_at;
};

/* Parameters of the commands that go through many users; after DOVEADM_CMD_MAIL_COMMON. */
#define KINAMO_DOVEADM_PARAM_DRY_RUN DOVEADM_CMD_PARAM('n', "dry-run", CMD_PARAM_BOOL, 0)
#define KINAMO_DOVEADM_PARAM_AFTER   DOVEADM_CMD_PARAM('a', "after", CMD_PARAM_STR, 0)

/* Make the context of a command; called from its .mail_cmd. */
struct doveadm_mail_cmd_context *kinamo_doveadm_alloc(const struct kinamo_doveadm_command *command);

/* Something failed for the user at hand, or before the first one: the exit status becomes
   EX_TEMPFAIL if it was trouble that may pass, and otherwise the first one given. */
void kinamo_doveadm_fail(struct kinamo_doveadm *kctx, int exit_code);

/* See doveadm-users.c. */
void kinamo_doveadm_users_begin(struct kinamo_doveadm *kctx);
void kinamo_doveadm_users_end(struct kinamo_doveadm *kctx);

#endif
