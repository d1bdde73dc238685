/* What the quota warnings need from Dovecot's quota plugin. */
#ifndef KINAMO_HOST_QUOTA_H
#define KINAMO_HOST_QUOTA_H

#include <stdbool.h>

#include "kinamo/quota-level.h"

struct mailbox;
struct mail_user;
struct quota_root;

/* One resource with a limit. */
struct kinamo_quota_reading {
    /* The quota root's name; if an earlier root of the user has the same, also the setting that
       sets it apart from that, otherwise NULL. They live as long as the user. */
    const char *root, *setting;
    struct quota_root *handle;
    bool messages; /* MESSAGE; otherwise STORAGE in bytes */
    struct kinamo_quota_usage usage;
};

/* Whether the quota plugin is loaded. It is no dependency of ours: a server without quota loads
   the other policies. */
bool kinamo_host_quota_loaded(void);

/* Read every limited resource of the user's own quota roots: not of those for public or shared
   namespaces, and not of hidden ones. Returns their number, at most max, or -1 with a reason. A
   root without any limit is not computed. */
int kinamo_host_quota_read(struct mail_user *user, struct kinamo_quota_reading *readings,
                           unsigned int max, const char **error_r);

/* Whether the usage of a root includes the messages of a mailbox, which need not be open. */
bool kinamo_host_quota_counts(struct quota_root *root, struct mailbox *box);

/* Let saves of this user pass the quota until _restore(); they are still counted. */
struct kinamo_quota_lift {
    struct quota *quota;
    void (*test_alloc)(void); /* of the quota plugin, cast back by _restore() */
};
void kinamo_host_quota_lift(struct mail_user *user, struct kinamo_quota_lift *lift_r);
void kinamo_host_quota_restore(struct kinamo_quota_lift *lift);

#endif
