/* Notices that wait for the end of the session, when no mailbox is open or locked any more. */
#include "lib.h"
#include "module-context.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "plugin/mail/notice-deferred.h"

#define NOTICE_USER(user)         MODULE_CONTEXT(user, notice_user_module)
#define NOTICE_USER_REQUIRE(user) MODULE_CONTEXT_REQUIRE(user, notice_user_module)

struct waiting {
    kinamo_notice_done_t *done; /* NULL: nothing waits */
    unsigned int period;
    struct kinamo_variable variables[2];
};

struct notice_user {
    union mail_user_module_context module_ctx;
    struct waiting waiting[KINAMO_NOTICE_COUNT];
};

static MODULE_CONTEXT_DEFINE_INIT(notice_user_module, &mail_user_module_register);

const char *kinamo_notice_result_name(enum kinamo_notice_result result)
{
    switch (result) {
    case KINAMO_NOTICE_SENT:
        return "sent";
    case KINAMO_NOTICE_SUPPRESSED:
        return "suppressed";
    case KINAMO_NOTICE_FAILED:
        break;
    }
    return "failed";
}

static void notice_user_deinit_pre(struct mail_user *user)
{
    struct notice_user *nuser = NOTICE_USER_REQUIRE(user);

    for (int notice = 0; notice < KINAMO_NOTICE_COUNT; notice++) {
        const struct waiting *waiting = &nuser->waiting[notice];

        if (waiting->done != NULL) {
            waiting->done(user, kinamo_notice_send(user, (enum kinamo_notice)notice,
                                                   waiting->period, waiting->variables));
        }
    }
    nuser->module_ctx.super.deinit_pre(user);
}

static struct notice_user *notice_user_create(struct mail_user *user)
{
    struct notice_user *nuser = p_new(user->pool, struct notice_user, 1);

    /* The user exists already, so this goes before the plugins that were there first. */
    nuser->module_ctx.super = user->v;
    user->v.deinit_pre = notice_user_deinit_pre;
    MODULE_CONTEXT_SET(user, notice_user_module, nuser);
    return nuser;
}

void kinamo_notice_at_end(struct mail_user *user, enum kinamo_notice notice, unsigned int period,
                          const char *variable, const char *value, kinamo_notice_done_t *done)
{
    struct notice_user *nuser = NOTICE_USER(user);

    if (nuser == NULL) {
        nuser = notice_user_create(user);
    }
    nuser->waiting[notice] = (struct waiting){
        .done = done,
        .period = period,
        .variables = {{variable, p_strdup(user->pool, value)}, {NULL, NULL}},
    };
}
