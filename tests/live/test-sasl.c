/* Submission through Postfix with our mechanisms, by real clients (promises C6, C8, C9, C10). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

#define AS_JAN "--auth-user " LIVE_JAN " --auth-password " LIVE_JAN_PASSWORD " "
#define TO_EVA "--from " LIVE_JAN " --to " LIVE_EVA " --timeout 40 "
#define SWAKS                                                                                      \
    "swaks --server out.kinamo.be --port 587 --tls --tls-verify --tls-ca-path " LIVE_CA " " TO_EVA
#define SWAKS_465                                                                                  \
    "swaks --server out.kinamo.be --port 465 --tls-on-connect --tls-verify --tls-ca-path " LIVE_CA \
    " " TO_EVA
#define CURL                                                                                       \
    "curl -sS --cacert " LIVE_CA " --ssl-reqd -u " LIVE_JAN ":" LIVE_JAN_PASSWORD                  \
    " --mail-from " LIVE_JAN " --mail-rcpt " LIVE_EVA " -T " LIVE_DIR "/letter "
#define MSMTP                                                                                      \
    "msmtp --host=out.kinamo.be --port=587 --tls=on --tls-starttls=on --tls-trust-file=" LIVE_CA   \
    " --user=" LIVE_JAN " --passwordeval='echo " LIVE_JAN_PASSWORD "' --from=" LIVE_JAN " "

/* To the point where AUTH is possible. */
#define TO_AUTH                                                                                    \
    "S: 220 *\nC: EHLO client.example\nS* 250 *\nC: STARTTLS\nS: 220 *\nTLS\n"                     \
    "C: EHLO client.example\nS* 250 *\n"
#define WRONG_PASSWORD "S: 535 5.7.8 Error: authentication failed: authentication failure\n"
/* NUL jan@klant.example NUL wrong; the same for nobody@klant.example */
#define JAN_WRONG    "AGphbkBrbGFudC5leGFtcGxlAHdyb25n"
#define NOBODY_WRONG "AG5vYm9keUBrbGFudC5leGFtcGxlAHdyb25n"
/* NUL jan@klant.example NUL geheim-van-jan */
#define JAN_RIGHT "AGphbkBrbGFudC5leGFtcGxlAGdlaGVpbS12YW4tamFu"

#define AUTH_FAILED_WARNING "warning: .*: SASL [-A-Z0-9]+ authentication (failed|aborted)"

static const struct live_options with_postfix = {.postfix = true};

static void wait_for_messages(const char *user, int want)
{
    for (int i = 0; i < 50 && live_messages(user, "INBOX") < want; i++) {
        free(live_must("sleep 0.1"));
    }
    ck_assert_int_eq(live_messages(user, "INBOX"), want);
}

/* One account, all three services: submitted by each client with each mechanism on both ports, then
   read over IMAP. */
START_TEST(submission)
{
    static const char *const commands[] = {
        SWAKS AS_JAN "--auth PLAIN",
        SWAKS AS_JAN "--auth CRAM-MD5",
        SWAKS_465 AS_JAN "--auth PLAIN",
        SWAKS_465 AS_JAN "--auth CRAM-MD5",
        CURL "--login-options AUTH=PLAIN smtp://out.kinamo.be:587",
        CURL "--login-options AUTH=PLAIN --sasl-ir smtp://out.kinamo.be:587",
        CURL "--login-options AUTH=CRAM-MD5 smtps://out.kinamo.be:465",
        MSMTP "--auth=plain " LIVE_EVA " < " LIVE_DIR "/letter",
        MSMTP "--auth=cram-md5 " LIVE_EVA " < " LIVE_DIR "/letter",
    };
    int count = sizeof(commands) / sizeof(commands[0]);
    struct live *live = live_start(&with_postfix);

    free(live_must("printf 'Subject: hello\\r\\n\\r\\nhello\\r\\n' > " LIVE_DIR "/letter"));
    for (int i = 0; i < count; i++) {
        free(live_must("%s", commands[i]));
    }
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=ok mech=PLAIN user=" LIVE_JAN
                                          " rip=127.0.0.1 rport=* lip=127.0.0.1 lport=587 tls=yes "
                                          "ms=*"),
                     4);
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=ok mech=CRAM-MD5 *lport=465*"), 2);
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result="), count);
    wait_for_messages(LIVE_EVA, count);
    free(live_must(
        "curl -sS --cacert " LIVE_CA " -u " LIVE_EVA ":" LIVE_EVA_PASSWORD
        " --login-options AUTH=PLAIN 'imaps://in.kinamo.be/INBOX;UID=1' | grep -q 'hello\\|test'"));
    live_stop(live);
}
END_TEST

