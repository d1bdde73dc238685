/* When the quota is looked at: after the login of POP3, after a delivery, and at the end of
   whatever else saved or expunged something. IMAP sessions look for themselves. */
#include "lib.h"
#include "module-context.h"
#include "mail-namespace.h"
#include "mail-storage-hooks.h"
#include "mail-storage-private.h"
#include "mailbox-list-private.h"

#include "plugin/mail/kinamo-quota.h"
#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/quota-open.h"
#include "plugin/mail/quota-user.h"

#define QUOTA_BOX(box)   MODULE_CONTEXT_REQUIRE(box, quota_storage_module)
#define QUOTA_MAIL(mail) MODULE_CONTEXT_REQUIRE(mail, quota_mail_module)

struct kinamo_quota_user_module kinamo_quota_user_module =
    MODULE_CONTEXT_INIT(&mail_user_module_register);
static MODULE_CONTEXT_DEFINE_INIT(quota_storage_module, &mail_storage_module_register);
static MODULE_CONTEXT_DEFINE_INIT(quota_mail_module, &mail_module_register);

/* The user whose quota a mailbox counts for, or NULL. A visitor of a shared mailbox is not told of
   the owner's quota. */
static struct kinamo_quota_user *user_of(struct mailbox *box)
{
    if (box->list->ns->type != MAIL_NAMESPACE_TYPE_PRIVATE) {
        return NULL;
    }
    return KINAMO_QUOTA_USER(box->storage->user);
}

static void mark_changed(struct mailbox *box)
{
    struct kinamo_quota_user *quser = user_of(box);

    if (quser != NULL && !quser->looking) {
        quser->changed = true;
    }
}

static int quota_transaction_commit(struct mailbox_transaction_context *trans,
                                    struct mail_transaction_commit_changes *changes_r)
{
    struct mailbox *box = trans->box;
    union mailbox_module_context *qbox = QUOTA_BOX(box);
    bool saved = trans->save_count > 0;
    int ret = qbox->super.transaction_commit(trans, changes_r);

    if (saved && ret == 0) {
        mark_changed(box);
    }
    return ret;
}

static void kinamo_quota_mailbox_allocated(struct mailbox *box)
{
    struct kinamo_quota_user *quser = user_of(box);
    union mailbox_module_context *qbox;
    struct mailbox_vfuncs *v;

    if (quser == NULL) {
        return;
    }
    if (quser->looking) {
        kinamo_quota_open_count(box);
    }
    v = box->vlast;
    qbox = p_new(box->pool, union mailbox_module_context, 1);
    qbox->super = *v;
    box->vlast = &qbox->super;
    v->transaction_commit = quota_transaction_commit;
    MODULE_CONTEXT_SET_SELF(box, quota_storage_module, qbox);
}

static void quota_mail_expunge(struct mail *_mail)
{
    struct mail_private *mail = (struct mail_private *)_mail;
    union mail_module_context *qmail = QUOTA_MAIL(mail);

    qmail->super.expunge(_mail);
    mark_changed(_mail->box);
}

static void kinamo_quota_mail_allocated(struct mail *_mail)
{
    struct mail_private *mail = (struct mail_private *)_mail;
    struct mail_vfuncs *v = mail->vlast;
    union mail_module_context *qmail;

    if (user_of(_mail->box) == NULL) {
        return;
    }
    qmail = p_new(mail->pool, union mail_module_context, 1);
    qmail->super = *v;
    mail->vlast = &qmail->super;
    v->expunge = quota_mail_expunge;
    MODULE_CONTEXT_SET_SELF(mail, quota_mail_module, qmail);
}

static bool is_delivery(const struct mail_user *user)
{
    return strcmp(user->service, "lmtp") == 0 || strcmp(user->service, "lda") == 0;
}

static bool has_no_client(const struct mail_user *user)
{
    return is_delivery(user) || strcmp(user->service, "doveadm") == 0;
}

/* A delivery looks even if it saved nothing: the mailbox may have been too full for it. dsync is
   not a cause of its own; the next look will see what it did. */
static bool must_look_at_the_end(const struct mail_user *user,
                                 const struct kinamo_quota_user *quser)
{
    return !user->dsyncing && user->namespaces != NULL &&
           mail_namespace_find_inbox(user->namespaces) != NULL &&
           (quser->changed || is_delivery(user));
}

static void kinamo_quota_user_deinit_pre(struct mail_user *user)
{
    struct kinamo_quota_user *quser = KINAMO_QUOTA_USER(user);
    struct kinamo_quota_readings readings;

    if (must_look_at_the_end(user, quser)) {
        kinamo_quota_look(user, has_no_client(user) ? KINAMO_QUOTA_LOOK_REPLACE : 0, &readings);
    }
    quser->module_ctx.super.deinit_pre(user);
}

static void kinamo_quota_mail_user_created(struct mail_user *user)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);
    struct mail_user_vfuncs *v = user->vlast;
    struct kinamo_quota_user *quser;

    if (settings == NULL || !kinamo_host_quota_loaded() ||
        kinamo_settings_mode(settings, KINAMO_SETTING_QUOTA_MODE) == KINAMO_MODE_OFF) {
        return;
    }
    quser = p_new(user->pool, struct kinamo_quota_user, 1);
    quser->module_ctx.super = *v;
    user->vlast = &quser->module_ctx.super;
    v->deinit_pre = kinamo_quota_user_deinit_pre;
    MODULE_CONTEXT_SET(user, kinamo_quota_user_module, quser);
}

static void kinamo_quota_namespaces_created(struct mail_namespace *namespaces)
{
    struct mail_user *user = namespaces->user;
    struct kinamo_quota_readings readings;

    if (KINAMO_QUOTA_USER(user) != NULL && strcmp(user->service, "pop3") == 0) {
        kinamo_quota_look(user, 0, &readings);
    }
}

static struct mail_storage_hooks kinamo_quota_hooks = {
    .mail_user_created = kinamo_quota_mail_user_created,
    .mail_namespaces_created = kinamo_quota_namespaces_created,
    .mailbox_allocated = kinamo_quota_mailbox_allocated,
    .mail_allocated = kinamo_quota_mail_allocated,
};

void kinamo_quota_init(struct module *module)
{
    mail_storage_hooks_add(module, &kinamo_quota_hooks);
}

void kinamo_quota_deinit(void)
{
    mail_storage_hooks_remove(&kinamo_quota_hooks);
}
