/* A small, obvious model of a maildrop: RFC 1939, and RFC 2449 with EXPIRE 0. */
#include <string.h>

#include "pop3-model.h"

bool model_has(const struct model_mailbox *mailbox, int message)
{
    for (int i = 0; i < mailbox->count; i++) {
        if (mailbox->message[i] == message) {
            return true;
        }
    }
    return false;
}

void model_add(struct model_mailbox *mailbox, int message)
{
    mailbox->message[mailbox->count++] = message;
}

void model_remove(struct model_mailbox *mailbox, int message)
{
    int left = 0;

    for (int i = 0; i < mailbox->count; i++) {
        if (mailbox->message[i] != message) {
            mailbox->message[left++] = mailbox->message[i];
        }
    }
    mailbox->count = left;
}

void model_begin(struct model_session *session, const struct model_mailbox *mailbox)
{
    memset(session, 0, sizeof(*session));
    session->seen = *mailbox;
}

static bool is_valid(const struct model_session *session, int number)
{
    return number >= 1 && number <= session->seen.count && !session->deleted[number - 1];
}

static enum model_reply fetch(const struct model_session *session,
                              const struct model_mailbox *mailbox, int number)
{
    if (!is_valid(session, number)) {
        return MODEL_ERR;
    }
    return model_has(mailbox, session->seen.message[number - 1]) ? MODEL_MULTILINE : MODEL_GONE;
}

enum model_reply model_retr(struct model_session *session, const struct model_mailbox *mailbox,
                            int number, bool before_quit)
{
    enum model_reply reply = fetch(session, mailbox, number);

    if (reply == MODEL_MULTILINE) {
        session->retrieved[number - 1] = !before_quit;
    }
    return reply;
}

enum model_reply model_top(struct model_session *session, const struct model_mailbox *mailbox,
                           int number, int lines, bool before_quit)
{
    if (lines >= 1000000) {
        return model_retr(session, mailbox, number, before_quit);
    }
    return fetch(session, mailbox, number);
}

enum model_reply model_dele(struct model_session *session, int number)
{
    if (!is_valid(session, number)) {
        return MODEL_ERR;
    }
    session->deleted[number - 1] = true;
    return MODEL_OK;
}

enum model_reply model_rset(struct model_session *session)
{
    memset(session->retrieved, 0, sizeof(session->retrieved));
    memset(session->deleted, 0, sizeof(session->deleted));
    return MODEL_OK;
}

void model_quit(const struct model_session *session, struct model_mailbox *mailbox)
{
    for (int i = 0; i < session->seen.count; i++) {
        if (session->retrieved[i] || session->deleted[i]) {
            model_remove(mailbox, session->seen.message[i]);
        }
    }
}