/* The lines about AUTH in the reply to EHLO, each with a semicolon behind it. */
static void assert_offer(struct talk *talk_587, const char *want)
{
    char got[256] = "";
    const char *line;

    do {
        line = talk_line(talk_587);
        ck_assert_ptr_nonnull(line);
        if (strstr(line, "AUTH") != NULL) {
            (void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s;", line);
        }
    } while (line[3] == '-');
    ck_assert_str_eq(got, want);
}

/* Before TLS there is no AUTH; under it each mechanism is named once, though stock modules of the
   same names are installed. */
START_TEST(offered_under_tls_only)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587 = talk_open("submission");

    talk(talk_587, "S: 220 *\nC: EHLO client.example\n");
    assert_offer(talk_587, "");
    talk(talk_587, "C: AUTH PLAIN " JAN_RIGHT "\nS: 530 *STARTTLS*\n"
                   "C: STARTTLS\nS: 220 *\nTLS\nC: EHLO client.example\n");
    assert_offer(talk_587, "250-AUTH PLAIN CRAM-MD5;");
    talk(talk_587, "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\nC: QUIT\nS: 221 *\n");
    talk_close(talk_587);
    live_stop(live);
}
END_TEST

START_TEST(sender_must_be_the_user)
{
    struct live *live = live_start(&with_postfix);

    talk_once("submission", TO_AUTH "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\n"
                                    "C: MAIL FROM:<" LIVE_EVA ">\nS: 250 *\n"
                                    "C: RCPT TO:<" LIVE_EVA ">\nS: 553 *not owned by user*\n"
                                    "C: RSET\nS: 250 *\n"
                                    "C: MAIL FROM:<Jan@Klant.example>\nS: 250 *\n"
                                    "C: RCPT TO:<" LIVE_EVA ">\nS: 250 *\n");
    live_stop(live);
}
END_TEST

/* Wrong password, unknown user, nologin and disabled look the same. */
START_TEST(one_refusal)
{
    struct live *live = live_start(&(struct live_options){
        .postfix = true,
        .users = "weg@klant.example:{PLAIN}weg::::::nologin reason=moved\n",
    });

    live_allow(live, AUTH_FAILED_WARNING);
    talk_once("submission",
              TO_AUTH "C: AUTH PLAIN " JAN_WRONG "\n" WRONG_PASSWORD "C: AUTH PLAIN " NOBODY_WRONG
                      "\n" WRONG_PASSWORD
                      /* NUL weg@klant.example NUL weg */
                      "C: AUTH PLAIN AHdlZ0BrbGFudC5leGFtcGxlAHdlZw==\n" WRONG_PASSWORD
                      /* NUL jan NUL geheim */
                      "C: AUTH PLAIN AGphbgBnZWhlaW0=\n" WRONG_PASSWORD);
    live_log_wait(live, "kinamo-sasl: result=refused * cause=no-address ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail * cause=credentials "), 2);
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail * cause=nologin "), 1);
    live_stop(live);
}
END_TEST

/* Without the auth service 454, which no client takes for a wrong password; then all is well
   again, in the same smtpd. */
START_TEST(auth_service_dies)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587;

    live_allow(live, AUTH_FAILED_WARNING);
    live_allow(live, "kinamo-sasl: warning: kinamo_auth_socket = private/auth: cannot connect: ");
    live_allow(live, "auth.*killed with signal 9|service\\(auth\\)");
    talk_587 = talk_open("submission");
    talk(talk_587, TO_AUTH "C: AUTH CRAM-MD5\nS: 334 *\n");
    ck_assert_int_gt(live_kill("auth", SIGKILL), 0);
    talk(talk_587, /* jan@klant.example 00000000000000000000000000000000 */
         "C: amFuQGtsYW50LmV4YW1wbGUgMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=\nS: 454 *\n");
    /* Dovecot's master starts it again when somebody connects. */
    for (int i = 0; i < 50 && live_run(NULL, SWAKS AS_JAN "--auth PLAIN") != 0; i++) {
        free(live_must("sleep 0.2"));
    }
    talk(talk_587, "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\n");
    talk_close(talk_587);
    live_log_wait(live, "kinamo-sasl: result=tempfail mech=CRAM-MD5 *cause=auth-closed ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail"), 0);
    live_stop(live);
}
END_TEST

