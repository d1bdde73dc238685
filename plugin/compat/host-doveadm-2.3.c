/* The doveadm of a Dovecot whose commands are also told of their parameters one by one. */
#include "lib.h"

#include "plugin/compat/host-doveadm.h"

static void begin(struct doveadm_mail_cmd_context *ctx, const char *const args[] ATTR_UNUSED)
{
    struct kinamo_host_command *command = container_of(ctx, struct kinamo_host_command, ctx);

    command->begin(ctx);
}

static bool accept_arg(struct doveadm_mail_cmd_context *ctx ATTR_UNUSED, int c ATTR_UNUSED)
{
    return TRUE;
}

void kinamo_host_command_init(struct kinamo_host_command *command)
{
    command->ctx.v.init = begin;
    command->ctx.v.parse_arg = accept_arg;
}

/* Ours are strings in the block plugin. */
void kinamo_host_doveconf_names(enum kinamo_policy policy ATTR_UNUSED,
                                ARRAY_TYPE(const_string) * names)
{
    array_push_back(names, &(const char *){"plugin"});
}

/* The next lookup of a user becomes root again by itself. */
void kinamo_host_privileges_save(struct kinamo_host_privileges *privileges_r)
{
    i_zero(privileges_r);
}

void kinamo_host_privileges_restore(struct doveadm_mail_cmd_context *ctx ATTR_UNUSED,
                                    const struct kinamo_host_privileges *privileges ATTR_UNUSED)
{
}
