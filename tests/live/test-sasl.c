/* Submission through Postfix with our mechanisms, by real clients (promises C6, C8, C9, C10). */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

#define AS_JAN "--auth-user " LIVE_JAN " --auth-password " LIVE_JAN_PASSWORD " "

static const struct live_options with_postfix = {.postfix = true};

/* One account, all three services: submitted with each mechanism, then read over IMAP. */
START_TEST(submission)
{
    static const struct {
        const char *mechanism, *port;
    } ways[] = {
        {"PLAIN", "--port 587 "},
        {"CRAM-MD5", "--port 587 "},
        {"PLAIN", "--port 465 --tls-on-connect "},
        {"CRAM-MD5", "--port 465 --tls-on-connect "},
    };
    int messages = sizeof(ways) / sizeof(ways[0]);
    struct live *live = live_start(&with_postfix);

    for (int i = 0; i < messages; i++) {
        const char *tls = strstr(ways[i].port, "465") != NULL ? "" : "--tls ";

        free(live_must("swaks --server out.kinamo.be %s--tls-verify --tls-ca-path " LIVE_CA
                       " --from " LIVE_JAN " --to " LIVE_EVA " %s" AS_JAN "--auth %s",
                       tls, ways[i].port, ways[i].mechanism));
    }
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=ok mech=PLAIN user=" LIVE_JAN
                                          " rip=127.0.0.1 "
                                          "rport=* lip=127.0.0.1 lport=587 tls=yes ms=*"),
                     1);
    ck_assert_int_eq(live_log_count(live, "kinamo-sasl: result=ok mech=CRAM-MD5 *lport=465*"), 1);
    for (int i = 0; i < 50 && live_messages(LIVE_EVA, "INBOX") < messages; i++) {
        free(live_must("sleep 0.1"));
    }
    ck_assert_int_eq(live_messages(LIVE_EVA, "INBOX"), messages);
    live_stop(live);
}
END_TEST

Suite *sasl_suite(void)
{
    Suite *suite = suite_create("sasl");
    TCase *tcase = tcase_create("sasl");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, submission);
    suite_add_tcase(suite, tcase);
    return suite;
}
