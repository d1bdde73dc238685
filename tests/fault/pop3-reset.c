/* Clients that reset the connection between any two bytes, or do not read. */
#include "kinamo-config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/fault/pop3-kinds.h"

#define MANY_COMMANDS 300

void fault_reset_greeting(struct fault_run *run)
{
    fault_client_close(&run->client);
    talk_reset(talk_open("pop3"));
    fault_injected(run->kind->name, "before the greeting");
}

void fault_reset_login(struct fault_run *run)
{
    struct talk *pop3;
    char login[128];

    fault_client_close(&run->client);
    pop3 = talk_open("pop3s");
    (void)snprintf(login, sizeof(login), "USER %s\r\nPASS " FAULT_PASSWORD "\r\n",
                   run->client.user->name);
    talk_send(pop3, login, (size_t)fault_roll(run, (int)strlen(login)) + 1);
    talk_reset(pop3);
    fault_injected(run->kind->name, "in USER or PASS");
}

/* Reset in the text of a command. */
static void in_text(struct fault_run *run, const char *text, size_t length)
{
    talk_send(run->client.pop3, text, length);
    fault_client_reset(&run->client);
    fault_injected(run->kind->name, "after %zu bytes of %.4s", length, text);
}

/* Reset after so many bytes of the reply to RETR, its first line being one of them. */
static void in_reply(struct fault_run *run, const char *retr, size_t bytes)
{
    size_t read;

    talk_send(run->client.pop3, retr, strlen(retr));
    read = talk_skip(run->client.pop3, bytes);
    fault_client_reset(&run->client);
    fault_injected(run->kind->name, "after %zu bytes of the reply to RETR", read);
}

/* How long the parts of the reply to RETR are. */
struct reply {
    size_t first, header, all;
};

static struct reply measure(struct fault_run *run, int number)
{
    char message[LEDGER_MESSAGE_SIZE];
    char first[64];
    size_t length = ledger_message(run->client.model.seen.message[number - 1], message);
    struct reply reply;
    const char *dot = message;

    (void)snprintf(first, sizeof(first), "+OK %zu octets\r\n", length);
    reply.first = strlen(first);
    reply.header = (size_t)(strstr(message, "\r\n\r\n") + 4 - message);
    reply.all = reply.first + length + strlen(".\r\n");
    while ((dot = strstr(dot, "\r\n.")) != NULL) {
        reply.all++;
        dot += 3;
    }
    return reply;
}

static void reset_in_quit(struct fault_run *run)
{
    struct fault_client *client = &run->client;

    fault_client_say_quit(client);
    if (run->kind->parameter == RESET_IN_GOODBYE) {
        (void)talk_skip(client->pop3, 1);
    }
    fault_client_reset(client);
    fault_injected(run->kind->name, "QUIT");
}

void fault_reset_in(struct fault_run *run)
{
    int number = fault_roll(run, run->client.model.seen.count) + 1;
    struct reply reply = measure(run, number);
    char retr[32];

    (void)snprintf(retr, sizeof(retr), "RETR %d\r\n", number);
    switch (run->kind->parameter) {
    case RESET_IN_COMMAND:
        in_text(run, retr, (size_t)fault_roll(run, (int)strlen(retr) - 2) + 1);
        break;
    case RESET_BEFORE_LF:
        in_text(run, retr, strlen(retr) - 1);
        break;
    case RESET_IN_REPLY:
        in_reply(run, retr, (size_t)fault_roll(run, (int)reply.first));
        break;
    case RESET_IN_HEADER:
        in_reply(run, retr, reply.first + (size_t)fault_roll(run, (int)reply.header));
        break;
    case RESET_IN_BODY:
        in_reply(run, retr,
                 reply.first + reply.header +
                     (size_t)fault_roll(run, (int)(reply.all - reply.first - reply.header - 3)));
        break;
    case RESET_BEFORE_DOT:
        in_reply(run, retr, reply.all - 3);
        break;
    case RESET_IN_DOT:
        in_reply(run, retr, reply.all - 1 - (size_t)fault_roll(run, 2));
        break;
    case RESET_AFTER_DOT:
        in_reply(run, retr, reply.all);
        break;
    case RESET_IN_QUIT:
        in_text(run, "QUIT\r\n", (size_t)fault_roll(run, 5) + 1);
        break;
    default:
        reset_in_quit(run);
        break;
    }
}

/* Every message many times and QUIT, in one write; then nothing is read for a while. */
void fault_stall(struct fault_run *run)
{
    struct fault_client *client = &run->client;
    char text[4096] = "";
    char *end = text;

    talk_buffer(client->pop3, 4096);
    for (int i = 0; i < MANY_COMMANDS; i++) {
        end += sprintf(end, "RETR %d|", i % client->model.seen.count + 1);
    }
    (void)strcpy(end, "QUIT|");
    if (!fault_client_send(client, text)) {
        return;
    }
    client->quit_sent = true;
    (void)usleep((useconds_t)(20000 + fault_roll(run, 80000)));
    if (talk_unread(client->pop3) > 0) {
        fault_injected(run->kind->name, "%d bytes lay unread", talk_unread(client->pop3));
    }
    /* It has got nothing of what it asked for here: only what it got before may go. */
    if (fault_roll(run, 2) == 0) {
        fault_client_reset(client);
    } else {
        talk_buffer(client->pop3, 1 << 20);
        while (client->pop3 != NULL && talk_skip(client->pop3, 65536) > 0) {
        }
        fault_client_close(client);
    }
}
