/* Quota warnings: when the user is told (promise C3). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

START_TEST(once_per_threshold)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, 60000);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    quota_deliver(PIET, 20000);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(quota_decisions(live, "threshold=80 channel=mail result=sent cause=level", 1),
                     1);
    quota_deliver(PIET, 1000);
    quota_deliver(PIET, 1000);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    quota_deliver(PIET, 5000);
    ck_assert_int_eq(quota_decisions(live, "threshold=90 channel=mail result=sent", 1), 1);
    live_stop(live);
}
END_TEST

static const char *const second_root_2_3 = "plugin {\n  quota2 = count:User quota\n"
                                           "  quota2_rule = *:bytes=1000000\n}\n";
static const char *const second_root_2_4 =
    "quota Second {\n  quota_name = User quota\n  quota_storage_size = 1000000\n}\n";

/* What was told about the one is not what was told about the other. 2.4 makes one of them. */
START_TEST(two_roots_of_one_name)
{
    struct live *live =
        quota_start_with(100000, "", live_is_2_4() ? second_root_2_4 : second_root_2_3);

    quota_deliver(PIET, 82000);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 10);
    }
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

START_TEST(oscillation_is_silent)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, 78000);
    for (int i = 0; i < 3; i++) {
        quota_deliver(PIET, 3000);
        free(live_must("doveadm expunge -u " PIET " mailbox INBOX larger 2800 smaller 5000"));
    }
    ck_assert_int_eq(quota_sent(live, 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(warned_again_after_falling)
{
    struct live *live = quota_start(100000, "");

    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 82000);
        ck_assert_int_eq(quota_sent(live, i + 1), i + 1);
        free(live_must("doveadm expunge -u " PIET " mailbox INBOX all"));
    }
    live_stop(live);
}
END_TEST

