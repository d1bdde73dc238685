/* Quota warnings in the IMAP session.

   An untagged line is sent only where Dovecot itself sends them: at the end of a sync, before a
   tagged reply, and in IDLE when nothing else is being sent. A session is told once per threshold
   and period; what it was told travels through hibernation.

   A new session is looked at before its first tagged OK and not before the first command: that
   is mostly SELECT or STATUS, which have opened by then what the quota plugin needs to count, and a
   session that only logs in and out is spared the look. */
#include "imap-common.h"
#include "buffer.h"
#include "ioloop.h"
#include "imap-sync-private.h"
#include "module-context.h"
#include "net.h"
#include "ostream.h"
#include "str.h"

#include "kinamo/networks.h"
#include "kinamo/notice-state.h"
#include "kinamo/settings.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-ip.h"
#include "plugin/compat/host-mail.h"
#include "plugin/imap/imap-alert.h"
#include "plugin/mail/kinamo-quota.h"
#include "plugin/mail/kinamo-user.h"

#define ALERT_CLIENT(client) MODULE_CONTEXT_REQUIRE(client, alert_client_module)

/* Our block of the hibernated state. It stands before Dovecot's, whose import takes all the rest.
 */
#define STATE_TAG     "kinamo-quota:"
#define STATE_PRIVATE "p"
#define STATE_CLEAR   "c"

struct alert_client {
    union imap_module_context module_ctx;
    struct imap_client_vfuncs super;
    struct client *client;
    struct timeout *timeout;
    struct kinamo_notice_state told; /* to this session */
    time_t looked_at;
    bool at_login; /* nothing was looked at yet */
    bool private;
};

static MODULE_CONTEXT_DEFINE_INIT(alert_client_module, &imap_module_register);

/* An ALERT on a connection that others can write to proves nothing (RFC 9051 11.1). */
static bool is_private(const struct mail_user *user, const struct kinamo_settings *settings)
{
    const char *networks = kinamo_settings_text(settings, KINAMO_SETTING_TLS_TRUSTED_NETWORKS);
    struct kinamo_ip client = {.length = 0};

    if (user->conn.remote_ip != NULL) {
        client = kinamo_host_ip(user->conn.remote_ip);
    }
    return kinamo_host_user_is_tls(user) || kinamo_networks_contain(networks, &client);
}

static void send_line(struct alert_client *alert, const char *status, const char *code,
                      const struct kinamo_quota_reading *reading,
                      const struct kinamo_quota_decision *decision, const char *field)
{
    char line[KINAMO_ALERT_SIZE];

    if (kinamo_quota_line(alert->client->user, reading, decision, field, line)) {
        client_send_line(alert->client, t_strdup_printf("* %s [%s] %s", status, code, line));
    }
}

/* At login nothing has failed: OK. A level that rises during the session is a warning: NO
   (RFC 9051 7.1.2). OVERQUOTA needs a selected mailbox (RFC 9208 4.3.1). */
static void tell(struct alert_client *alert, bool login, const struct kinamo_quota_reading *reading,
                 const struct kinamo_quota_decision *decision)
{
    struct mail_user *user = alert->client->user;
    const char *cause = decision->action == KINAMO_QUOTA_REMIND ? "reminder" : "level";
    struct event *begun;

    if (!kinamo_quota_uses(user, KINAMO_QUOTA_CHANNEL_IMAP)) {
        return;
    }
    if (kinamo_quota_is_observed(user)) {
        kinamo_quota_observed(user, reading, decision, KINAMO_QUOTA_CHANNEL_IMAP);
    } else if (!alert->private) {
        kinamo_quota_suppressed(user, reading, decision, KINAMO_QUOTA_CHANNEL_IMAP,
                                "connection is not private");
    } else {
        begun = kinamo_event_begin(user->event);
        send_line(alert, login ? "OK" : "NO", "ALERT", reading, decision, "Alert");
        if (decision->percent >= 100 && alert->client->mailbox != NULL) {
            send_line(alert, "NO", "OVERQUOTA", reading, decision, "Overquota");
        }
        kinamo_quota_sent(&begun, user, reading, decision, KINAMO_QUOTA_CHANNEL_IMAP, cause);
    }
}

