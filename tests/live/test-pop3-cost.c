/* The cost of POP3 removal: a message of many costs what a message of few does.

   KINAMO_COST_MESSAGES chooses how many are many; the promise is about 20000. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "pop3.h"
#include "suites.h"

#define FEW          1000
#define DEFAULT_MANY 5000
/* For a busy machine. */
#define TOLERANCE 3
#define ATTEMPTS  3

/* Straight into the Maildir: delivery is not what is measured. */
static void fill(int count)
{
    free(live_must("d=" LIVE_MAIL_DIR "/" LIVE_JAN
                   "/Maildir/new; doveadm mailbox status -u " LIVE_JAN
                   " messages INBOX >/dev/null; mkdir -p $d; seq %d | awk -v d=$d '{ f = d "
                   "\"/1700000000.M\" $1 \".x\"; printf \"Subject: %%d\\n\\ntext %%d\\n\", $1, $1 "
                   ">f; close(f) }'; chown -R 5000:5000 " LIVE_MAIL_DIR,
                   count));
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Milliseconds a message took, at best. */
struct cost {
    int count;
    double retr, quit;
};

static double lower(double best, double seen)
{
    return best == 0 || seen < best ? seen : best;
}

static void measure(struct cost *cost)
{
    struct talk *conversation;
    double start;

    /* The session before says goodbye to its client first and then closes the mailbox. */
    free(live_must(
        "while pgrep -r D,R,S -x pop3 >/dev/null; do sleep 0.05; done; rm -rf " LIVE_MAIL_DIR
        "/" LIVE_JAN));
    fill(cost->count);
    conversation = pop3_jan();
    talkf(conversation, "C: STAT\nS: +OK %d *\n", cost->count);
    start = now_ms();
    pop3_retr(conversation, 1, cost->count);
    cost->retr = lower(cost->retr, (now_ms() - start) / cost->count);
    start = now_ms();
    pop3_quit(conversation, "+OK *");
    cost->quit = lower(cost->quit, (now_ms() - start) / cost->count);
}

static bool is_linear(const struct cost *few, const struct cost *many)
{
    return many->retr < TOLERANCE * few->retr && many->quit < TOLERANCE * few->quit;
}

START_TEST(linear)
{
    static const char *const modes[] = {"off", "enforce"};
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", modes[_i]}}});
    const char *wanted = getenv("KINAMO_COST_MESSAGES");
    struct cost few = {.count = FEW};
    struct cost many = {.count = wanted == NULL ? DEFAULT_MANY : (int)strtol(wanted, NULL, 10)};
    int attempt = 0;

    /* A busy machine slows one attempt or the other; code that is not linear slows them all. */
    do {
        measure(&few);
        measure(&many);
        printf("# pop3 cost, mode %s: per message RETR %.3f ms of %d, %.3f ms of %d; QUIT %.4f ms "
               "of %d, %.4f ms of %d\n",
               modes[_i], few.retr, few.count, many.retr, many.count, few.quit, few.count,
               many.quit, many.count);
        (void)fflush(stdout);
        attempt++;
    } while (!is_linear(&few, &many) && attempt < ATTEMPTS);
    if (_i == 1) {
        ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 0);
        ck_assert_msg(is_linear(&few, &many), "the cost of a message grows with their number");
    }
    live_stop(live);
}
END_TEST

Suite *pop3_cost_suite(void)
{
    Suite *suite = suite_create("pop3-cost");
    TCase *tcase = tcase_create("pop3-cost");

    tcase_set_timeout(tcase, 180);
    tcase_add_loop_test(tcase, linear, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
