/* What random POP3 sessions are made of: numbers, messages, commands, and a look over IMAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3-ledger.h"

#define SUBJECT "Subject: x"
#define LAST    "last x"

uint64_t ledger_number(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

void ledger_begin(struct ledger *ledger, uint64_t seed)
{
    memset(ledger, 0, sizeof(*ledger));
    ledger->state = seed;
    ledger->next_message = 1;
    ledger->digest = LEDGER_DIGEST_BEGIN;
}

/* Knuth's MMIX generator. */
static int roll(uint64_t *state, int sides)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((*state >> 33) % (uint64_t)sides);
}

int ledger_roll(struct ledger *ledger, int sides)
{
    return roll(&ledger->state, sides);
}

uint64_t ledger_digest(uint64_t digest, const char *line)
{
    for (; *line != '\0'; line++) {
        digest = (digest ^ (unsigned char)*line) * UINT64_C(1099511628211);
    }
    return (digest ^ '\n') * UINT64_C(1099511628211);
}

/* Messages. */

size_t ledger_message(int message, char text[LEDGER_MESSAGE_SIZE])
{
    uint64_t state = (uint64_t)message;
    int lines = roll(&state, 10) == 0 ? 1000 : roll(&state, 30);
    size_t length = (size_t)sprintf(text, SUBJECT "%dx\r\n\r\n", message);

    for (int i = 0; i < lines; i++) {
        length += (size_t)sprintf(text + length, "%s line %d of %d\r\n",
                                  roll(&state, 5) == 0 ? "." : "", i, message);
    }
    return length + (size_t)sprintf(text + length, LAST "%dx\r\n", message);
}

uint64_t ledger_message_digest(int message)
{
    char text[LEDGER_MESSAGE_SIZE];
    char *position = text;
    uint64_t digest = LEDGER_DIGEST_BEGIN;

    (void)ledger_message(message, text);
    while (*position != '\0') {
        char *end = strstr(position, "\r\n");

        *end = '\0';
        digest = ledger_digest(digest, position);
        position = end + 2;
    }
    return digest;
}

int ledger_message_number(const char *line)
{
    return talk_matches(SUBJECT "*x", line) ? (int)strtol(line + strlen(SUBJECT), NULL, 10) : -1;
}

/* The mailbox over IMAP. */

void ledger_view_open(struct ledger_view *view, const char *user, const char *password,
                      const char *mailbox)
{
    view->mailbox = mailbox;
    view->imap = talk_open("imaps");
    talkf(view->imap,
          "S: * OK *\nC: a LOGIN %s %s\nS* a OK *\nC: b SELECT %s\n"
          "S* b OK *\n",
          user, password, mailbox);
}

void ledger_deliver(struct ledger *ledger)
{
    char body[LEDGER_MESSAGE_SIZE];
    int message = ledger->next_message++;
    size_t length = ledger_message(message, body);
    int tag = ++ledger->inbox.tag;

    talkf(ledger->inbox.imap, "C: %d APPEND INBOX {%zu}\nS* + *\n", tag, length);
    talk_send(ledger->inbox.imap, body, length);
    talkf(ledger->inbox.imap, "C: \nS* %d OK *\n", tag);
    model_add(&ledger->mailbox, message);
}

void ledger_expunge(struct ledger *ledger, int message)
{
    int tag = ledger->inbox.tag;

    talkf(ledger->inbox.imap,
          "C: %d NOOP\nS* %d OK *\nC: %d UID SEARCH RETURN (SAVE) SUBJECT \"x%dx\"\nS* %d OK *\n"
          "C: %d UID STORE $ +FLAGS (\\Deleted)\nS* %d OK *\nC: %d EXPUNGE\nS* %d OK *\n",
          tag + 1, tag + 1, tag + 2, message, tag + 2, tag + 3, tag + 3, tag + 4, tag + 4);
    ledger->inbox.tag += 4;
    model_remove(&ledger->mailbox, message);
}

static void note_seen(int message, uint64_t digest, struct model_mailbox *seen,
                      struct model_mailbox *broken)
{
    struct model_mailbox *mailbox =
        broken != NULL && digest != ledger_message_digest(message) ? broken : seen;

    if (mailbox->count < MODEL_MAX) {
        model_add(mailbox, message);
    }
}

