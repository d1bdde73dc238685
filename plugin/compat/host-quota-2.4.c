/* The quota plugin of a Dovecot with typed settings: limits are settings of the quota root. */
#include "lib.h"
#include "array.h"
#include "mail-user.h"
#include "mail-namespace.h"
#include "quota-private.h"

#include "plugin/compat/host-quota.h"

/* Resolved when this module is loaded, after the quota plugin, or NULL without it. */
#pragma weak quota_get_mail_user_quota
#pragma weak quota_get_resource
#pragma weak quota_root_get_name
#pragma weak quota_root_is_hidden

bool kinamo_host_quota_loaded(void)
{
    return &quota_get_mail_user_quota != NULL;
}

static bool is_own(const struct quota_root *root)
{
    struct mail_namespace *ns;

    array_foreach_elem(&root->namespaces, ns)
    {
        if (ns->type == MAIL_NAMESPACE_TYPE_PRIVATE) {
            return true;
        }
    }
    return false;
}

/* Backends other than count may learn their limits only when they are asked. */
static bool is_unlimited(const struct quota_root *root)
{
    return root->bytes_limit == 0 && root->count_limit == 0 && root->set->quota_storage_size == 0 &&
           root->set->quota_message_count == 0 && strcmp(root->backend.name, "count") == 0;
}

static int read_resource(struct quota_root *root, bool messages,
                         struct kinamo_quota_reading *reading_r, const char **error_r)
{
    const char *resource = messages ? QUOTA_NAME_MESSAGES : QUOTA_NAME_STORAGE_BYTES;

    reading_r->root = quota_root_get_name(root);
    reading_r->messages = messages;
    switch (quota_get_resource(root, NULL, resource, &reading_r->usage.used,
                               &reading_r->usage.limit, error_r)) {
    case QUOTA_GET_RESULT_LIMITED:
        return 1;
    case QUOTA_GET_RESULT_BACKGROUND_CALC:
    case QUOTA_GET_RESULT_UNKNOWN_RESOURCE:
    case QUOTA_GET_RESULT_UNLIMITED:
        return 0;
    case QUOTA_GET_RESULT_INTERNAL_ERROR:
        break;
    }
    return -1;
}

int kinamo_host_quota_read(struct mail_user *user, struct kinamo_quota_reading *readings,
                           unsigned int max, const char **error_r)
{
    struct quota *quota = quota_get_mail_user_quota(user);
    struct quota_root *root;
    unsigned int count = 0;

    if (quota == NULL) {
        return 0;
    }
    array_foreach_elem(&quota->all_roots, root)
    {
        if (!is_own(root) || is_unlimited(root) || quota_root_is_hidden(root)) {
            continue;
        }
        for (int messages = 0; messages <= 1 && count < max; messages++) {
            int ret = read_resource(root, messages != 0, &readings[count], error_r);

            if (ret < 0) {
                return -1;
            }
            count += (unsigned int)ret;
        }
    }
    return (int)count;
}

static enum quota_alloc_result allow(struct quota_transaction_context *ctx ATTR_UNUSED,
                                     uoff_t size ATTR_UNUSED,
                                     struct mailbox *expunged_box ATTR_UNUSED,
                                     uoff_t expunged_size ATTR_UNUSED,
                                     const struct quota_overrun **overruns_r ATTR_UNUSED,
                                     const char **error_r ATTR_UNUSED)
{
    return QUOTA_ALLOC_RESULT_OK;
}

typedef enum quota_alloc_result test_alloc_t(struct quota_transaction_context *, uoff_t,
                                             struct mailbox *, uoff_t,
                                             const struct quota_overrun **, const char **);

void kinamo_host_quota_lift(struct mail_user *user, struct kinamo_quota_lift *lift_r)
{
    i_zero(lift_r);
    if (!kinamo_host_quota_loaded()) {
        return;
    }
    lift_r->quota = quota_get_mail_user_quota(user);
    if (lift_r->quota != NULL) {
        lift_r->test_alloc = (void (*)(void))lift_r->quota->test_alloc;
        lift_r->quota->test_alloc = allow;
    }
}

void kinamo_host_quota_restore(struct kinamo_quota_lift *lift)
{
    if (lift->quota != NULL) {
        lift->quota->test_alloc = (test_alloc_t *)lift->test_alloc;
    }
}
