/* kinamo_policy: loads in every mail process and gives each user the settings in force. */
#include "lib.h"
#include "ioloop.h"
#include "module-context.h"
#include "mail-namespace.h"
#include "mail-storage.h"
#include "mail-storage-hooks.h"
#include "mail-user.h"
#include "master-service.h"

#include <malloc.h>

#include "kinamo/pop3-retention.h"
#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-mail.h"
#include "plugin/mail/imap-use.h"
#include "plugin/mail/kinamo-policy-plugin.h"
#include "plugin/mail/kinamo-quota.h"
#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/kinamo-user.h"

/* What malloc begins with (mallopt(3)). */
#define BIG_TABLE (128 * 1024)

#define KINAMO_USER(user) MODULE_CONTEXT(user, kinamo_user_module)

struct kinamo_user {
    union mail_user_module_context module_ctx;
    struct kinamo_settings settings;
};

const char *kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;

static MODULE_CONTEXT_DEFINE_INIT(kinamo_user_module, &mail_user_module_register);

const struct kinamo_settings *kinamo_user_settings(struct mail_user *user)
{
    struct kinamo_user *kuser = KINAMO_USER(user);

    return kuser == NULL ? NULL : &kuser->settings;
}

bool kinamo_user_is_master_login(struct mail_user *user)
{
    return kinamo_is_master_login(user->username, kinamo_host_master_user(user), user->auth_user);
}

/* Reached by a per-user value only: a global one was refused when the configuration was read. */
static void setting_refused(void *context, const struct kinamo_setting *setting, const char *error)
{
    struct mail_user *user = context;
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_setting_refused");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "setting", setting->name);
    kinamo_record_text(&record, "error", error);
    kinamo_event_error(user->event, &record);
}

static void log_session(struct mail_user *user, const struct kinamo_settings *settings)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_session");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "service", user->service);
    kinamo_record_text(&record, "pop3_mode",
                       kinamo_mode_name(kinamo_settings_mode(settings, KINAMO_SETTING_POP3_MODE)));
    kinamo_record_text(&record, "tls_mode",
                       kinamo_mode_name(kinamo_settings_mode(settings, KINAMO_SETTING_TLS_MODE)));
    kinamo_event_debug(user->event, &record);
}

static void kinamo_mail_user_deinit(struct mail_user *user)
{
    struct kinamo_user *kuser = KINAMO_USER(user);

    kinamo_state_close(user);
    kuser->module_ctx.super.deinit(user);
}

static void kinamo_mail_user_created(struct mail_user *user)
{
    struct mail_user_vfuncs *v = user->vlast;
    struct kinamo_user *kuser;

    if (user->autocreated) {
        return;
    }
    kuser = p_new(user->pool, struct kinamo_user, 1);
    kuser->module_ctx.super = *v;
    user->vlast = &kuser->module_ctx.super;
    v->deinit = kinamo_mail_user_deinit;
    kinamo_host_user_settings(user, &kuser->settings, setting_refused, user);
    MODULE_CONTEXT_SET(user, kinamo_user_module, kuser);
    log_session(user, &kuser->settings);
}

/* Only whoever has not yet made up his mind about POP3 wants to know who uses IMAP. */
static bool wants_imap_use(struct mail_user *user)
{
    const struct kinamo_settings *settings = kinamo_user_settings(user);
    enum kinamo_mode mode;

    if (settings == NULL || strcmp(user->service, "imap") != 0 ||
        kinamo_user_is_master_login(user)) {
        return FALSE;
    }
    mode = kinamo_settings_mode(settings, KINAMO_SETTING_POP3_MODE);
    return mode == KINAMO_MODE_OBSERVE || mode == KINAMO_MODE_WARN;
}

static void kinamo_mail_namespaces_created(struct mail_namespace *namespaces)
{
    if (wants_imap_use(namespaces->user)) {
        kinamo_imap_use_note(namespaces->user, ioloop_time);
    }
}

static struct mail_storage_hooks kinamo_mail_storage_hooks = {
    .mail_namespaces_created = kinamo_mail_namespaces_created,
    .mail_user_created = kinamo_mail_user_created,
};

/* Where a client may stay connected for days, in a process of its own. */
static bool holds_one_session(void)
{
    const char *service = master_service_get_name(master_service);

    return (strcmp(service, "imap") == 0 || strcmp(service, "pop3") == 0) &&
           kinamo_host_is_last_session();
}

/* A look at the quota opens the inbox before the session does. The table of Maildir's UIDs takes
   197 kB then; when it is freed, malloc would by default give out the next such table from the
   heap, where calloc() must clear it, and each session would hold all of it. From fresh pages of
   the kernel, only what is used of it counts. A delivery frees its tables at once, and a process
   that serves one session after the other has the last one's table: there, fresh pages would only
   cost time. */
static void keep_big_tables_out_of_the_heap(void)
{
    if (holds_one_session()) {
        (void)mallopt(M_MMAP_THRESHOLD, BIG_TABLE);
    }
}

void kinamo_policy_plugin_init(struct module *module)
{
    keep_big_tables_out_of_the_heap();
    mail_storage_hooks_add(module, &kinamo_mail_storage_hooks);
    kinamo_quota_init(module);
}

void kinamo_policy_plugin_deinit(void)
{
    kinamo_quota_deinit();
    kinamo_host_configured_deinit();
    mail_storage_hooks_remove(&kinamo_mail_storage_hooks);
}
