/* pop3_kinamo_policy: what was downloaded is removed, and nothing else ever (promises C4, C5). */
#include "pop3-common.h"
#include "mail-storage-hooks.h"
#include "mail-storage-private.h"
#include "mail-user.h"

#include "plugin/mail/kinamo-user.h"
#include "plugin/pop3/pop3-delivery.h"
#include "plugin/pop3/pop3-input.h"
#include "plugin/pop3/pop3-kinamo-policy-plugin.h"
#include "plugin/pop3/pop3-output.h"
#include "plugin/pop3/pop3-quit.h"
#include "plugin/pop3/pop3-session.h"
#include "plugin/pop3/pop3-tls.h"

const char *pop3_kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;

static struct module *this_module;
static pop3_client_created_func_t *next_client_created;

/* Dovecot puts what the client sent together with PASS before client->input after the client was
   created; it opens the maildrop before it executes the first command. */
static void kinamo_pop3_mailbox_allocated(struct mailbox *box)
{
    struct kinamo_pop3_session *session = kinamo_pop3_session_find_maildrop(box);

    if (session != NULL) {
        session->input = kinamo_pop3_input_watch(session->client);
    }
}

static void kinamo_pop3_client_created(struct client **clientp)
{
    struct client *client = *clientp;
    const struct kinamo_settings *settings = NULL;

    if (mail_user_is_plugin_loaded(client->user, this_module)) {
        settings = kinamo_user_settings(client->user);
    }
    if (settings != NULL && kinamo_pop3_tls_client_created(client)) {
        struct kinamo_pop3_session *session = kinamo_pop3_session_begin(client, settings);

        if (session != NULL && session->mode == KINAMO_MODE_ENFORCE) {
            kinamo_pop3_output_announce(client, session->policy.expire);
        }
    }
    if (next_client_created != NULL) {
        next_client_created(clientp);
    }
}

static struct mail_storage_hooks kinamo_pop3_mail_storage_hooks = {
    .mailbox_allocated = kinamo_pop3_mailbox_allocated,
    .mailbox_opened = kinamo_pop3_quit_mailbox_opened,
    .mail_allocated = kinamo_pop3_delivery_mail_allocated,
};

void pop3_kinamo_policy_plugin_init(struct module *module)
{
    this_module = module;
    mail_storage_hooks_add(module, &kinamo_pop3_mail_storage_hooks);
    next_client_created = pop3_client_created_hook_set(kinamo_pop3_client_created);
}

void pop3_kinamo_policy_plugin_deinit(void)
{
    pop3_client_created_hook_set(next_client_created);
    mail_storage_hooks_remove(&kinamo_pop3_mail_storage_hooks);
}

const char *pop3_kinamo_policy_plugin_dependencies[] = {"kinamo_policy", NULL};
const char pop3_kinamo_policy_plugin_binary_dependency[] = "pop3";