static void consider(struct alert_client *alert, bool login,
                     const struct kinamo_quota_reading *reading)
{
    const char *topic = kinamo_quota_topic(reading);
    struct kinamo_told told = kinamo_notice_state_get(&alert->told, topic);
    struct kinamo_quota_decision decision;
    struct kinamo_quota_policy policy;

    kinamo_quota_policy(alert->client->user, reading, &policy);
    decision = kinamo_quota_decide(&policy, &reading->usage, &told, ioloop_time);
    switch (decision.action) {
    case KINAMO_QUOTA_NOTHING:
        return;
    case KINAMO_QUOTA_REARM:
        break;
    case KINAMO_QUOTA_WARN:
    case KINAMO_QUOTA_REMIND:
        tell(alert, login, reading, &decision);
        break;
    }
    told = (struct kinamo_told){decision.threshold, ioloop_time, KINAMO_TOLD_SENT};
    (void)kinamo_notice_state_set(&alert->told, topic, &told);
}

static void look(struct alert_client *alert)
{
    /* What the first command itself has saved is a rise. */
    bool login = alert->at_login && !kinamo_quota_has_changed(alert->client->user);
    bool by_mail =
        !alert->private && kinamo_quota_uses(alert->client->user, KINAMO_QUOTA_CHANNEL_IMAP);
    struct kinamo_quota_readings readings;

    timeout_remove(&alert->timeout);
    alert->at_login = false;
    alert->looked_at = ioloop_time;
    T_BEGIN
    {
        kinamo_quota_look(alert->client->user, by_mail ? KINAMO_QUOTA_LOOK_MAIL : 0, &readings);
        for (unsigned int i = 0; i < readings.count; i++) {
            consider(alert, login, &readings.reading[i]);
        }
    }
    T_END;
}

static unsigned int seconds_left(const struct alert_client *alert)
{
    time_t interval = (time_t)kinamo_settings_number(kinamo_user_settings(alert->client->user),
                                                     KINAMO_SETTING_QUOTA_CHECK_INTERVAL);
    time_t elapsed = ioloop_time - alert->looked_at;

    return elapsed < 0 || elapsed >= interval ? 0 : (unsigned int)(interval - elapsed);
}

static bool is_idling(const struct client *client)
{
    const struct client_command_context *cmd = client->command_queue;

    return cmd != NULL && cmd->next == NULL && cmd->name != NULL &&
           strcasecmp(cmd->name, "IDLE") == 0 && cmd->state == CLIENT_COMMAND_STATE_WAIT_INPUT &&
           client->output_cmd_lock == NULL && !client->disconnected;
}

/* A delivery woke IDLE within the interval after the last look, and nothing may wake it again. */
static void idle_timeout(struct alert_client *alert)
{
    struct client *client = alert->client;

    timeout_remove(&alert->timeout);
    if (!is_idling(client)) {
        return;
    }
    o_stream_cork(client->output);
    look(alert);
    o_stream_uncork(client->output);
}

static void look_if_due(struct alert_client *alert)
{
    struct client *client = alert->client;
    unsigned int left = seconds_left(alert);

    if (kinamo_quota_has_changed(client->user) || left == 0) {
        look(alert);
    } else if (alert->timeout == NULL && client->command_queue != NULL &&
               client->command_queue->name != NULL &&
               strcasecmp(client->command_queue->name, "IDLE") == 0) {
        alert->timeout = timeout_add_short(left * 1000, idle_timeout, alert);
    }
}

static void alert_destroy(struct client *client, const char *reason)
{
    struct alert_client *alert = ALERT_CLIENT(client);

    timeout_remove(&alert->timeout);
    alert->super.destroy(client, reason);
}

static int alert_sync_notify_more(struct imap_sync_context *ctx)
{
    struct alert_client *alert = ALERT_CLIENT(ctx->client);
    int ret = alert->super.sync_notify_more(ctx);

    if (ret > 0) {
        look_if_due(alert);
    }
    return ret;
}