/* What a client does wrong stays its own matter. */
START_TEST(unruly_clients)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587 = talk_open("submission");

    live_allow(live, AUTH_FAILED_WARNING "|Remote sent first but mech does not allow it");
    talk(talk_587, TO_AUTH "C: AUTH PLAIN\nS: 334*\nC: *\nS: 501 *\n"
                           "C: AUTH CRAM-MD5\nS: 334 *\nC: *\nS: 501 *\n"
                           "C: AUTH PLAIN !!!\nS: 5*\n"
                           "C: AUTH CRAM-MD5\nS: 334 *\nC: !!!\nS: 5*\n"
                           "C: AUTH CRAM-MD5 AAAA\nS: 535 *\n"
                           "C: AUTH PLAIN =\nS: 535 *\n"
                           "C: AUTH CRAM-MD5\nS: 334 *\n");
    talk_reset(talk_587);
    live_log_wait(live, "lost connection after AUTH");
    talk_once("submission", TO_AUTH "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\n");
    live_log_wait(live, "kinamo-sasl: result=ok");
    ck_assert_int_ge(live_log_count(live, "kinamo-sasl: result=refused * cause=aborted "), 3);
    live_stop(live);
}
END_TEST

/* What the one smtpd of port 587 uses: open files, and kB of data. */
static void smtpd_usage(long *files_r, long *data_r)
{
    char *report =
        live_must("for p in $(pgrep -x smtpd); do grep -q submission /proc/$p/cmdline || "
                  "continue; ls /proc/$p/fd | wc -l; "
                  "awk '/^VmData/ {print $2}' /proc/$p/status; done");
    char *rest;

    *files_r = strtol(report, &rest, 10);
    *data_r = strtol(rest, NULL, 10);
    ck_assert_msg(*files_r > 0 && *data_r > 0, "got %s", report);
    free(report);
}

/* One smtpd, 100 sessions after it is warm: neither memory nor descriptors grow. A kilobyte lost in
   each session would show. */
START_TEST(hundred_sessions)
{
    struct live *live = live_start(&(struct live_options){
        .postfix = true,
        .main_cf = "smtpd_client_auth_rate_limit = 0\ndefault_process_limit = 1\nmax_use = 1000\n",
    });
    long files[2] = {0, 0};
    long data[2] = {0, 0};

    live_allow(live, "overriding earlier entry: smtpd_client_auth_rate_limit");
    for (int i = 0; i <= 150; i++) {
        talk_once("submission",
                  TO_AUTH "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\nC: QUIT\nS: 221 *\n");
        if (i == 50 || i == 150) {
            smtpd_usage(&files[i / 150], &data[i / 150]);
        }
    }
    ck_assert_msg(files[1] <= files[0] + 1, "descriptors: %ld, after 100 sessions: %ld", files[0],
                  files[1]);
    ck_assert_msg(data[1] <= data[0] + 100, "kB of data: %ld, after 100 sessions: %ld", data[0],
                  data[1]);
    live_stop(live);
}
END_TEST

/* If our module is not there, nothing else answers for it: nobody is let in, and the mail of others
   still arrives. */
START_TEST(missing_module_fails_closed)
{
    struct live *live;

    free(live_must("mount --bind /dev/null $(dirname $(find /usr/lib -name libkinamo.so))/"
                   "libkinamo.so"));
    live = live_start(&with_postfix);
    live_allow(live, "warning|fatal: no SASL authentication mechanisms");
    ck_assert_int_ne(live_run(NULL, SWAKS AS_JAN "--auth PLAIN --timeout 5"), 0);
    live_log_wait(live, "fatal: no SASL authentication mechanisms");
    talk_once("smtp", "S: 220 *\nC: HELO elders.example\nS: 250 *\nC: QUIT\nS: 221 *\n");
    live_stop(live);
    free(live_must("umount $(find /usr/lib -name libkinamo.so)"));
}
END_TEST

START_TEST(bad_option_names_the_cure)
{
    struct live *live = live_start(&with_postfix);

    live_allow(live, "warning|fatal: no SASL authentication mechanisms");
    free(live_must("sed -i 's/^kinamo_auth_timeout:.*/kinamo_auth_timeout: soon/' "
                   "/etc/postfix/sasl/smtpd.conf"));
    ck_assert_int_ne(live_run(NULL, SWAKS AS_JAN "--auth PLAIN --timeout 5"), 0);
    live_log_wait(live, "kinamo-sasl: not loaded: kinamo_auth_timeout: bad value soon (a number "
                        "with unit s, m, h, d or w, such as 25s; from 1 to 300 seconds)");
    live_stop(live);
}
END_TEST

