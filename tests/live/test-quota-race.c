/* Quota warnings when many look at once: told once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

/* Ten deliveries end in the same moment. */
START_TEST(concurrent_deliveries)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, QUOTA_BELOW_80);
    ck_assert_int_eq(quota_sent(live, 0), 0);
    quota_deliver_together("127.0.0.1", "127.0.0.1", PIET, 10, 1);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 12);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    live_stop(live);
}
END_TEST

/* A session is told for itself, however many there are; the message comes once. */
#define SESSIONS 200

START_TEST(two_hundred_sessions)
{
    struct live *live = quota_start_with(100000, "userdb_kinamo_quota_channels=imap",
                                         "mail_max_userip_connections = 1000\n"
                                         "default_process_limit = 500\n"
                                         "default_client_limit = 3000\n");
    char *users = quota_user(PIET, 100000, "");
    struct talk *imap[SESSIONS];

    quota_deliver(PIET, 82500);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    /* From now on by mail too: nobody has been told that way. */
    live_restart(live, &(struct live_options){
                           .users = users,
                           .dovecot = "mail_max_userip_connections = 1000\n"
                                      "default_process_limit = 500\n"
                                      "default_client_limit = 3000\n",
                       });
    for (int i = 0; i < SESSIONS; i++) {
        imap[i] = talk_open("imaps");
        talk(imap[i], "S: * OK *\n");
    }
    for (int i = 0; i < SESSIONS; i++) {
        talk(imap[i], "C: 1 LOGIN " PIET " " QUOTA_PASSWORD "\nC: 2 NOOP\n");
    }
    for (int i = 0; i < SESSIONS; i++) {
        talk(imap[i], "S* 1 OK *\nS: * OK [ALERT] *\nS: 2 OK *\n");
    }
    for (int i = 0; i < SESSIONS; i++) {
        talk(imap[i], "C: 3 NOOP\nS: 3 OK *\n");
        talk_close(imap[i]);
    }
    ck_assert_int_eq(quota_decisions(live, "channel=imap result=sent", SESSIONS), SESSIONS);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=sent", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(users);
    live_stop(live);
}
END_TEST

Suite *quota_race_suite(void)
{
    Suite *suite = suite_create("quota-race");
    TCase *tcase = tcase_create("quota-race");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, concurrent_deliveries);
    tcase_add_test(tcase, two_hundred_sessions);
    suite_add_tcase(suite, tcase);
    return suite;
}
