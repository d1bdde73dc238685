/* The quota plugin of a Dovecot with plugin { }: limits are rules, looked up by mailbox name. */
#include "lib.h"
#include "array.h"
#include "mail-user.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"

#include "plugin/compat/host-quota-root.h"
#include "plugin/compat/host-quota.h"

/* Resolved when this module is loaded, after the quota plugin, or NULL without it. */
#pragma weak quota_get_mail_user_quota
#pragma weak quota_get_resource
#pragma weak quota_root_is_namespace_visible
#pragma weak quota_root_rule_find

struct quota_root *const *kinamo_host_quota_roots(const struct quota *quota, unsigned int *count_r)
{
    return array_get(&quota->roots, count_r);
}

const char *kinamo_host_quota_root_setting(const struct quota_root *root)
{
    return root->set->set_name;
}

bool kinamo_host_quota_root_is_own(const struct quota_root *root)
{
    if (root->ns != NULL) {
        return root->ns->type == MAIL_NAMESPACE_TYPE_PRIVATE;
    }
    return root->ns_prefix == NULL;
}

bool kinamo_host_quota_root_is_unlimited(const struct quota_root *root)
{
    return root->bytes_limit == 0 && root->count_limit == 0 && root->set->limit_set == NULL &&
           strcmp(root->backend.name, "count") == 0;
}

enum quota_get_result kinamo_host_quota_root_get(struct quota_root *root, const char *resource,
                                                 uint64_t *used_r, uint64_t *limit_r,
                                                 const char **error_r)
{
    return quota_get_resource(root, "", resource, used_r, limit_r, error_r);
}

bool kinamo_host_quota_counts(struct quota_root *root, struct mailbox *box)
{
    const struct quota_rule *rule = quota_root_rule_find(root->set, mailbox_get_vname(box));

    return (box->storage->class_flags & MAIL_STORAGE_CLASS_FLAG_NOQUOTA) == 0 &&
           quota_root_is_namespace_visible(root, mailbox_get_namespace(box)) &&
           (rule == NULL || !rule->ignore);
}

static enum quota_alloc_result allow(struct quota_transaction_context *ctx ATTR_UNUSED,
                                     uoff_t size ATTR_UNUSED, const char **error_r ATTR_UNUSED)
{
    return QUOTA_ALLOC_RESULT_OK;
}

typedef enum quota_alloc_result test_alloc_t(struct quota_transaction_context *, uoff_t,
                                             const char **);

void kinamo_host_quota_lift(struct mail_user *user, struct kinamo_quota_lift *lift_r)
{
    i_zero(lift_r);
    if (!kinamo_host_quota_loaded()) {
        return;
    }
    lift_r->quota = quota_get_mail_user_quota(user);
    if (lift_r->quota != NULL) {
        lift_r->test_alloc = (void (*)(void))lift_r->quota->set->test_alloc;
        lift_r->quota->set->test_alloc = allow;
    }
}

void kinamo_host_quota_restore(struct kinamo_quota_lift *lift)
{
    if (lift->quota != NULL) {
        lift->quota->set->test_alloc = (test_alloc_t *)lift->test_alloc;
    }
}
