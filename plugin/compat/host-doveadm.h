/* What the doveadm commands need from Dovecot and each series does its own way. */
#ifndef KINAMO_HOST_DOVEADM_H
#define KINAMO_HOST_DOVEADM_H

#include "array.h"
#include "doveadm-mail.h"

#include "kinamo/settings.h"

/* The start of the context of each of our commands. */
struct kinamo_host_command {
    struct doveadm_mail_cmd_context ctx;
    /* Called once, when the parameters are known and before the first user: declares headers. */
    void (*begin)(struct doveadm_mail_cmd_context *ctx);
};

/* Call command->begin() at its time, and take every parameter of the command as good: they are read
   by doveadm_cmd_param_...(). */
void kinamo_host_command_init(struct kinamo_host_command *command);

/* Append what doveconf has to be asked for, so that it tells the values of a policy's settings. */
void kinamo_host_doveconf_names(enum kinamo_policy policy, ARRAY_TYPE(const_string) * names);

/* Become again who the process was before it took over the mailboxes of users. */
struct kinamo_host_privileges {
    uid_t uid;
    const char *directory; /* NULL: unknown */
};
void kinamo_host_privileges_save(struct kinamo_host_privileges *privileges_r);
void kinamo_host_privileges_restore(struct doveadm_mail_cmd_context *ctx,
                                    const struct kinamo_host_privileges *privileges);

#endif
