/* Reading the limits and the usage of the quota plugin; what differs between the series is in
   host-quota-root.h. */
#include "lib.h"
#include "mail-user.h"

#include "plugin/compat/host-quota-root.h"
#include "plugin/compat/host-quota.h"

/* Resolved when this module is loaded, after the quota plugin, or NULL without it. */
#pragma weak quota_get_mail_user_quota
#pragma weak quota_root_get_name
#pragma weak quota_root_is_hidden

bool kinamo_host_quota_loaded(void)
{
    return &quota_get_mail_user_quota != NULL;
}

/* Returns 1 if the resource has a limit, 0 if not, -1 on error. */
static int read_resource(struct quota_root *root, bool repeated, bool messages,
                         struct kinamo_quota_reading *reading_r, const char **error_r)
{
    const char *resource = messages ? QUOTA_NAME_MESSAGES : QUOTA_NAME_STORAGE_BYTES;

    reading_r->root = quota_root_get_name(root);
    reading_r->setting = repeated ? kinamo_host_quota_root_setting(root) : NULL;
    reading_r->handle = root;
    reading_r->messages = messages;
    switch (kinamo_host_quota_root_get(root, resource, &reading_r->usage.used,
                                       &reading_r->usage.limit, error_r)) {
    case QUOTA_GET_RESULT_LIMITED:
        return 1;
    case QUOTA_GET_RESULT_INTERNAL_ERROR:
        return -1;
    case QUOTA_GET_RESULT_BACKGROUND_CALC:
    case QUOTA_GET_RESULT_UNKNOWN_RESOURCE:
    case QUOTA_GET_RESULT_UNLIMITED:
        break;
    }
    return 0;
}

static bool is_repeated(struct quota_root *root, struct quota_root *const *roots)
{
    for (; *roots != root; roots++) {
        if (strcmp(quota_root_get_name(*roots), quota_root_get_name(root)) == 0) {
            return true;
        }
    }
    return false;
}

int kinamo_host_quota_read(struct mail_user *user, struct kinamo_quota_reading *readings,
                           unsigned int max, const char **error_r)
{
    const struct quota *quota = quota_get_mail_user_quota(user);
    struct quota_root *const *roots;
    unsigned int root_count;
    unsigned int count = 0;
    bool repeated;

    if (quota == NULL) {
        return 0;
    }
    roots = kinamo_host_quota_roots(quota, &root_count);
    for (unsigned int i = 0; i < root_count; i++) {
        if (!kinamo_host_quota_root_is_own(roots[i]) ||
            kinamo_host_quota_root_is_unlimited(roots[i]) || quota_root_is_hidden(roots[i])) {
            continue;
        }
        repeated = is_repeated(roots[i], roots);
        for (int messages = 0; messages <= 1 && count < max; messages++) {
            int ret = read_resource(roots[i], repeated, messages != 0, &readings[count], error_r);

            if (ret < 0) {
                return -1;
            }
            count += (unsigned int)ret;
        }
    }
    return (int)count;
}
