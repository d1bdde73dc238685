/* The ground: real servers with the shipped configuration, a real client fetches and sends. */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

static const char *const letter = "From: sender@elders.example\nTo: jan@klant.example\n"
                                  "Subject: Hello Jan\n\nThis is the letter.\n";

START_TEST(imap_over_tls)
{
    struct live *live = live_start(NULL);

    live_deliver(LIVE_JAN, letter);
    talk_once("imaps", "S: * OK *\n"
                       "C: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\n"
                       "S* 1 OK *\n"
                       "C: 2 SELECT INBOX\n"
                       "S* 2 OK *\n"
                       "C: 3 FETCH 1 BODY.PEEK[TEXT]\n"
                       "S* This is the letter.\n"
                       "S* 3 OK *\n"
                       "C: 4 LOGOUT\n"
                       "S* 4 OK *\n"
                       "EOF\n");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 1);
    free(live_must("test -d " LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir"));
    live_stop(live);
}
END_TEST

START_TEST(pop3_over_starttls)
{
    struct live *live = live_start(NULL);

    live_deliver(LIVE_EVA, letter);
    talk_once("pop3", "S: +OK *\n"
                      "C: STLS\n"
                      "S: +OK *\n"
                      "TLS\n"
                      "C: USER " LIVE_EVA "\n"
                      "S: +OK*\n"
                      "C: PASS " LIVE_EVA_PASSWORD "\n"
                      "S: +OK *\n"
                      "C: STAT\n"
                      "S: +OK 1 *\n"
                      "C: QUIT\n"
                      "S: +OK *\n"
                      "EOF\n");
    live_stop(live);
}
END_TEST

static const char *const urls[] = {
    "imap://in.kinamo.be/INBOX;UID=1",
    "imaps://in.kinamo.be/INBOX;UID=1",
    "pop3://in.kinamo.be/1",
    "pop3s://in.kinamo.be/1",
};

START_TEST(libcurl_fetches)
{
    struct live *live = live_start(NULL);
    char *output;

    live_deliver(LIVE_JAN, letter);
    output = live_fetch(urls[_i], LIVE_JAN, LIVE_JAN_PASSWORD);
    ck_assert_msg(strstr(output, "This is the letter.") != NULL, "%s: got %s", urls[_i], output);
    free(output);
    live_stop(live);
}
END_TEST

START_TEST(postfix_delivers_to_dovecot)
{
    struct live *live = live_start(&(struct live_options){.postfix = true});

    talk_once("smtp", "S: 220 out.kinamo.be *\n"
                      "C: HELO elders.example\n"
                      "S: 250 *\n"
                      "C: MAIL FROM:<sender@elders.example>\n"
                      "S: 250 *\n"
                      "C: RCPT TO:<" LIVE_JAN ">\n"
                      "S: 250 *\n"
                      "C: DATA\n"
                      "S: 354 *\n"
                      "C: Subject: by SMTP\n"
                      "C: .\n"
                      "S: 250 *\n"
                      "C: QUIT\n"
                      "S: 221 *\n");
    live_log_wait(live, "status=sent");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 1);
    live_stop(live);
}
END_TEST

/* Every process that a plugin of ours belongs to loads it and reads the settings. */
START_TEST(modules_load_and_read_their_settings)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_mode", "warn"}, {"kinamo_tls_mode", "observe"}},
        .dovecot = "log_debug = event=kinamo_*\n",
    });

    talk_once("lmtp", "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<>\nS: 250 *\n"
                      "C: RCPT TO:<" LIVE_JAN ">\nS: 250 *\nC: DATA\nS: 354 *\n"
                      "C: Subject: by LMTP\nC: .\nS: 250 *\nC: QUIT\nS: 221 *\n");
    live_log_wait(live, "kinamo: event=kinamo_session user=" LIVE_JAN " service=lmtp "
                        "pop3_mode=warn tls_mode=observe");
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n");
    live_log_wait(live, "kinamo: event=kinamo_login_session service=imap tls_mode=observe");
    live_log_wait(live, "kinamo: event=kinamo_session user=" LIVE_JAN " service=imap "
                        "pop3_mode=warn tls_mode=observe");
    live_log_wait(live, "kinamo: event=kinamo_imap_session user=" LIVE_JAN);
    talk_once("pop3s",
              "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD "\nS: +OK *\n");
    live_log_wait(live, "kinamo: event=kinamo_login_session service=pop3 tls_mode=observe");
    live_log_wait(live, "kinamo: event=kinamo_pop3_session user=" LIVE_JAN " mode=warn");
    live_stop(live);
}
END_TEST

/* Events reach Dovecot's own statistics by their name, whatever is logged. */
START_TEST(events_are_counted)
{
    struct live *live = live_start(&(struct live_options){
        .dovecot = "metric kinamo_sessions {\n  filter = event=kinamo_session\n}\n",
    });
    char *output;

    free(live_fetch("imaps://in.kinamo.be/INBOX", LIVE_JAN, LIVE_JAN_PASSWORD));
    free(live_fetch("imaps://in.kinamo.be/INBOX", LIVE_JAN, LIVE_JAN_PASSWORD));
    output = live_must(
        "doveadm -f tab stats dump | awk -F '\\t' '$1 == \"kinamo_sessions\" { print $3 }'");
    ck_assert_msg(strcmp(output, "2\n") == 0, "counted: got %s, want 2", output);
    free(output);
    live_stop(live);
}
END_TEST

Suite *basics_suite(void)
{
    Suite *suite = suite_create("basics");
    TCase *tcase = tcase_create("basics");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, imap_over_tls);
    tcase_add_test(tcase, pop3_over_starttls);
    tcase_add_loop_test(tcase, libcurl_fetches, 0, (int)(sizeof(urls) / sizeof(urls[0])));
    tcase_add_test(tcase, postfix_delivers_to_dovecot);
    tcase_add_test(tcase, events_are_counted);
    tcase_add_test(tcase, modules_load_and_read_their_settings);
    suite_add_tcase(suite, tcase);
    return suite;
}
