/* The cost of POP3 removal: a message of many costs what a message of few does.

   KINAMO_COST_MESSAGES chooses how many are many; the promise is about 20000. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "pop3.h"
#include "suites.h"

#define FEW          1000
#define DEFAULT_MANY 5000
/* For a busy machine. */
#define TOLERANCE 3

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

/* Milliseconds that RETR of all and QUIT took. */
static void measure(int count, double *retr_r, double *quit_r)
{
    struct talk *conversation;
    double start;

    fill(count);
    conversation = pop3_jan();
    talkf(conversation, "C: STAT\nS: +OK %d *\n", count);
    start = now_ms();
    pop3_retr(conversation, 1, count);
    *retr_r = now_ms() - start;
    start = now_ms();
    pop3_quit(conversation, "+OK *");
    *quit_r = now_ms() - start;
}

START_TEST(linear)
{
    static const char *const modes[] = {"off", "enforce"};
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", modes[_i]}}});
    const char *wanted = getenv("KINAMO_COST_MESSAGES");
    int many = wanted == NULL ? DEFAULT_MANY : (int)strtol(wanted, NULL, 10);
    double few_retr;
    double few_quit;
    double many_retr;
    double many_quit;

    measure(FEW, &few_retr, &few_quit);
    free(live_must("rm -rf " LIVE_MAIL_DIR "/" LIVE_JAN));
    measure(many, &many_retr, &many_quit);
    printf(
        "# pop3 cost, mode %s: per message RETR %.3f ms of %d, %.3f ms of %d; QUIT %.4f ms of %d, "
        "%.4f ms of %d\n",
        modes[_i], few_retr / FEW, FEW, many_retr / many, many, few_quit / FEW, FEW,
        many_quit / many, many);
    (void)fflush(stdout);
    if (_i == 1) {
        ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 0);
        ck_assert_msg(many_retr / many < TOLERANCE * few_retr / FEW, "RETR is not linear");
        ck_assert_msg(many_quit / many < TOLERANCE * few_quit / FEW, "QUIT is not linear");
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
