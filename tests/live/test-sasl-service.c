/* Submission while Dovecot's auth service is killed, stopped and started again: 454, never 535. */
#include <signal.h>
#include <stdlib.h>

#include "sasl.h"
#include "suites.h"

#define AUTH_TROUBLE                                                                               \
    "kinamo-sasl: warning: kinamo_auth_socket = private/auth: cannot connect: "                    \
    "|auth.*killed with signal 9|service\\(auth\\)"

static const struct live_options with_postfix = {.postfix = true};

/* Dovecot's master starts the auth service again when somebody connects. */
static void wait_for_auth(void)
{
    for (int i = 0; i < 50 && live_run(NULL, SASL_SWAKS SASL_AS_JAN "--auth PLAIN") != 0; i++) {
        free(live_must("sleep 0.2"));
    }
}

/* Then all is well again, in the same smtpd. */
START_TEST(killed_in_mid_exchange)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587;

    live_allow(live, SASL_AUTH_FAILED "|" AUTH_TROUBLE);
    talk_587 = talk_open("submission");
    talk(talk_587, SASL_TO_AUTH "C: AUTH CRAM-MD5\nS: 334 *\n");
    ck_assert_int_gt(live_kill("auth", SIGKILL), 0);
    talk(talk_587, "C: " SASL_JAN_CRAM "\nS: 454 *\n");
    wait_for_auth();
    talk(talk_587, "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    talk_close(talk_587);
    live_log_wait(live, "kinamo-sasl: result=tempfail mech=CRAM-MD5 *cause=auth-closed ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail"), 0);
    live_stop(live);
}
END_TEST

/* It takes connections and requests, for the kernel does, but answers nothing. What it then says
   late is taken for no answer to anything else: a wrong password stays wrong. */
START_TEST(stopped)
{
    /* Dovecot shall say no within our deadline. */
    struct live *live = live_start(&(struct live_options){
        .postfix = true,
        .dovecot = "auth_failure_delay = 1s\n" SASL_NO_PENALTY,
    });
    struct talk *talk_587;
    int64_t took;

    live_allow(live, SASL_AUTH_FAILED "|auth client .* disconnected with 1 pending requests");
    sasl_option("kinamo_auth_timeout", "2s");
    talk_587 = talk_open("submission");
    talk(talk_587, SASL_TO_AUTH "C: AUTH CRAM-MD5\nS: 334 *\n");
    ck_assert_int_gt(live_kill("auth", SIGSTOP), 0);
    took = sasl_talk_ms(talk_587, "C: " SASL_JAN_CRAM "\nS: 454 *\n");
    ck_assert_msg(took >= 1900 && took < 4000, "stopped in mid-exchange: %d ms", (int)took);
    took = sasl_talk_ms(talk_587, "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 454 *\n");
    ck_assert_msg(took >= 1900 && took < 4000, "stopped before: %d ms", (int)took);
    ck_assert_int_gt(live_kill("auth", SIGCONT), 0);
    talk(talk_587, "C: AUTH PLAIN " SASL_JAN_WRONG "\nS: 535 *\n"
                   "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    talk_close(talk_587);
    live_log_wait(live, "kinamo-sasl: result=ok");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=tempfail *cause=auth-timeout "), 2);
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail"), 1);
    live_stop(live);
}
END_TEST

/* Dovecot is stopped and started as at an upgrade. The next attempt does not notice; an exchange
   that was under way fails for now, not for good. */
START_TEST(restarted)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587 = talk_open("submission");
    const char *reply;

    live_allow(live, SASL_AUTH_FAILED "|auth: Warning: Killed with signal 15");
    talk(talk_587, SASL_TO_AUTH "C: AUTH CRAM-MD5\nS: 334 *\n");
    live_restart_dovecot(live);
    talk(talk_587, "C: " SASL_JAN_CRAM "\n");
    reply = talk_line(talk_587);
    ck_assert_msg(reply != NULL && (talk_matches("535 *", reply) || talk_matches("454 *", reply)),
                  "a wrong digest after the restart: got %s", reply);
    talk(talk_587, "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\nC: QUIT\nS: 221 *\n");
    talk_close(talk_587);
    live_restart_dovecot(live);
    (void)live_kill("auth", SIGTERM);
    talk_once("submission", SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    live_log_wait_times(live, "kinamo-sasl: result=ok *user=" LIVE_JAN, 2);
    live_stop(live);
}
END_TEST

Suite *sasl_service_suite(void)
{
    Suite *suite = suite_create("sasl-service");
    TCase *tcase = tcase_create("sasl-service");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, killed_in_mid_exchange);
    tcase_add_test(tcase, stopped);
    tcase_add_test(tcase, restarted);
    suite_add_tcase(suite, tcase);
    return suite;
}
