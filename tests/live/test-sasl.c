/* Submission through Postfix with our mechanisms, by real clients (promises C6, C8, C9, C10). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sasl.h"
#include "suites.h"

#define SWAKS_465                                                                                  \
    "swaks --server out.kinamo.be --port 465 --tls-on-connect --tls-verify --tls-ca-path " LIVE_CA \
    " " SASL_TO_EVA
#define CURL                                                                                       \
    "curl -sS --cacert " LIVE_CA " --ssl-reqd -u " LIVE_JAN ":" LIVE_JAN_PASSWORD                  \
    " --mail-from " LIVE_JAN " --mail-rcpt " LIVE_EVA " -T " LIVE_DIR "/letter "
#define MSMTP                                                                                      \
    "msmtp --host=out.kinamo.be --port=587 --tls=on --tls-starttls=on --tls-trust-file=" LIVE_CA   \
    " --user=" LIVE_JAN " --passwordeval='echo " LIVE_JAN_PASSWORD "' --from=" LIVE_JAN " "

static const struct live_options with_postfix = {.postfix = true};
static const struct live_options without_penalty = {.postfix = true, .dovecot = SASL_NO_PENALTY};

static void wait_for_messages(const char *user, int want)
{
    for (int i = 0; i < 50 && live_messages(user, "INBOX") < want; i++) {
        free(live_must("sleep 0.1"));
    }
    ck_assert_int_eq(live_messages(user, "INBOX"), want);
}

static void write_letter(void)
{
    free(live_must("printf 'Subject: hello\\r\\n\\r\\nhello\\r\\n' > " LIVE_DIR "/letter"));
}

/* One account, all three services: submitted by each client with each mechanism on both ports, then
   read over IMAP. */
START_TEST(submission)
{
    static const char *const commands[] = {
        SASL_SWAKS SASL_AS_JAN "--auth PLAIN",
        SASL_SWAKS SASL_AS_JAN "--auth CRAM-MD5",
        SWAKS_465 SASL_AS_JAN "--auth PLAIN",
        SWAKS_465 SASL_AS_JAN "--auth CRAM-MD5",
        CURL "--login-options AUTH=PLAIN smtp://out.kinamo.be:587",
        CURL "--login-options AUTH=PLAIN --sasl-ir smtp://out.kinamo.be:587",
        CURL "--login-options AUTH=CRAM-MD5 smtps://out.kinamo.be:465",
        MSMTP "--auth=plain " LIVE_EVA " < " LIVE_DIR "/letter",
        MSMTP "--auth=cram-md5 " LIVE_EVA " < " LIVE_DIR "/letter",
    };
    int count = sizeof(commands) / sizeof(commands[0]);
    struct live *live = live_start(&with_postfix);

    write_letter();
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

/* Before TLS there is no AUTH; under it each mechanism is named once, though stock modules of the
   same names are installed. */
START_TEST(offered_under_tls_only)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587 = talk_open("submission");

    talk(talk_587, "S: 220 *\nC: EHLO client.example\n");
    sasl_expect_offer(talk_587, "");
    talk(talk_587, "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 530 *STARTTLS*\n"
                   "C: STARTTLS\nS: 220 *\nTLS\nC: EHLO client.example\n");
    sasl_expect_offer(talk_587, "AUTH PLAIN CRAM-MD5;");
    talk(talk_587, "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\nC: QUIT\nS: 221 *\n");
    talk_close(talk_587);
    live_stop(live);
}
END_TEST

/* LOGIN, though a stock module has it too, is not there unless it is named. */
START_TEST(login_if_named)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587;

    live_allow(live, "Couldn't find mech LOGIN|" SASL_AUTH_FAILED);
    /* jan@klant.example, and his password */
    talk_once("submission", SASL_TO_AUTH "C: AUTH LOGIN amFuQGtsYW50LmV4YW1wbGU=\nS: 535 *\n");
    sasl_option("mech_list", "PLAIN CRAM-MD5 LOGIN");
    sasl_postfix_reload();
    talk_587 = talk_open("submissions");
    talk(talk_587, "S: 220 *\nC: EHLO client.example\n");
    sasl_expect_offer(talk_587, "AUTH PLAIN CRAM-MD5 LOGIN;");
    talk(talk_587, "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: amFuQGtsYW50LmV4YW1wbGU=\n"
                   "S: 334 UGFzc3dvcmQ6\nC: Z2VoZWltLXZhbi1qYW4=\nS: 235 *\n");
    talk_close(talk_587);
    free(live_must(SASL_SWAKS SASL_AS_JAN "--auth LOGIN"));
    write_letter();
    free(live_must(CURL "--login-options AUTH=LOGIN smtp://out.kinamo.be:587"));
    live_log_wait(live, "kinamo-sasl: result=ok mech=LOGIN user=" LIVE_JAN " ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=ok mech=LOGIN "), 3);
    live_stop(live);
}
END_TEST

