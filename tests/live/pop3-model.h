/* A small, obvious model of a maildrop: RFC 1939, and RFC 2449 with EXPIRE 0. */
#ifndef KINAMO_LIVE_POP3_MODEL_H
#define KINAMO_LIVE_POP3_MODEL_H

#include <stdbool.h>

#define MODEL_MAX 64

/* What is in the mailbox; a message is a number that never comes again. */
struct model_mailbox {
    int message[MODEL_MAX];
    int count;
};

/* One session sees the messages that were there when it began. */
struct model_session {
    struct model_mailbox seen;
    bool retrieved[MODEL_MAX], deleted[MODEL_MAX];
};

enum model_reply {
    MODEL_OK,
    MODEL_MULTILINE,
    MODEL_ERR,
    MODEL_GONE /* -ERR, or as if it was there */
};

void model_begin(struct model_session *session, const struct model_mailbox *mailbox);

/* The commands; number is the message number, which may be any. before_quit: the client sent QUIT
   together with the command, so it cannot have seen the reply. */
enum model_reply model_retr(struct model_session *session, const struct model_mailbox *mailbox,
                            int number, bool before_quit);
enum model_reply model_top(struct model_session *session, const struct model_mailbox *mailbox,
                           int number, int lines, bool before_quit);
enum model_reply model_dele(struct model_session *session, int number);
enum model_reply model_rset(struct model_session *session);

/* The UPDATE state. */
void model_quit(const struct model_session *session, struct model_mailbox *mailbox);

void model_add(struct model_mailbox *mailbox, int message);
void model_remove(struct model_mailbox *mailbox, int message);
bool model_has(const struct model_mailbox *mailbox, int message);

#endif
