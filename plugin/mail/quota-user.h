/* What the quota warnings keep for a user. */
#ifndef KINAMO_QUOTA_USER_H
#define KINAMO_QUOTA_USER_H

#include "module-context.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/notice-state.h"

struct kinamo_quota_user {
    union mail_user_module_context module_ctx;
    /* The state as it was last seen: a look that has nothing to say need not ask the dict. */
    struct kinamo_notice_state state;
    bool have_state;
    bool changed; /* something was saved or expunged since the last look */
    bool looking; /* what happens now is our own doing */
};

extern MODULE_CONTEXT_DEFINE(kinamo_quota_user_module, &mail_user_module_register);

/* NULL if the user's quota is not looked at. */
#define KINAMO_QUOTA_USER(user)                                                                    \
    ((struct kinamo_quota_user *)MODULE_CONTEXT(user, kinamo_quota_user_module))

#endif
