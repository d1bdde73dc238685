/* A POP3 client that remembers what the server gave and confirmed. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/pop3-fault.h"

void fault_client_login(struct fault_client *client, struct fault_user *user)
{
    memset(client, 0, sizeof(*client));
    client->user = user;
    model_begin(&client->model, &user->ledger.mailbox);
    client->pop3 = pop3_login(user->name, FAULT_PASSWORD);
}

void fault_client_close(struct fault_client *client)
{
    if (client->pop3 != NULL) {
        talk_close(client->pop3);
        client->pop3 = NULL;
    }
}

void fault_client_reset(struct fault_client *client)
{
    talk_reset(client->pop3);
    client->pop3 = NULL;
}

bool fault_client_send(struct fault_client *client, const char *text)
{
    char data[4096];
    size_t size = 0;

    fault_note("C: %.200s", text);
    for (; *text != '\0'; text++) {
        ck_assert_uint_lt(size + 2, sizeof(data));
        if (*text == '|') {
            data[size++] = '\r';
            data[size++] = '\n';
        } else {
            data[size++] = *text;
        }
    }
    if (client->pop3 != NULL && talk_try_send(client->pop3, data, size)) {
        return true;
    }
    fault_client_close(client);
    return false;
}

static const char *next_line(struct fault_client *client)
{
    const char *line = client->pop3 == NULL ? NULL : talk_line(client->pop3);

    if (line == NULL) {
        fault_client_close(client);
    }
    return line;
}

/* What was received whole once and damaged another time may stay. */
static void note_received(struct fault_client *client, int message, bool whole)
{
    struct model_mailbox *mailbox = whole ? &client->got : &client->doubtful;

    if (!model_has(mailbox, message)) {
        model_add(mailbox, message);
    }
}

/* The rest of a multi-line reply. A message counts as received if each line is as it was delivered.
 */
static bool read_lines(struct fault_client *client, bool is_message)
{
    uint64_t digest = LEDGER_DIGEST_BEGIN;
    int message = -1;
    const char *line;

    while ((line = next_line(client)) != NULL && strcmp(line, ".") != 0) {
        line += *line == '.';
        if (message < 0) {
            message = ledger_message_number(line);
        }
        digest = ledger_digest(digest, line);
    }
    if (is_message && message >= 0) {
        note_received(client, message, line != NULL && digest == ledger_message_digest(message));
    }
    return line != NULL;
}

static int message_at(const struct fault_client *client, int number)
{
    return number >= 1 && number <= client->model.seen.count
               ? client->model.seen.message[number - 1]
               : -1;
}

/* Whether it is the first DELE for its message. */
static bool note_sent(struct fault_client *client, const struct ledger_command *command)
{
    int message = message_at(client, command->number);

    if (command->meaning != LEDGER_DELETE || command->reply == MODEL_ERR || message < 0 ||
        model_has(&client->deleted, message)) {
        return false;
    }
    model_add(&client->deleted, message);
    return true;
}

/* A repeated DELE is answered -ERR and the first holds. */
static bool read_reply(struct fault_client *client, const struct ledger_command *command,
                       bool first_delete)
{
    const char *line = next_line(client);

    fault_note("S: %s", line == NULL ? "end" : line);
    if (line == NULL) {
        return false;
    }
    if (*line != '+') {
        if (first_delete) {
            model_remove(&client->deleted, message_at(client, command->number));
        }
        if (command->meaning == LEDGER_RETRIEVE && message_at(client, command->number) >= 0) {
            note_received(client, message_at(client, command->number), false);
        }
        return true;
    }
    if (command->meaning == LEDGER_RESET) {
        client->got.count = 0;
        client->deleted.count = 0;
    }
    if (command->meaning == LEDGER_RETRIEVE) {
        return read_lines(client, true);
    }
    return (command->reply != MODEL_MULTILINE && command->reply != MODEL_GONE) ||
           read_lines(client, false);
}

bool fault_client_read(struct fault_client *client, const struct ledger_batch *batch)
{
    for (int i = 0; i < batch->count; i++) {
        const struct ledger_command *command = &batch->command[i];

        bool first_delete = note_sent(client, command);

        if (!read_reply(client, command, first_delete)) {
            return false;
        }
    }
    return true;
}

void fault_client_fetch_batch(const struct fault_client *client, int from, bool delete,
                              struct ledger_batch *batch)
{
    batch->text[0] = '\0';
    batch->count = 0;
    for (int n = from; n <= client->model.seen.count && batch->count + 2 <= LEDGER_MAX_BATCH; n++) {
        char text[32];

        sprintf(text, delete ? "RETR %d|DELE %d|" : "RETR %d|", n, n);
        strcat(batch->text, text);
        batch->command[batch->count++] =
            (struct ledger_command){LEDGER_RETRIEVE, n, MODEL_MULTILINE};
        if (delete) {
            batch->command[batch->count++] = (struct ledger_command){LEDGER_DELETE, n, MODEL_OK};
        }
    }
}

void fault_client_say_quit(struct fault_client *client)
{
    client->quit_sent = fault_client_send(client, "QUIT|");
}

void fault_client_hear_quit(struct fault_client *client)
{
    const char *line = next_line(client);

    if (line != NULL) {
        client->quit_answer = *line == '+' ? FAULT_YES : FAULT_NO;
        fault_client_close(client);
    }
}