START_TEST(reminder)
{
    char *users = quota_user(PIET, 100000, "");
    /* Longer than the first two deliveries take. */
    bool slowly = live_memory_is_checked();
    struct live *live = live_start(&(struct live_options){
        .users = users, .settings = {{"kinamo_quota_repeat", slowly ? "20s" : "3s"}}});

    free(users);
    quota_deliver(PIET, 82000);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    (void)sleep(slowly ? 21 : 4);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=sent cause=reminder", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

START_TEST(min_free)
{
    struct live *live = quota_start(100000, "userdb_kinamo_quota_min_free=40000B");

    quota_deliver(PIET, 61000);
    ck_assert_int_eq(quota_decisions(live, "threshold=60 channel=mail result=sent", 1), 1);
    live_stop(live);
}
END_TEST

/* Our message takes the mailbox over the next threshold: that is no news. */
START_TEST(own_message_sets_off_nothing)
{
    struct live *live = quota_start(20000, "");

    quota_deliver(PIET, 15800);
    ck_assert_int_eq(quota_decisions(live, "threshold=80 channel=mail result=sent", 1), 1);
    quota_deliver(PIET, 1);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(full_mailbox)
{
    struct live *live = quota_start(30000, "");

    quota_deliver(PIET, 31000);
    ck_assert_int_eq(quota_decisions(live, "threshold=100 channel=mail result=sent", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    /* It can be emptied. */
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " PIET " " QUOTA_PASSWORD "\nS* 1 OK *\n"
                       "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 MOVE 1 Trash\nS* 3 OK *\n");
    ck_assert_int_eq(live_messages(PIET, "Trash"), 1);
    live_stop(live);
}
END_TEST

START_TEST(number_of_messages)
{
    struct live *live = quota_start(0, live_is_2_4() ? "userdb_quota_message_count=10"
                                                     : "userdb_quota_rule=*:messages=10");

    for (int i = 0; i < 7; i++) {
        quota_deliver(PIET, 1);
    }
    ck_assert_int_eq(quota_sent(live, 0), 0);
    quota_deliver(PIET, 1);
    ck_assert_int_eq(
        quota_decisions(live, "resource=MESSAGE percent=80 threshold=80 channel=mail result=sent",
                        1),
        1);
    live_stop(live);
}
END_TEST

START_TEST(observe)
{
    struct live *live = quota_start(100000, "userdb_kinamo_quota_mode=observe");

    quota_deliver(PIET, 81000);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(
        quota_decisions(live, "threshold=80 channel=mail result=suppressed cause=observe", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *fields;
    long limit;
} silent[] = {
    {"off", "userdb_kinamo_quota_mode=off", 100000},
    {"unlimited", "", 0},
};

START_TEST(nothing_happens)
{
    struct live *live = quota_start(silent[_i].limit, silent[_i].fields);

    quota_deliver(PIET, 99000);
    ck_assert_int_eq(quota_decisions(live, "", 0), 0);
    free(live_must("test ! -e " PIET_STATE));
    live_stop(live);
}
END_TEST

/* Two roots for one mailbox: the fuller one is told, in one message. */
START_TEST(two_roots)
{
    char *users = quota_user(PIET, 100000, live_is_2_4() ? "" : "userdb_quota2_rule=*:bytes=90000");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot_2_3 = "plugin {\n  quota2 = count:Second\n}\n",
        .dovecot_2_4 = "quota Second {\n  driver = count\n  quota_storage_size = 90000B\n}\n",
    });

    quota_deliver(PIET, 79500);
    ck_assert_int_eq(quota_decisions(live, "root=Second *channel=mail result=sent", 1), 1);
    ck_assert_int_eq(
        quota_decisions(live, "root=\"User quota\" *channel=mail result=suppressed", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(users);
    live_stop(live);
}
END_TEST

/* Who visits a folder of somebody whose mailbox is full is told nothing. */
START_TEST(visitor_is_not_told)
{
    char *users = quota_user(PIET, 12000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot = "service auth {\n  unix_listener auth-userdb {\n    mode = 0777\n  }\n}\n",
        .dovecot_2_3 = "namespace shared {\n  type = shared\n  separator = /\n"
                       "  prefix = shared/%%u/\n  location = maildir:" LIVE_MAIL_DIR
                       "/%%u/Maildir\n  list = children\n  subscriptions = no\n}\n"
                       "namespace inbox {\n  separator = /\n}\n",
        .dovecot_2_4 =
            "namespace shared {\n  type = shared\n  separator = /\n"
            "  prefix = shared/$user/\n  mail_driver = maildir\n  mail_path = " LIVE_MAIL_DIR
            "/%{owner_user}/Maildir\n  list = children\n"
            "  subscriptions = no\n}\nnamespace inbox {\n  separator = /\n}\n",
    });

    quota_deliver(PIET, 11000);
    free(users);
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n"
                       "C: 2 SELECT shared/" PIET "/INBOX\nS* 2 OK *\nC: 3 NOOP\nS: 3 OK *\n"
                       "C: 4 STORE 1 FLAGS (\\Deleted)\nS* 4 OK *\nC: 5 EXPUNGE\nS* 5 OK *\n");
    ck_assert_int_eq(quota_decisions(live, "channel=imap", 0), 0);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    live_stop(live);
}
END_TEST

Suite *quota_level_suite(void)
{
    Suite *suite = suite_create("quota-level");
    TCase *tcase = tcase_create("quota-level");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, once_per_threshold);
    tcase_add_test(tcase, two_roots_of_one_name);
    tcase_add_test(tcase, oscillation_is_silent);
    tcase_add_test(tcase, warned_again_after_falling);
    tcase_add_test(tcase, reminder);
    tcase_add_test(tcase, min_free);
    tcase_add_test(tcase, own_message_sets_off_nothing);
    tcase_add_test(tcase, full_mailbox);
    tcase_add_test(tcase, number_of_messages);
    tcase_add_test(tcase, observe);
    tcase_add_loop_test(tcase, nothing_happens, 0, 2);
    tcase_add_test(tcase, two_roots);
    tcase_add_test(tcase, visitor_is_not_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
