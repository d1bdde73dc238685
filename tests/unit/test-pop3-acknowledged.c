/* How much of a POP3 session's output the client has acknowledged. */
#include "kinamo/pop3-acknowledged.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define NOTHING_SEEN                                                                               \
    {                                                                                              \
        UINT64_MAX, false                                                                          \
    }

static const struct {
    const char *name;
    struct kinamo_pop3_queues queues;
    struct kinamo_pop3_look look;
    uint64_t want;
} quits[] = {
    {"in clear, all acknowledged", {.sent = 5000}, NOTHING_SEEN, 5000},
    {"in clear, some waits", {.sent = 5000, .own = 1200}, NOTHING_SEEN, 3800},
    {"in clear, all waits", {.sent = 5000, .own = 6000}, NOTHING_SEEN, 0},
    {"all acknowledged",
     {.sent = 500000, .relayed = true, .connected = true},
     NOTHING_SEEN,
     500000},
    {"the answer to NOOP is on its way, and QUIT follows",
     {.sent = 500000, .relayed = true, .connected = true, .relays = 50},
     NOTHING_SEEN,
     491758},
    {"the end of a message is on its way",
     {.sent = 500000, .relayed = true, .connected = true, .relays = 5000},
     NOTHING_SEEN,
     486808},
    {"a slow link, and the login process may wait for it",
     {.sent = 500000, .relayed = true, .connected = true, .relays = 100000},
     NOTHING_SEEN,
     350848},
    {"a slow link, and our socket is full",
     {.sent = 500000, .own = 90000, .relayed = true, .connected = true, .relays = 5000},
     NOTHING_SEEN,
     355848},
    {"the login process has not come round to it",
     {.sent = 500000, .own = 90000, .relayed = true, .connected = true},
     NOTHING_SEEN,
     410000},
    {"an old look does not count while one can look",
     {.sent = 500000, .relayed = true, .connected = true},
     {1000, true},
     500000},
    {"QUIT and close: the login process says good-bye",
     {.sent = 500000, .relayed = true, .hung_up = true, .connected = true, .relays = 32},
     NOTHING_SEEN,
     500000},
    {"QUIT and close behind a long line",
     {.sent = 500000, .relayed = true, .hung_up = true, .connected = true, .relays = 32},
     {499000, false},
     500000},
    {"QUIT and close of a client that was slow to read",
     {.sent = 500000, .relayed = true, .hung_up = true, .connected = true, .relays = 32},
     {300000, true},
     300000},
    {"QUIT and close, and the good-bye has arrived",
     {.sent = 500000, .relayed = true, .hung_up = true, .connected = true},
     NOTHING_SEEN,
     500000},
    {"QUIT and close in the middle: our socket was emptied",
     {.sent = 500000,
      .own_room = 200000,
      .relayed = true,
      .hung_up = true,
      .connected = true,
      .relays = 100000},
     NOTHING_SEEN,
     150848},
    {"the same, and the last look knows of less",
     {.sent = 500000,
      .own_room = 200000,
      .relayed = true,
      .hung_up = true,
      .connected = true,
      .relays = 100000},
     {1000, true},
     1000},
    {"QUIT and close, all gone",
     {.sent = 5000, .relayed = true, .hung_up = true},
     NOTHING_SEEN,
     5000},
    {"reset, nobody has noticed, our socket is full",
     {.sent = 5000, .own = 3000, .relayed = true},
     NOTHING_SEEN,
     2000},
    {"reset in the middle", {.sent = 5000, .relayed = true, .hung_up = true}, {700, false}, 700},
};

START_TEST(quit)
{
    uint64_t got = kinamo_pop3_acknowledged(&quits[_i].queues, &quits[_i].look);

    ck_assert_msg(got == quits[_i].want, "%s: got %llu, want %llu", quits[_i].name,
                  (unsigned long long)got, (unsigned long long)quits[_i].want);
}
END_TEST

static const struct {
    const char *name;
    struct kinamo_pop3_queues queues;
    struct kinamo_pop3_look look, want;
    bool again;
} looks[] = {
    {"all has arrived",
     {.sent = 9000, .relayed = true, .connected = true},
     {10, true},
     NOTHING_SEEN,
     false},
    {"on its way",
     {.sent = 9000, .relayed = true, .connected = true, .relays = 600},
     NOTHING_SEEN,
     {208, false},
     true},
    {"a slow link, all full",
     {.sent = 500000, .own = 50000, .relayed = true, .connected = true, .relays = 100000},
     NOTHING_SEEN,
     {300848, true},
     true},
    {"the login process has not come round to it",
     {.sent = 9000, .own = 600, .relayed = true, .connected = true},
     {10, true},
     NOTHING_SEEN,
     true},
    {"the login process has closed our socket",
     {.sent = 9000, .relayed = true, .hung_up = true, .connected = true},
     {10, true},
     {10, true},
     false},
    {"reset", {.sent = 9000, .relayed = true}, {10, true}, {10, true}, false},
    {"in clear", {.sent = 9000, .own = 10}, NOTHING_SEEN, NOTHING_SEEN, false},
};

START_TEST(look)
{
    struct kinamo_pop3_look got = looks[_i].look;
    bool again = kinamo_pop3_look(&got, &looks[_i].queues);

    ck_assert_msg(got.missing == looks[_i].want.missing && got.blocked == looks[_i].want.blocked,
                  "%s: got %llu, %d, want %llu, %d", looks[_i].name,
                  (unsigned long long)got.missing, got.blocked,
                  (unsigned long long)looks[_i].want.missing, looks[_i].want.blocked);
    ck_assert_msg(again == looks[_i].again, "%s: again: got %d, want %d", looks[_i].name, again,
                  looks[_i].again);
}
END_TEST

Suite *pop3_acknowledged_suite(void)
{
    Suite *suite = suite_create("pop3-acknowledged");
    TCase *tcase = tcase_create("pop3-acknowledged");

    tcase_add_loop_test(tcase, quit, 0, LENGTH(quits));
    tcase_add_loop_test(tcase, look, 0, LENGTH(looks));
    suite_add_tcase(suite, tcase);
    return suite;
}
