/* The doveadm of a Dovecot that gives its privileges back after each user. */
#include "lib.h"
#include "path-util.h"
#include "mail-storage-service.h"

#include <unistd.h>

#include "plugin/compat/host-doveadm.h"

static void begin(struct doveadm_mail_cmd_context *ctx)
{
    struct kinamo_host_command *command = container_of(ctx, struct kinamo_host_command, ctx);

    command->begin(ctx);
}

void kinamo_host_command_init(struct kinamo_host_command *command)
{
    command->ctx.v.init = begin;
}

void kinamo_host_doveconf_names(enum kinamo_policy policy, ARRAY_TYPE(const_string) * names)
{
    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);
        const char *name = setting->name;

        if (setting->policy == policy) {
            array_push_back(names, &name);
        }
    }
}

void kinamo_host_privileges_save(struct kinamo_host_privileges *privileges_r)
{
    const char *error;

    i_zero(privileges_r);
    privileges_r->uid = geteuid();
    if (t_get_working_dir(&privileges_r->directory, &error) < 0) {
        privileges_r->directory = NULL;
    }
}

void kinamo_host_privileges_restore(struct doveadm_mail_cmd_context *ctx,
                                    const struct kinamo_host_privileges *privileges)
{
    mail_storage_service_restore_privileges(privileges->uid, privileges->directory,
                                            ctx->cctx->event);
}
