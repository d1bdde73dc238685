/* What differs between the series about a quota root of the quota plugin. */
#ifndef KINAMO_HOST_QUOTA_ROOT_H
#define KINAMO_HOST_QUOTA_ROOT_H

#include "quota-private.h"

/* All quota roots of a user. */
struct quota_root *const *kinamo_host_quota_roots(const struct quota *quota, unsigned int *count_r);

/* The name of the setting that makes a root, e.g. "quota2": no two roots of a user share it. */
const char *kinamo_host_quota_root_setting(const struct quota_root *root);

/* Whether a root is that of a private namespace. */
bool kinamo_host_quota_root_is_own(const struct quota_root *root);

/* Whether a root is known to have no limit before it is computed. Backends other than count may
   learn their limits only when they are asked. */
bool kinamo_host_quota_root_is_unlimited(const struct quota_root *root);

/* quota_get_resource() without a mailbox. */
enum quota_get_result kinamo_host_quota_root_get(struct quota_root *root, const char *resource,
                                                 uint64_t *used_r, uint64_t *limit_r,
                                                 const char **error_r);

#endif