static bool is_leaving(const struct client_command_context *cmd)
{
    return cmd->name != NULL && strcasecmp(cmd->name, "LOGOUT") == 0;
}

/* A look may save a message, and some formats cannot while another is being saved. A command that
   fails may say so before it rolls its transaction back, and one that still reads its input may be
   an APPEND. */
static bool may_be_saving(const struct client_command_context *cmd, const char *tagline)
{
    const struct client_command_context *reading = cmd->client->input_lock;

    return strncmp(tagline, "OK ", 3) != 0 || (reading != NULL && reading != cmd);
}

/* APPEND or COPY without a selected mailbox has no sync in which it could be told. */
static bool must_look_before_tagline(const struct client_command_context *cmd, const char *tagline,
                                     const struct alert_client *alert)
{
    const struct client *client = cmd->client;

    if (client->output_cmd_lock != NULL || is_leaving(cmd) || may_be_saving(cmd, tagline)) {
        return false;
    }
    return alert->at_login || (client->mailbox == NULL && kinamo_quota_has_changed(client->user));
}

static void alert_send_tagline(struct client_command_context *cmd, const char *data)
{
    struct alert_client *alert = ALERT_CLIENT(cmd->client);

    if (must_look_before_tagline(cmd, data, alert)) {
        look(alert);
    }
    alert->super.send_tagline(cmd, data);
}

/* Only the state that Dovecot keeps for itself; a client must not be able to hand us one. */
static int alert_state_export(struct client *client, bool internal, buffer_t *dest,
                              const char **error_r)
{
    struct alert_client *alert = ALERT_CLIENT(client);
    char text[KINAMO_STATE_TEXT_SIZE];

    if (internal) {
        if (alert->timeout != NULL) {
            /* The timer dies with this process. */
            idle_timeout(alert);
        }
        kinamo_notice_state_format(&alert->told, text);
        str_append(dest, STATE_TAG);
        str_append(dest, alert->private ? STATE_PRIVATE : STATE_CLEAR);
        str_append(dest, text);
        buffer_append_c(dest, '\0');
    }
    return alert->super.state_export(client, internal, dest, error_r);
}

static ssize_t import_told(struct alert_client *alert, const char *text, size_t size,
                           const char **error_r)
{
    const char *end = memchr(text, '\0', size);

    if (end == NULL || !kinamo_notice_state_parse(text + 1, &alert->told)) {
        *error_r = "kinamo: the hibernated state of the quota warnings is broken";
        return 0;
    }
    alert->private = text[0] == STATE_PRIVATE[0];
    return end - text + 1;
}

static ssize_t alert_state_import(struct client *client, bool internal, const unsigned char *data,
                                  size_t size, const char **error_r)
{
    struct alert_client *alert = ALERT_CLIENT(client);
    const size_t tag = strlen(STATE_TAG);
    ssize_t ret;

    if (!internal || size <= tag || memcmp(data, STATE_TAG, tag) != 0) {
        return alert->super.state_import(client, internal, data, size, error_r);
    }
    ret = import_told(alert, (const char *)data + tag, size - tag, error_r);
    return ret <= 0 ? ret : ret + (ssize_t)tag;
}

void kinamo_imap_alert_hook(struct client *client)
{
    struct alert_client *alert;

    if (!kinamo_quota_is_on(client->user)) {
        return;
    }
    alert = p_new(client->pool, struct alert_client, 1);
    alert->client = client;
    alert->super = client->v;
    /* What a hibernated session was told is imported later; its IDLE then syncs at once. */
    alert->at_login = !client->user->session_restored;
    alert->private = is_private(client->user, kinamo_user_settings(client->user));
    client->v.destroy = alert_destroy;
    client->v.send_tagline = alert_send_tagline;
    client->v.sync_notify_more = alert_sync_notify_more;
    client->v.state_export = alert_state_export;
    client->v.state_import = alert_state_import;
    MODULE_CONTEXT_SET(client, alert_client_module, alert);
}
