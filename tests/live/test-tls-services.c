/* The same login plugin in submission-login and managesieve-login: no credential without TLS. */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

#define RIGHT_IR                                                                                   \
    "AGphbkBrbGFudC5leGFtcGxlAGdlaGVpbS12YW4tamFu" /* \0jan@klant.example\0geheim-van-jan */

static struct live *start(const char *mode)
{
    return live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", mode}},
        .dovecot = "protocols = imap pop3 submission sieve\n"
                   "submission_relay_host = 127.0.0.1\n"
                   "auth_debug = yes\n",
    });
}

/* The lines of a greeting or a reply up to its last one. */
static char *lines_until(struct talk *talk, const char *last)
{
    char *all = strdup("");
    const char *line;

    while ((line = talk_line(talk)) != NULL) {
        char *longer = live_must("printf '%%s\\n' '%s' '%s'", all, line);

        free(all);
        all = longer;
        if (talk_matches(last, line)) {
            break;
        }
    }
    return all;
}

static void nothing_reached_auth(struct live *live)
{
    ck_assert_msg(live_log_count(live, "client in: AUTH") == 0, "the auth service was asked");
}

START_TEST(submission)
{
    struct live *live = start("enforce");
    struct talk *talk_587 = talk_open("submission");
    char *offer;

    talk(talk_587, "S: 220 *\nC: EHLO client.example\n");
    offer = lines_until(talk_587, "250 *");
    ck_assert_msg(strstr(offer, "AUTH") == NULL, "got %s", offer);
    ck_assert_msg(strstr(offer, "STARTTLS") != NULL, "got %s", offer);
    free(offer);
    talk(talk_587, "C: AUTH PLAIN " RIGHT_IR "\nS: 530 5.7.0 TLS required.\n"
                   "C: AUTH CRAM-MD5\nS: 530 5.7.0 TLS required.\n");
    nothing_reached_auth(live);
    talk(talk_587, "C: STARTTLS\nS: 220 *\nTLS\nC: EHLO client.example\n");
    offer = lines_until(talk_587, "250 *");
    ck_assert_msg(strstr(offer, "AUTH PLAIN") != NULL, "got %s", offer);
    free(offer);
    talk_close(talk_587);
    live_stop(live);
}
END_TEST

START_TEST(managesieve)
{
    struct live *live = start("enforce");
    struct talk *sieve = talk_open("sieve");
    char *offer = lines_until(sieve, "OK *");

    ck_assert_msg(strstr(offer, "\"SASL\" \"\"") != NULL, "got %s", offer);
    ck_assert_msg(strstr(offer, "\"STARTTLS\"") != NULL, "got %s", offer);
    free(offer);
    talk(sieve, "C: AUTHENTICATE \"PLAIN\" \"" RIGHT_IR "\"\nS: NO *\n");
    nothing_reached_auth(live);
    talk(sieve, "C: STARTTLS\nS: OK *\nTLS\n");
    offer = lines_until(sieve, "OK *");
    ck_assert_msg(strstr(offer, "PLAIN") != NULL, "got %s", offer);
    free(offer);
    talk(sieve, "C: AUTHENTICATE \"PLAIN\" \"" RIGHT_IR "\"\nS: OK *\n");
    talk_close(sieve);
    live_stop(live);
}
END_TEST

/* In observe the same session gets in, so the refusals above are the policy's. */
START_TEST(observe_lets_in)
{
    struct live *live = start("observe");
    struct talk *sieve = talk_open("sieve");
    char *offer = lines_until(sieve, "OK *");

    ck_assert_msg(strstr(offer, "PLAIN") != NULL, "got %s", offer);
    free(offer);
    talk(sieve, "C: AUTHENTICATE \"PLAIN\" \"" RIGHT_IR "\"\nS: OK *\n");
    live_log_wait(live, "event=kinamo_tls_insecure user=" LIVE_JAN);
    talk_close(sieve);
    live_stop(live);
}
END_TEST

Suite *tls_services_suite(void)
{
    Suite *suite = suite_create("tls-services");
    TCase *tcase = tcase_create("tls-services");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, submission);
    tcase_add_test(tcase, managesieve);
    tcase_add_test(tcase, observe_lets_in);
    suite_add_tcase(suite, tcase);
    return suite;
}
