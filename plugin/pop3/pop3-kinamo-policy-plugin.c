/* pop3_kinamo_policy: what was downloaded is removed, and nothing else ever (promises C4, C5). */
#include "pop3-common.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/pop3/pop3-kinamo-policy-plugin.h"

const char *pop3_kinamo_policy_plugin_version = DOVECOT_ABI_VERSION;

static struct module *this_module;
static pop3_client_created_func_t *next_client_created;

static void kinamo_pop3_client_created(struct client **clientp)
{
    struct client *client = *clientp;
    const struct kinamo_settings *settings = NULL;
    struct kinamo_record record;

    if (mail_user_is_plugin_loaded(client->user, this_module)) {
        settings = kinamo_user_settings(client->user);
    }
    if (settings != NULL) {
        kinamo_record_init(&record, "kinamo_pop3_session");
        kinamo_record_text(&record, "user", client->user->username);
        kinamo_record_text(
            &record, "mode",
            kinamo_mode_name(kinamo_settings_mode(settings, KINAMO_SETTING_POP3_MODE)));
        kinamo_event_debug(client->user->event, &record);
    }
    if (next_client_created != NULL) {
        next_client_created(clientp);
    }
}

void pop3_kinamo_policy_plugin_init(struct module *module)
{
    this_module = module;
    next_client_created = pop3_client_created_hook_set(kinamo_pop3_client_created);
}

void pop3_kinamo_policy_plugin_deinit(void)
{
    pop3_client_created_hook_set(next_client_created);
}

const char *pop3_kinamo_policy_plugin_dependencies[] = {"kinamo_policy", NULL};
const char pop3_kinamo_policy_plugin_binary_dependency[] = "pop3";
