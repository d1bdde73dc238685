/* What random POP3 sessions are made of: numbers, messages, commands, and a look over IMAP. */
#ifndef KINAMO_LIVE_POP3_LEDGER_H
#define KINAMO_LIVE_POP3_LEDGER_H

#include <stdint.h>

#include "pop3-model.h"
#include "pop3.h"

#define LEDGER_MAX_BATCH    5
#define LEDGER_MESSAGE_SIZE 70000

/* An IMAP session with a mailbox selected. */
struct ledger_view {
    struct talk *imap;
    const char *mailbox;
    int tag;
};

struct ledger {
    struct ledger_view inbox;
    uint64_t state; /* of the random numbers */
    int next_message;
    struct model_mailbox mailbox; /* what must be there */
    int removed;                  /* how many messages sessions took */
    uint64_t digest;              /* of all commands that were made */
};

/* The same seed makes the same numbers, messages and commands everywhere. */
void ledger_begin(struct ledger *ledger, uint64_t seed);
int ledger_roll(struct ledger *ledger, int sides);
/* FNV-1a, from line to line. */
#define LEDGER_DIGEST_BEGIN UINT64_C(14695981039346656037)
uint64_t ledger_digest(uint64_t digest, const char *line);
/* The value of an environment variable, or another if there is none. */
uint64_t ledger_number(const char *variable, uint64_t otherwise);

void ledger_view_open(struct ledger_view *view, const char *user, const char *password,
                      const char *mailbox);
/* The messages that are there now. With whole, only those whose every line is as it was delivered:
   others are in *broken_r. Returns false if the server ended the session. */
bool ledger_look(struct ledger_view *view, struct model_mailbox *seen_r,
                 struct model_mailbox *broken_r);

/* The text of a message, which depends on its number alone: "Subject: x<number>x", some lines, some
   of which begin with a dot, seldom very many. Returns its length. */
size_t ledger_message(int message, char text[LEDGER_MESSAGE_SIZE]);
uint64_t ledger_message_digest(int message);
/* The number in a line that begins a message, or -1. */
int ledger_message_number(const char *line);

/* Append the next message over IMAP, and tell the model. */
void ledger_deliver(struct ledger *ledger);
/* Expunge over IMAP; nothing if the message is gone already. */
void ledger_expunge(struct ledger *ledger, int message);

/* A command, and what it means for the removal at QUIT. */
struct ledger_command {
    enum { LEDGER_RETRIEVE, LEDGER_DELETE, LEDGER_RESET, LEDGER_OTHER } meaning;
    int number; /* of the message, which need not exist */
    enum model_reply reply;
};

/* Commands that are sent in one write; | stands for CRLF. */
struct ledger_batch {
    char text[256];
    struct ledger_command command[LEDGER_MAX_BATCH];
    int count;
};

/* Random commands, which the session of the model carries out. before_quit: QUIT follows in the
   same write. */
void ledger_batch(struct ledger *ledger, struct model_session *session, bool before_quit,
                  struct ledger_batch *batch);

#endif