/* The shipped services run chrooted; one that does not finds the same socket and the same file.
   Under an instrument the fixture has taken the chroot away from all. */
START_TEST(chrooted_or_not)
{
    static const char *const roots[] = {"/var/spool/postfix", "/"};
    struct live *live = live_start(&with_postfix);

    for (int i = 0; i < 2; i++) {
        struct talk *talk_587;
        char *root;

        if (i == 1 || live_is_instrumented()) {
            free(live_must("postconf -F submission/inet/chroot=%c", "yn"[i]));
            sasl_postfix_reload();
        }
        talk_587 = talk_open("submission");
        talk(talk_587, SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
        root = live_must("readlink /proc/%d/root | tr -d '\\n'", (int)sasl_smtpd());
        ck_assert_str_eq(root, roots[i]);
        free(root);
        talk_close(talk_587);
    }
    live_log_wait(live, "kinamo-sasl: result=ok ");
    free(live_must("test -s /var/spool/postfix/private/kinamo-throttle"));
    live_stop(live);
}
END_TEST

/* Postfix takes what a map returns for a list of logins: no sender may be able to name a second. */
static const char *const senders_of_others[] = {
    LIVE_EVA,
    "\"x " LIVE_JAN " y\"@victim.example",
    "\"x," LIVE_JAN ",y\"@victim.example",
    "\"x\\\\ " LIVE_JAN "\"@victim.example",
    "x@y@victim.example",
};

START_TEST(sender_must_be_the_user)
{
    struct live *live = live_start(&with_postfix);
    struct talk *jan = talk_open("submission");

    talk(jan, SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    for (int i = 0; i < (int)(sizeof(senders_of_others) / sizeof(senders_of_others[0])); i++) {
        talkf(jan,
              "C: MAIL FROM:<%s>\nS: 250 *\nC: RCPT TO:<" LIVE_EVA
              ">\nS: 553 *not owned by user*\nC: RSET\nS: 250 *\n",
              senders_of_others[i]);
    }
    talk(jan, "C: MAIL FROM:<Jan@Klant.example>\nS: 250 *\nC: RCPT TO:<" LIVE_EVA ">\nS: 250 *\n");
    talk_close(jan);
    live_stop(live);
}
END_TEST

/* What a client does wrong stays its own matter. */
START_TEST(unruly_clients)
{
    struct live *live = live_start(&with_postfix);
    struct talk *talk_587 = talk_open("submission");

    live_allow(live, SASL_AUTH_FAILED "|Remote sent first but mech does not allow it");
    talk(talk_587, SASL_TO_AUTH "C: AUTH PLAIN\nS: 334*\nC: *\nS: 501 *\n"
                                "C: AUTH CRAM-MD5\nS: 334 *\nC: *\nS: 501 *\n"
                                "C: AUTH PLAIN !!!\nS: 5*\n"
                                "C: AUTH CRAM-MD5\nS: 334 *\nC: !!!\nS: 5*\n"
                                "C: AUTH CRAM-MD5 AAAA\nS: 535 *\n"
                                "C: AUTH PLAIN =\nS: 535 *\n"
                                "C: AUTH CRAM-MD5\nS: 334 *\n");
    talk_reset(talk_587);
    live_log_wait(live, "lost connection after AUTH");
    talk_once("submission", SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    live_log_wait(live, "kinamo-sasl: result=ok");
    ck_assert_int_ge(live_log_count(live, "kinamo-sasl: result=refused * cause=aborted "), 3);
    live_stop(live);
}
END_TEST

/* What the one smtpd of port 587 uses: open files, and kB of data. */
static void smtpd_usage(long *files_r, long *data_r)
{
    char *report = live_must("cd /proc/%d && ls fd | wc -l && awk '/^VmData/ {print $2}' status",
                             (int)sasl_smtpd());
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

    live_allow(live, "overriding earlier entry: smtpd_client_auth_rate_limit|" SASL_AUTH_FAILED);
    for (int i = 0; i <= 150; i++) {
        talk_once("submission",
                  SASL_TO_AUTH "C: AUTH CRAM-MD5\nS: 334 *\nC: *\nS: 501 *\n"
                               "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\nC: QUIT\nS: 221 *\n");
        if (i == 50 || i == 150) {
            smtpd_usage(&files[i / 150], &data[i / 150]);
        }
    }
    ck_assert_msg(files[1] <= files[0] + 1, "descriptors: %ld, after 100 sessions: %ld", files[0],
                  files[1]);
    /* malloc takes 132 kB at a time: one such step is no growth, 2 kB a session would be. */
    ck_assert_msg(data[1] <= data[0] + 140, "kB of data: %ld, after 100 sessions: %ld", data[0],
                  data[1]);
    live_stop(live);
}
END_TEST

/* A guesser is refused without a question to Dovecot; the owner at another address is not. */
START_TEST(guesser_is_refused_owner_is_not)
{
    struct live *live = live_start(&without_penalty);
    struct talk *guesser;

    live_allow(live, SASL_AUTH_FAILED);
    sasl_option("kinamo_throttle_account", "2");
    talk_once("submission", SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    guesser = talk_open_from("submission", "127.0.9.9");
    talk(guesser, SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_WRONG
                               "\nS: 535 *\nC: AUTH PLAIN " SASL_JAN_WRONG "\nS: 535 *\n");
    live_log_wait(live, "kinamo-sasl: result=fail");
    talk(guesser, "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 454 *\n");
    talk_close(guesser);
    live_log_wait(live, "kinamo-sasl: result=refused mech=PLAIN user=" LIVE_JAN
                        " rip=127.0.9.9 *cause=throttle-account ");
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=fail"), 2);
    talk_once("submission", SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    live_stop(live);
}
END_TEST

/* fail2ban finds each failure, and nobody whom a hostile username names. */
START_TEST(fail2ban_filter)
{
    struct live *live = live_start(&without_penalty);
    struct talk *hostile;
    struct talk *rightful;
    char *found;

    live_allow(live, SASL_AUTH_FAILED "|Couldn't find mech GSSAPI");
    sasl_option("kinamo_throttle_network", "2");
    hostile = talk_open_from("submission", "127.0.0.66");
    talk(hostile, SASL_TO_AUTH /* 'x" rip=203.0.113.9 rport=1 lip=1 lport=1 tls=yes cause=a ms=1' */
         "C: AUTH PLAIN AHgiIHJpcD0yMDMuMC4xMTMuOSBycG9ydD0xIGxpcD0xIGxwb3J0PTEgdGxzPXllcyBjYXVzZT1"
         "hIG1zPTEAcHc=\nS: 535 *\n"
         /* 'x\nkinamo-sasl: result=fail mech=PLAIN user=a rip=203.0.113.9' */
         "C: AUTH PLAIN AHgKa2luYW1vLXNhc2w6IHJlc3VsdD1mYWlsIG1lY2g9UExBSU4gdXNlcj1hIHJpcD0yMDMuMC4"
         "xMTMuOQBwdw==\nS: 535 *\n"
         /* 'x\" rip=203.0.113.9' with a backslash */
         "C: AUTH PLAIN AHhcIiByaXA9MjAzLjAuMTEzLjkAcHc=\nS: 535 *\n"
         "C: AUTH PLAIN " SASL_JAN_WRONG "\nS: 535 *\n"
         "C: AUTH PLAIN-PLUS " SASL_JAN_WRONG "\nS: 535 *\n"
         "C: AUTH GSSAPI\nS: 535 *\n");
    talk_close(hostile);
    rightful = talk_open_from("submission", "127.0.9.9");
    talk(rightful, SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 235 *\n");
    talk_close(rightful);
    /* Whose neighbour guesses is refused too, and is no guesser. */
    rightful = talk_open_from("submission", "127.0.0.67");
    talk(rightful, SASL_TO_AUTH "C: AUTH PLAIN " SASL_JAN_RIGHT "\nS: 454 *\n");
    talk_close(rightful);
    live_log_wait(live, "rip=127.0.0.67 *cause=throttle-network ");
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
    tcase_add_test(tcase, login_if_named);
    tcase_add_test(tcase, chrooted_or_not);
    tcase_add_test(tcase, sender_must_be_the_user);
    tcase_add_test(tcase, unruly_clients);
    if (!live_memory_is_checked()) {
        tcase_add_test(tcase, hundred_sessions);
    }
    tcase_add_test(tcase, guesser_is_refused_owner_is_not);
    tcase_add_test(tcase, fail2ban_filter);
    suite_add_tcase(suite, tcase);
    return suite;
}