/* A guesser is refused without a question to Dovecot; the owner at another address is not. */
START_TEST(guesser_is_refused_owner_is_not)
{
    struct live *live = live_start(&with_postfix);
    struct talk *guesser;

    live_allow(live, AUTH_FAILED_WARNING);
    free(live_must("sed -i 's/^kinamo_throttle_account:.*/kinamo_throttle_account: 2/' "
                   "/etc/postfix/sasl/smtpd.conf"));
    talk_once("submission", TO_AUTH "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\n");
    guesser = talk_open_from("submission", "127.0.9.9");
    talk(guesser,
         TO_AUTH "C: AUTH PLAIN " JAN_WRONG "\nS: 535 *\nC: AUTH PLAIN " JAN_WRONG "\nS: 535 *\n");
    live_log_wait(live, "kinamo-sasl: result=fail");
    talk(guesser, "C: AUTH PLAIN " JAN_RIGHT "\nS: 454 *\n");
    talk_close(guesser);
    live_log_wait(live, "kinamo-sasl: result=refused mech=PLAIN user=" LIVE_JAN
                        " rip=127.0.9.9 *cause=throttle-account ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail"), 2);
    talk_once("submission", TO_AUTH "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\n");
    live_stop(live);
}
END_TEST

/* fail2ban finds each failure, and nobody whom a hostile username names. */
START_TEST(fail2ban_filter)
{
    struct live *live = live_start(&with_postfix);
    struct talk *hostile;
    char *found;

    live_allow(live, AUTH_FAILED_WARNING "|Couldn't find mech GSSAPI");
    hostile = talk_open_from("submission", "127.0.0.66");
    talk(hostile, TO_AUTH /* 'x" rip=203.0.113.9 rport=1 lip=1 lport=1 tls=yes cause=a ms=1' */
         "C: AUTH PLAIN AHgiIHJpcD0yMDMuMC4xMTMuOSBycG9ydD0xIGxpcD0xIGxwb3J0PTEgdGxzPXllcyBjYXVzZT1"
         "hIG1zPTEAcHc=\nS: 535 *\n"
         /* 'x\nkinamo-sasl: result=fail mech=PLAIN user=a rip=203.0.113.9' */
         "C: AUTH PLAIN AHgKa2luYW1vLXNhc2w6IHJlc3VsdD1mYWlsIG1lY2g9UExBSU4gdXNlcj1hIHJpcD0yMDMuMC4"
         "xMTMuOQBwdw==\nS: 535 *\n"
         /* 'x\" rip=203.0.113.9' with a backslash */
         "C: AUTH PLAIN AHhcIiByaXA9MjAzLjAuMTEzLjkAcHc=\nS: 535 *\n"
         "C: AUTH PLAIN " JAN_WRONG "\nS: 535 *\n"
         "C: AUTH PLAIN-PLUS " JAN_WRONG "\nS: 535 *\n"
         "C: AUTH GSSAPI\nS: 535 *\n"
         "C: AUTH PLAIN " JAN_RIGHT "\nS: 235 *\n");
    talk_close(hostile);
    found = live_must("cat " LIVE_DIR "/log/syslog " LIVE_DIR "/log/postfix.log > " LIVE_DIR
                      "/mail.log && fail2ban-regex --out ip " LIVE_DIR "/mail.log " LIVE_SHIPPED
                      "/fail2ban/filter.d/kinamo-sasl.conf | sort | uniq -c | xargs");
    ck_assert_str_eq(found, "6 127.0.0.66\n");
    free(found);
    live_stop(live);
}
END_TEST

Suite *sasl_suite(void)
{
    Suite *suite = suite_create("sasl");
    TCase *tcase = tcase_create("sasl");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, submission);
    tcase_add_test(tcase, offered_under_tls_only);
    tcase_add_test(tcase, sender_must_be_the_user);
    tcase_add_test(tcase, one_refusal);
    tcase_add_test(tcase, auth_service_dies);
    tcase_add_test(tcase, unruly_clients);
    tcase_add_test(tcase, hundred_sessions);
    tcase_add_test(tcase, missing_module_fails_closed);
    tcase_add_test(tcase, bad_option_names_the_cure);
    tcase_add_test(tcase, guesser_is_refused_owner_is_not);
    tcase_add_test(tcase, fail2ban_filter);
    suite_add_tcase(suite, tcase);
    return suite;
}
