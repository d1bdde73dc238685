/* imap_kinamo_policy: what an IMAP session notices of the policies. Nothing here or in what it
   calls may remove a message (promise C2). */
#include "imap-common.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/imap/imap-alert.h"
#include "plugin/imap/imap-kinamo-policy-plugin.h"
#include "plugin/imap/imap-tls.h"
#include "plugin/mail/kinamo-user.h"

const char *imap_kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;

static struct module *this_module;
static imap_client_created_func_t *next_client_created;

static void kinamo_imap_client_created(struct client **clientp)
{
    struct client *client = *clientp;
    struct kinamo_record record;

    if (mail_user_is_plugin_loaded(client->user, this_module) &&
        kinamo_user_settings(client->user) != NULL) {
        kinamo_record_init(&record, "kinamo_imap_session");
        kinamo_record_text(&record, "user", client->user->username);
        kinamo_event_debug(client->event, &record);
        kinamo_imap_alert_hook(client);
        kinamo_imap_tls_client_created(client);
    }
    if (next_client_created != NULL) {
        next_client_created(clientp);
    }
}

void imap_kinamo_policy_plugin_init(struct module *module)
{
    this_module = module;
    next_client_created = imap_client_created_hook_set(kinamo_imap_client_created);
}

void imap_kinamo_policy_plugin_deinit(void)
{
    imap_client_created_hook_set(next_client_created);
}

const char *imap_kinamo_policy_plugin_dependencies[] = {"kinamo_policy", NULL};
const char imap_kinamo_policy_plugin_binary_dependency[] = "imap";
