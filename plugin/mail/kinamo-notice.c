/* Notices: composing them, and sending one at most once in a period. */
#include "lib.h"
#include "hostpid.h"
#include "ioloop.h"
#include "mail-storage.h"
#include "mail-user.h"

#include "kinamo/message.h"
#include "kinamo/record.h"
#include "plugin/compat/host-event.h"
#include "plugin/mail/kinamo-state.h"
#include "plugin/mail/kinamo-user.h"
#include "plugin/mail/notice-inbox.h"
#include "plugin/mail/notice-mail.h"
#include "plugin/mail/notice-template.h"

#define MESSAGE_SIZE (KINAMO_BODY_SIZE * 3 + 4096)
/* Notices without thresholds have one topic with one level. */
#define TOLD 100

static const char names[KINAMO_NOTICE_COUNT][16] = {
    [KINAMO_NOTICE_QUOTA_STORAGE] = "quota-storage",
    [KINAMO_NOTICE_QUOTA_MESSAGE] = "quota-message",
    [KINAMO_NOTICE_POP3_REMOVAL] = "pop3-removal",
    [KINAMO_NOTICE_TLS_REQUIRED] = "tls-required",
};

const char *kinamo_notice_name(enum kinamo_notice notice)
{
    return names[notice];
}

static const char *sender_of(struct mail_user *user)
{
    const char *sender = kinamo_settings_text(kinamo_user_settings(user), KINAMO_SETTING_SENDER);

    return *sender != '\0' ? sender : t_strconcat("postmaster@", kinamo_notice_domain(user), NULL);
}

static size_t compose(struct mail_user *user, struct kinamo_notice_template *template,
                      const struct kinamo_variable *variables, const char *guid, char *out)
{
    char subject[KINAMO_SUBJECT_SIZE];
    char *body = t_malloc_no0(KINAMO_BODY_SIZE);
    const char *language;
    struct kinamo_message message;

    /* The whole message is in one language, so a fault in the body changes the subject too. */
    do {
        language = template->language;
        if (!kinamo_notice_template_expand(user, template, "Subject", variables, subject,
                                           sizeof(subject)) ||
            !kinamo_notice_template_expand(user, template, NULL, variables, body,
                                           KINAMO_BODY_SIZE)) {
            return 0;
        }
    } while (language != template->language);
    message = (struct kinamo_message){
        .from = sender_of(user),
        .to = user->username,
        .subject = subject,
        .id = t_strdup_printf("%s@%s", guid, my_hostdomain()),
        .language = template->language,
        .body = body,
        .date = ioloop_time,
        .important = true,
    };
    return kinamo_message_compose(&message, out, MESSAGE_SIZE);
}

size_t kinamo_notice_compose(struct mail_user *user, struct kinamo_notice_template *template,
                             const struct kinamo_variable *variables, const char *guid,
                             const char **message_r)
{
    char *out = t_malloc_no0(MESSAGE_SIZE);

    *message_r = out;
    return compose(user, template, variables, guid, out);
}

static int save(struct mail_user *user, enum kinamo_notice notice,
                const struct kinamo_variable *variables, const char *guid, const char **error_r)
{
    struct kinamo_notice_template template;
    const char *message;
    size_t size;

    kinamo_notice_template_open(user, notice, &template);
    size = kinamo_notice_compose(user, &template, variables, guid, &message);
    if (size == 0) {
        *error_r = "the message is too long";
        return -1;
    }
    return kinamo_inbox_save(user, guid, message, size, error_r);
}

static void log_failure(struct mail_user *user, enum kinamo_notice notice, const char *error)
{
    struct kinamo_record record;

    if (error == NULL) {
        return;
    }
    kinamo_record_init(&record, "kinamo_notice_failed");
    kinamo_record_text(&record, "user", user->username);
    kinamo_record_text(&record, "notice", names[notice]);
    kinamo_record_text(&record, "error", error);
    kinamo_record_text(&record, "cure",
                       "check the dict kinamo_state and whether INBOX can be written");
    kinamo_event_error(user->event, &record);
}

/* Whether the message lies in the inbox although nobody says so: whoever saved it was killed,
   or lost the dict. The state names the message that was about to be saved. */
static bool was_saved(struct mail_user *user, const struct kinamo_notice_state *state,
                      const struct kinamo_told *told)
{
    return told->status == KINAMO_TOLD_PENDING && state->guid_count > 0 &&
           kinamo_inbox_has(user, state->guid[state->guid_count - 1]);
}

static enum kinamo_state_result change(struct mail_user *user, const char *name,
                                       struct kinamo_notice_state *state,
                                       const struct kinamo_told *told, const char **error_r)
{
    struct kinamo_notice_state loaded = *state;

    (void)kinamo_notice_state_set(state, name, told);
    return kinamo_state_change(user, name, &loaded, state, error_r);
}

static enum kinamo_notice_result send_once(struct mail_user *user, enum kinamo_notice notice,
                                           unsigned int period,
                                           const struct kinamo_variable *variables,
                                           const char **error_r)
{
    const char *name = names[notice];
    const char *ignored;
    struct kinamo_told told;
    struct kinamo_notice_state state;
    char guid[KINAMO_GUID_LENGTH + 1];
    bool saved;

    if (kinamo_state_load(user, name, &state, error_r) != KINAMO_STATE_GOOD) {
        return KINAMO_NOTICE_FAILED;
    }
    told = kinamo_notice_state_get(&state, name);
    if (!kinamo_told_is_due(&told, period, ioloop_time)) {
        return KINAMO_NOTICE_SUPPRESSED;
    }
    if (was_saved(user, &state, &told)) {
        told.status = KINAMO_TOLD_SENT;
        (void)change(user, name, &state, &told, &ignored);
        return KINAMO_NOTICE_SUPPRESSED;
    }
    kinamo_inbox_new_guid(guid);
    state.guid_count = 0;
    kinamo_notice_state_add_guid(&state, guid);
    told = (struct kinamo_told){TOLD, ioloop_time, KINAMO_TOLD_PENDING};
    switch (change(user, name, &state, &told, error_r)) {
    case KINAMO_STATE_GOOD:
        break;
    case KINAMO_STATE_LOST:
        return KINAMO_NOTICE_SUPPRESSED;
    case KINAMO_STATE_FAILED:
        return KINAMO_NOTICE_FAILED;
    }
    saved = save(user, notice, variables, guid, error_r) == 0;
    told.status = saved ? KINAMO_TOLD_SENT : KINAMO_TOLD_FAILED;
    (void)change(user, name, &state, &told, &ignored);
    return saved ? KINAMO_NOTICE_SENT : KINAMO_NOTICE_FAILED;
}

enum kinamo_notice_result kinamo_notice_send(struct mail_user *user, enum kinamo_notice notice,
                                             unsigned int period,
                                             const struct kinamo_variable *variables)
{
    enum kinamo_notice_result result;
    const char *error = NULL;

    T_BEGIN
    {
        result = send_once(user, notice, period, variables, &error);
        if (result == KINAMO_NOTICE_FAILED) {
            log_failure(user, notice, error);
        }
    }
    T_END;
    return result;
}
