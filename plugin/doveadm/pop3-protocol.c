/* doveadm asks doveconf what holds in POP3 sessions. */
#include "lib.h"
#include "array.h"

#include <string.h>
#include <sysexits.h>

#include "kinamo/settings.h"
#include "plugin/compat/host-userdb.h"
#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/doveconf.h"
#include "plugin/doveadm/pop3-protocol.h"

#define DELETE_TYPE  "pop3_delete_type"
#define DELETED_FLAG "pop3_deleted_flag"

/* The value on the line of a setting, or NULL. */
static const char *value_in(const char *const *lines, const char *name)
{
    size_t length = strlen(name);

    for (; *lines != NULL; lines++) {
        if (strncmp(*lines, name, length) == 0 && strncmp(*lines + length, " =", 2) == 0) {
            return *lines + length + 2 + strspn(*lines + length + 2, " ");
        }
    }
    return NULL;
}

static const char *difference(const char *const *pop3, const char *const *doveadm)
{
    for (int id = 0; id < KINAMO_SETTING_COUNT; id++) {
        const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);

        if (setting->policy == KINAMO_POLICY_POP3 && setting->scope == KINAMO_SCOPE_USER &&
            null_strcmp(value_in(pop3, setting->name), value_in(doveadm, setting->name)) != 0) {
            return setting->name;
        }
    }
    return NULL;
}

static bool learn(struct kinamo_doveadm *kctx, const char **error_r)
{
    ARRAY_TYPE(const_string) names;
    const char *const *pop3;
    const char *const *doveadm;
    pool_t pool = kctx->command.ctx.pool;

    t_array_init(&names, 16);
    array_push_back(&names, &(const char *){DELETE_TYPE});
    array_push_back(&names, &(const char *){DELETED_FLAG});
    kinamo_host_doveconf_names(KINAMO_POLICY_POP3, &names);
    array_append_zero(&names);
    pop3 = kinamo_doveconf_ask("pop3", array_front(&names), error_r);
    doveadm = pop3 == NULL ? NULL : kinamo_doveconf_ask("doveadm", array_front(&names), error_r);
    if (doveadm == NULL) {
        return FALSE;
    }
    kctx->pop3_own = difference(pop3, doveadm);
    kctx->pop3_delete_type = p_strdup(pool, value_in(pop3, DELETE_TYPE));
    kctx->pop3_deleted_flag = p_strdup(pool, value_in(pop3, DELETED_FLAG));
    *error_r = "doveconf does not say";
    return kctx->pop3_delete_type != NULL && kctx->pop3_deleted_flag != NULL;
}

static bool marks(const char *type, const char *flag)
{
    if (type == NULL || flag == NULL) {
        return TRUE;
    }
    return strcmp(type, "flag") == 0 || (strcmp(type, "default") == 0 && *flag != '\0');
}

void kinamo_pop3_protocol_learn(struct kinamo_doveadm *kctx)
{
    const char *error;

    if (!learn(kctx, &error)) {
        i_error("kinamo: kinamo_pop3_mode: enforce acts as observe, because pop3_delete_type is "
                "unknown: %s",
                error);
        kinamo_doveadm_fail(kctx, EX_TEMPFAIL);
    } else if (marks(kctx->pop3_delete_type, kctx->pop3_deleted_flag)) {
        i_warning("kinamo: kinamo_pop3_mode: enforce acts as observe, because pop3_delete_type is "
                  "flag and the mail would stay visible over IMAP (set pop3_delete_type to "
                  "expunge)");
    }
}

bool kinamo_pop3_protocol_marks(const struct kinamo_doveadm *kctx, const struct mail_user *user)
{
    const char *type = kinamo_host_userdb_value(user, DELETE_TYPE);
    const char *flag = kinamo_host_userdb_value(user, DELETED_FLAG);

    return marks(type == NULL ? kctx->pop3_delete_type : type,
                 flag == NULL ? kctx->pop3_deleted_flag : flag);
}
