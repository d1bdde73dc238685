/* POP3 removal: one session fetches all messages; the server removes them at QUIT, or a client of a
   stock server deletes each. */
#include "kinamo-config.h"

#include <stdio.h>
#include <stdlib.h>

#include "../live/pop3.h"
#include "config.h"
#include "parts.h"

#define USERS 200
#define GOAL  1.02
/* A message of many beside a message of few. */
#define FEW       1000
#define MANY      20000
#define MANY_MIN  5000 /* below, growth would not show */
#define GOAL_FLAT 1.15

/* What a client does with each message besides RETR, how many there are in one session, and over
   TLS or not. */
struct drop {
    bool dele, tls;
    int messages;
};

/* How many sessions make so many units, which are messages. */
static int sessions(const struct drop *drop, int units)
{
    int count = units / drop->messages;

    return count < 1 ? 1 : count > USERS ? USERS : count;
}

static void prepare(const struct bench_variant *variant, int units)
{
    const struct drop *drop = variant->data;

    bench_fill(sessions(drop, units), drop->messages);
}

static void one_session(int user, const struct drop *drop)
{
    struct talk *conversation = talk_open(drop->tls ? "pop3s" : "pop3");

    talkf(conversation,
          "S: +OK *\nC: USER " BENCH_USER "\nS: +OK*\nC: PASS " BENCH_PASSWORD "\nS: +OK *\n"
          "C: STAT\nS: +OK %d *\n",
          user, drop->messages);
    for (int n = 1; n <= drop->messages; n++) {
        pop3_retr(conversation, n, n);
        if (drop->dele) {
            talkf(conversation, "C: DELE %d\nS: +OK *\n", n);
        }
    }
    pop3_quit(conversation, "+OK *");
}

static void load(const struct bench_variant *variant, int units)
{
    const struct drop *drop = variant->data;
    int count = sessions(drop, units);

    for (int i = 0; i < count; i++) {
        one_session(i, drop);
    }
}

#define OURS(users, mode)                                                                          \
    {                                                                                              \
        .stock = true, .users = (users),                                                           \
        .settings = {{"kinamo_pop3_mode", mode}, {"kinamo_pop3_expire", "0"}},                     \
        .dovecot_2_3 = BENCH_POP3_2_3, .dovecot_2_4 = BENCH_POP3_2_4                               \
    }

static void compare(int messages, bool tls, int sessions_full, const char *users)
{
    const struct drop stock = {.dele = true, .tls = tls, .messages = bench_size(messages)};
    const struct drop ours = {.tls = tls, .messages = stock.messages};
    const struct bench_variant variants[] = {
        {.name = "stock, DELE each", .options = {.stock = true, .users = users}, .data = &stock},
        {.name = "ours, enforce", .options = OURS(users, "enforce"), .goal = GOAL, .data = &ours},
        /* What loading the modules costs. */
        {.name = "ours, off, DELE each", .options = OURS(users, "off"), .data = &stock},
        {0},
    };
    char name[64];

    (void)snprintf(name, sizeof(name), "POP3 sessions of %d messages%s", stock.messages,
                   tls ? ", TLS" : "");
    bench_compare(&(struct bench_comparison){
        .name = name,
        .unit = "message",
        .units = stock.messages * bench_size(sessions_full),
        .services = "pop3-login pop3",
        .variants = variants,
        .prepare = prepare,
        .load = load,
    });
}

/* The cost of a message must not grow with their number. By how much that of a stock server grows,
   the last two lines say. */
static void flat(const char *users)
{
    int many = bench_size(MANY) < MANY_MIN ? MANY_MIN : bench_size(MANY);
    const struct drop in_few = {.messages = FEW};
    const struct drop in_many = {.messages = many};
    const struct drop stock_few = {.dele = true, .messages = FEW};
    const struct drop stock_many = {.dele = true, .messages = many};
    const struct bench_variant variants[] = {
        {.name = "ours, few a session", .options = OURS(users, "enforce"), .data = &in_few},
        {.name = "ours, all in one session",
         .options = OURS(users, "enforce"),
         .goal = GOAL_FLAT,
         .data = &in_many},
        {.name = "stock, few a session",
         .options = {.stock = true, .users = users},
         .data = &stock_few},
        {.name = "stock, all in one session",
         .options = {.stock = true, .users = users},
         .data = &stock_many},
        {0},
    };

    bench_compare(&(struct bench_comparison){
        .name = "POP3 sessions of 1000 messages, and one of all",
        .unit = "message",
        .units = many / FEW * FEW,
        .services = "pop3-login pop3",
        .variants = variants,
        .prepare = prepare,
        .load = load,
    });
}

void bench_part_pop3(void)
{
    char *users = bench_users(USERS);

    compare(10, false, 100, users);
    compare(10, true, 100, users);
    compare(1000, false, 5, users);
    free(users);
}

void bench_part_pop3_many(void)
{
    char *users = bench_users(USERS);

    compare(MANY, false, 1, users);
    flat(users);
    free(users);
}