/* The messages in the reply to a FETCH, up to its last line; NULL: the connection ended before. */
static const char *read_messages(struct talk *imap, const char *last, struct model_mailbox *seen,
                                 struct model_mailbox *broken)
{
    uint64_t digest = LEDGER_DIGEST_BEGIN;
    int message = -1;
    const char *line;

    while ((line = talk_line(imap)) != NULL && !talk_matches(last, line)) {
        if (ledger_message_number(line) >= 0) {
            message = ledger_message_number(line);
            digest = LEDGER_DIGEST_BEGIN;
        }
        if (message >= 0 && strcmp(line, ")") == 0) {
            note_seen(message, digest, seen, broken);
            message = -1;
        }
        digest = ledger_digest(digest, line);
    }
    return line;
}

/* SELECT carries out what others have committed; NOOP may leave that for later. */
bool ledger_look(struct ledger_view *view, struct model_mailbox *seen_r,
                 struct model_mailbox *broken_r)
{
    char commands[128];
    char last[32];
    const char *line;
    int tag = ++view->tag;

    seen_r->count = 0;
    if (broken_r != NULL) {
        broken_r->count = 0;
    }
    (void)snprintf(commands, sizeof(commands), "n SELECT %s\r\n%d UID FETCH 1:* BODY.PEEK[%s]\r\n",
                   view->mailbox, tag, broken_r == NULL ? "HEADER.FIELDS (SUBJECT)" : "");
    (void)snprintf(last, sizeof(last), "%d *", tag);
    if (!talk_try_send(view->imap, commands, strlen(commands))) {
        return false;
    }
    line = read_messages(view->imap, last, seen_r, broken_r);
    return line != NULL && strstr(line, " OK ") != NULL;
}

/* Commands. */

static enum model_reply retr(struct ledger *ledger, struct model_session *session, bool before_quit,
                             struct ledger_command *command, char text[32])
{
    command->meaning = LEDGER_RETRIEVE;
    sprintf(text, "RETR %d|", command->number);
    return model_retr(session, &ledger->mailbox, command->number, before_quit);
}

static enum model_reply top(struct ledger *ledger, struct model_session *session, bool before_quit,
                            struct ledger_command *command, char text[32])
{
    bool whole = ledger_roll(ledger, 3) == 0;
    int lines = whole ? 99999999 : ledger_roll(ledger, 20);

    command->meaning = whole ? LEDGER_RETRIEVE : LEDGER_OTHER;
    sprintf(text, "TOP %d %d|", command->number, lines);
    return model_top(session, &ledger->mailbox, command->number, lines, before_quit);
}

/* Commands that have no meaning for the removal. */
static enum model_reply other(int choice, char text[32])
{
    static const struct {
        const char *text;
        enum model_reply reply;
    } others[] = {
        {"NOOP|", MODEL_OK},        {"LIST|", MODEL_MULTILINE}, {"UIDL|", MODEL_MULTILINE},
        {"CAPA|", MODEL_MULTILINE}, {"STAT|", MODEL_OK},
    };

    strcpy(text, others[choice].text);
    return others[choice].reply;
}

/* The model carries it out. */
static void random_command(struct ledger *ledger, struct model_session *session, bool before_quit,
                           struct ledger_command *command, char text[32])
{
    int choice = ledger_roll(ledger, 12);

    command->number = ledger_roll(ledger, session->seen.count + 2);
    command->meaning = LEDGER_OTHER;
    if (choice == 0) {
        command->reply = top(ledger, session, before_quit, command, text);
    } else if (choice == 1) {
        command->meaning = LEDGER_DELETE;
        sprintf(text, "DELE %d|", command->number);
        command->reply = model_dele(session, command->number);
    } else if (choice == 2) {
        command->meaning = LEDGER_RESET;
        strcpy(text, ledger_roll(ledger, 2) == 0 ? "RSET|" : "rset|");
        command->reply = model_rset(session);
    } else if (choice < 8) {
        command->reply = other(choice - 3, text);
    } else {
        command->reply = retr(ledger, session, before_quit, command, text);
    }
}

void ledger_batch(struct ledger *ledger, struct model_session *session, bool before_quit,
                  struct ledger_batch *batch)
{
    int count = 1 + ledger_roll(ledger, LEDGER_MAX_BATCH);

    batch->text[0] = '\0';
    for (batch->count = 0; batch->count < count; batch->count++) {
        char text[32];

        random_command(ledger, session, before_quit, &batch->command[batch->count], text);
        strcat(batch->text, text);
    }
    ledger->digest = ledger_digest(ledger->digest, batch->text);
}
