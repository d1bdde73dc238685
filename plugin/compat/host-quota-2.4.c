/* The quota plugin of a Dovecot with typed settings: limits are settings of the quota root. */
#include "lib.h"
#include "array.h"
#include "mail-user.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "settings.h"
#include "quota-settings.h"

#include "plugin/compat/host-quota-root.h"
#include "plugin/compat/host-quota.h"

/* Resolved when this module is loaded, after the quota plugin, or NULL without it. */
#pragma weak quota_get_mail_user_quota
#pragma weak quota_get_resource
#pragma weak quota_root_setting_parser_info

struct quota_root *const *kinamo_host_quota_roots(const struct quota *quota, unsigned int *count_r)
{
    return array_get(&quota->all_roots, count_r);
}

const char *kinamo_host_quota_root_setting(const struct quota_root *root)
{
    return root->set_filter_name;
}

bool kinamo_host_quota_root_is_own(const struct quota_root *root)
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

bool kinamo_host_quota_root_is_unlimited(const struct quota_root *root)
{
    return root->bytes_limit == 0 && root->count_limit == 0 && root->set->quota_storage_size == 0 &&
           root->set->quota_message_count == 0 && strcmp(root->backend.name, "count") == 0;
}

enum quota_get_result kinamo_host_quota_root_get(struct quota_root *root, const char *resource,
                                                 uint64_t *used_r, uint64_t *limit_r,
                                                 const char **error_r)
{
    return quota_get_resource(root, NULL, resource, used_r, limit_r, error_r);
}

static bool is_in_namespaces(const struct quota_root *root, const struct mail_namespace *own)
{
    struct mail_namespace *ns;

    array_foreach_elem(&root->namespaces, ns)
    {
        if (ns == own) {
            return true;
        }
    }
    return false;
}

static bool is_ignored(const struct quota_root *root, const struct mailbox *box)
{
    const struct quota_root_settings *set;
    const char *error;
    bool ignored;

    if (settings_get_filter(box->event, "quota", root->set_filter_name,
                            &quota_root_setting_parser_info, 0, &set, &error) < 0) {
        /* The quota could not have been computed either. */
        return false;
    }
    ignored = set->quota_ignore;
    settings_free(set);
    return ignored;
}

bool kinamo_host_quota_counts(struct quota_root *root, struct mailbox *box)
{
    return (box->storage->class_flags & MAIL_STORAGE_CLASS_FLAG_NOQUOTA) == 0 &&
           is_in_namespaces(root, mailbox_get_namespace(box)) && !is_ignored(root, box);
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
