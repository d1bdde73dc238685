/* A POP3 session: its mode, and how the transfers of it ended. */
#include "pop3-common.h"
#include "mail-storage-private.h"
#include "mail-user.h"

#include "kinamo/record.h"
#include "kinamo/settings.h"
#include "plugin/compat/host-event.h"
#include "plugin/compat/host-mail.h"
#include "plugin/mail/retention-policy.h"
#include "plugin/pop3/pop3-session.h"

#define MAILDROP(box) MODULE_CONTEXT_REQUIRE(box, kinamo_pop3_maildrop_module)

struct maildrop_mailbox {
    union mailbox_module_context module_ctx;
    struct kinamo_pop3_session *session;
};

static MODULE_CONTEXT_DEFINE_INIT(kinamo_pop3_user_module, &mail_user_module_register);
static MODULE_CONTEXT_DEFINE_INIT(kinamo_pop3_maildrop_module, &mail_storage_module_register);

struct kinamo_pop3_session *kinamo_pop3_session_get(struct mail_user *user)
{
    return MODULE_CONTEXT(user, kinamo_pop3_user_module);
}

struct kinamo_pop3_session *kinamo_pop3_session_of_maildrop(struct mailbox *box)
{
    struct kinamo_pop3_session *session = kinamo_pop3_session_get(box->storage->user);

    return session != NULL && session->maildrop == box ? session : NULL;
}

/* The user lives on: autoexpunge opens other mailboxes, and one of them may lie where the maildrop
   lay. Dovecot frees the client's input next. */
static void maildrop_free(struct mailbox *box)
{
    struct maildrop_mailbox *maildrop = MAILDROP(box);

    kinamo_pop3_flushed_deinit(&maildrop->session->flushed);
    maildrop->session->maildrop = NULL;
    maildrop->session->input = NULL;
    maildrop->session->ended = true;
    maildrop->module_ctx.super.free(box);
}

static void watch_free(struct kinamo_pop3_session *session, struct mailbox *box)
{
    struct maildrop_mailbox *maildrop = p_new(box->pool, struct maildrop_mailbox, 1);
    struct mailbox_vfuncs *v = box->vlast;

    maildrop->session = session;
    maildrop->module_ctx.super = *v;
    box->vlast = &maildrop->module_ctx.super;
    v->free = maildrop_free;
    MODULE_CONTEXT_SET(box, kinamo_pop3_maildrop_module, maildrop);
}

struct kinamo_pop3_session *kinamo_pop3_session_find_maildrop(struct mailbox *box)
{
    struct kinamo_pop3_session *session = kinamo_pop3_session_get(box->storage->user);

    if (session == NULL || session->maildrop != NULL || session->ended ||
        (box->flags & MAILBOX_FLAG_POP3_SESSION) == 0) {
        return NULL;
    }
    session->maildrop = box;
    watch_free(session, box);
    return session;
}

static const char *cure(const char *reason)
{
    if (strcmp(reason, "pop3_delete_type") == 0) {
        return "kinamo_pop3_mode: enforce acts as observe, because pop3_delete_type is flag and "
               "the mail would stay visible over IMAP (set pop3_delete_type to expunge)";
    }
    return "kinamo_pop3_destination: INBOX is where the mail is already, so enforce acts as "
           "observe (name another mailbox, or leave it empty)";
}

static void log_session(struct client *client, enum kinamo_mode mode, const char *reason)
{
    struct kinamo_record record;

    kinamo_record_init(&record, "kinamo_pop3_session");
    kinamo_record_text(&record, "user", client->user->username);
    kinamo_record_text(&record, "mode", kinamo_mode_name(mode));
    kinamo_record_text(&record, "reason", reason);
    if (reason == NULL) {
        kinamo_event_debug(client->user->event, &record);
    } else if (mode == KINAMO_MODE_OFF) {
        kinamo_event_info(client->user->event, &record);
    } else {
        kinamo_record_text(&record, "error", cure(reason));
        kinamo_event_error(client->user->event, &record);
    }
}

static enum kinamo_mode session_mode(struct client *client, const struct kinamo_settings *settings)
{
    const struct kinamo_pop3_session_facts facts = {
        .mode = kinamo_settings_mode(settings, KINAMO_SETTING_POP3_MODE),
        .username = client->user->username,
        .master_user = kinamo_host_master_user(client->user),
        .auth_user = client->user->auth_user,
        .delete_by_flag = client->set->parsed_delete_type == POP3_DELETE_TYPE_FLAG,
        .destination = kinamo_settings_text(settings, KINAMO_SETTING_POP3_DESTINATION),
    };
    const char *reason;
    enum kinamo_mode mode = kinamo_pop3_session_mode(&facts, &reason);

    log_session(client, mode, reason);
    return mode;
}

struct kinamo_pop3_session *kinamo_pop3_session_begin(struct client *client,
                                                      const struct kinamo_settings *settings)
{
    enum kinamo_mode mode = session_mode(client, settings);
    struct kinamo_pop3_session *session;

    if (mode == KINAMO_MODE_OFF) {
        return NULL;
    }
    session = p_new(client->user->pool, struct kinamo_pop3_session, 1);
    session->client = client;
    session->mode = mode;
    kinamo_pop3_flushed_init(&session->flushed, client);
    kinamo_retention_policy(settings, &session->policy);
    session->destination = kinamo_settings_text(settings, KINAMO_SETTING_POP3_DESTINATION);
    MODULE_CONTEXT_SET(client->user, kinamo_pop3_user_module, session);
    return session;
}

uint32_t kinamo_pop3_session_seq(const struct client *client, uint32_t msgnum)
{
    return msgnum - 1 < client->msgnum_to_seq_map_count ? client->msgnum_to_seq_map[msgnum - 1]
                                                        : msgnum;
}

void kinamo_pop3_session_transferred(struct kinamo_pop3_session *session, uint32_t msgnum,
                                     const struct kinamo_pop3_slot *slot)
{
    struct kinamo_pop3_slot *own;
    uint32_t next;

    if (session->slots == NULL) {
        session->slots = i_new(struct kinamo_pop3_slot, session->client->messages_count + 1);
    }
    own = &session->slots[msgnum];
    if (own->uid == 0) {
        if (session->last_slot == 0) {
            session->first_slot = msgnum;
        } else {
            session->slots[session->last_slot].next = msgnum;
        }
        session->last_slot = msgnum;
    }
    next = own->next;
    *own = *slot;
    own->next = next;
    kinamo_pop3_flushed_watch(&session->flushed);
}
