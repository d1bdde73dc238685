/* An administrator who logs in as the user: nothing of it is the user's own doing. */
#include "pop3.h"
#include "suites.h"

#define MASTER          LIVE_JAN "*admin@kinamo.example"
#define MASTER_PASSWORD "admin-secret"
#define MASTER_BOTH     "auth_master_user_separator = *\n"
#define MASTER_2_3                                                                                 \
    "passdb {\n  driver = static\n  args = password=" MASTER_PASSWORD                              \
    "\n  master = yes\n  pass = no\n}\n"
#define MASTER_2_4                                                                                 \
    "passdb static {\n  passdb_static_password = " MASTER_PASSWORD "\n  master = yes\n}\n"

static void fetch(const char *user, const char *password, int count)
{
    struct talk *conversation = pop3_login(user, password);

    pop3_retr(conversation, 1, count);
    pop3_quit(conversation, "+OK *");
}

/* An ordinary login of the same mailbox still removes. */
START_TEST(pop3_removes_nothing)
{
    struct live *live = live_start(&(struct live_options){
        .dovecot = MASTER_BOTH, .dovecot_2_3 = MASTER_2_3, .dovecot_2_4 = MASTER_2_4});

    live_deliver_many(LIVE_JAN, 2);
    fetch(MASTER, MASTER_PASSWORD, 2);
    live_log_wait(live, "event=kinamo_pop3_session user=" LIVE_JAN " mode=off reason=master_user");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    fetch(LIVE_JAN, LIVE_JAN_PASSWORD, 2);
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    live_stop(live);
}
END_TEST

/* A backup over IMAP must not make everybody look like an IMAP user. */
START_TEST(imap_is_not_the_users_use)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_mode", "observe"}},
        .dovecot = MASTER_BOTH,
        .dovecot_2_3 = MASTER_2_3,
        .dovecot_2_4 = MASTER_2_4,
    });

    live_deliver_many(LIVE_JAN, 1);
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " MASTER " " MASTER_PASSWORD
                       "\nS* 1 OK *\nC: 2 LOGOUT\nS* 2 OK *\nEOF\n");
    fetch(LIVE_JAN, LIVE_JAN_PASSWORD, 1);
    live_log_wait(live, "would_remove=1 kept=0 imap=no");
    live_stop(live);
}
END_TEST

/* The user's mail program is not what connected without TLS. */
START_TEST(tls_notice_is_not_sent)
{
    const struct live_options options = {
        .settings = {{"kinamo_tls_mode", "warn"}},
        .dovecot = MASTER_BOTH,
        .dovecot_2_3 = MASTER_2_3,
        .dovecot_2_4 = MASTER_2_4,
    };
    struct live *live = live_start(&options);

    talk_once("imap", "S: * OK *\nC: 1 LOGIN " MASTER " " MASTER_PASSWORD
                      "\nS* 1 OK *\nC: 2 LOGOUT\nS* 2 OK *\nEOF\n");
    live_log_wait(live, "event=kinamo_tls_insecure user=" LIVE_JAN);
    /* The session sends its notice after it has said goodbye; it ends with the server. */
    live_restart(live, &options);
    ck_assert_int_eq(live_log_count(live, "event=kinamo_tls_notice"), 0);
    live_stop(live);
}
END_TEST

Suite *master_suite(void)
{
    Suite *suite = suite_create("master");
    TCase *tcase = tcase_create("master");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, pop3_removes_nothing);
    tcase_add_test(tcase, imap_is_not_the_users_use);
    tcase_add_test(tcase, tls_notice_is_not_sent);
    suite_add_tcase(suite, tcase);
    return suite;
}
