/* TLS as real clients meet it, and what fail2ban sees. */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

#define USER    LIVE_JAN ":" LIVE_JAN_PASSWORD
#define CURL    "curl -sS --cacert " LIVE_CA " -u " USER " "
#define LOGIN   "1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\\r\\n2 LOGOUT\\r\\n"
#define OLD_TLS "ssl_min_protocol = TLSv1.1\nssl_cipher_list = DEFAULT:@SECLEVEL=0\n"
/* Waits for the greeting, and for the reply. */
#define S_CLIENT                                                                                   \
    "(sleep 1; printf '" LOGIN "'; sleep 1) | openssl s_client -quiet -CAfile " LIVE_CA            \
    " -cipher DEFAULT:@SECLEVEL=0 "

static const char *const urls[] = {"imaps://in.kinamo.be/INBOX", "imap://in.kinamo.be/INBOX",
                                   "pop3s://in.kinamo.be/", "pop3://in.kinamo.be/"};

START_TEST(curl_with_tls_1_2_and_1_3)
{
    struct live *live = live_start(NULL);

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        free(live_must(CURL "--ssl-reqd --tls-max 1.2 %s", urls[i]));
        free(live_must(CURL "--ssl-reqd --tlsv1.3 %s", urls[i]));
    }
    ck_assert_int_eq(live_log_count(live, "kinamo_tls_insecure"), 0);
    live_stop(live);
}
END_TEST

START_TEST(curl_without_tls)
{
    struct live *live = live_start(NULL);

    /* Refused by curl itself for want of a mechanism, before it sent a password. */
    ck_assert_int_ne(live_run(NULL, CURL "imap://in.kinamo.be/"), 0);
    ck_assert_int_ne(live_run(NULL, CURL "pop3://in.kinamo.be/"), 0);
    ck_assert_int_eq(live_log_count(live, "password_exposed=yes"), 0);
    live_stop(live);
}
END_TEST

START_TEST(shipped_file_refuses_protocols_under_tls_1_2)
{
    struct live *live =
        live_start(&(struct live_options){.dovecot = "ssl_cipher_list = DEFAULT:@SECLEVEL=0\n"});

    ck_assert_int_ne(live_run(NULL, S_CLIENT "-tls1_1 -connect in.kinamo.be:993"), 0);
    live_log_wait(live, "imap-login: Info: *unsupported protocol");
    live_stop(live);
}
END_TEST

START_TEST(tls_below_the_minimum_is_not_private)
{
    struct live *live = live_start(&(struct live_options){.dovecot = OLD_TLS});
    char *output;

    (void)live_run(&output, S_CLIENT "-tls1_1 -connect in.kinamo.be:993");
    ck_assert_msg(strstr(output, "1 NO [PRIVACYREQUIRED] A newer version of SSL/TLS is required") !=
                      NULL,
                  "got %s", output);
    free(output);
    live_log_wait(live, "event=kinamo_tls_insecure user=" LIVE_JAN " service=imap rip=127.0.0.1 "
                        "tls=TLSv1.1 cause=old_protocol action=refuse password_exposed=no");
    output = live_must(S_CLIENT "-tls1_2 -connect in.kinamo.be:993");
    ck_assert_msg(strstr(output, "1 OK ") != NULL, "got %s", output);
    free(output);
    live_stop(live);
}
END_TEST

#define FETCHMAIL                                                                                  \
    "printf 'poll in.kinamo.be proto pop3 user " LIVE_JAN " password " LIVE_JAN_PASSWORD           \
    " mda \"cat >/dev/null\" sslproto \"%s\" sslcertfile " LIVE_CA "' >" LIVE_DIR "/fetchmailrc"   \
    " && chmod 600 " LIVE_DIR "/fetchmailrc && fetchmail -f " LIVE_DIR "/fetchmailrc --nosyslog"   \
    " --pidfile " LIVE_DIR "/fetchmail.pid --nodetach -v"

START_TEST(fetchmail_with_and_without_tls)
{
    struct live *live = live_start(NULL);
    char *output;

    live_deliver_many(LIVE_JAN, 1);
    ck_assert_int_ne(live_run(&output, FETCHMAIL, ""), 0);
    ck_assert_msg(strstr(output, "SSL/TLS is required: use port 995, or STLS on port 110.") != NULL,
                  "got %s", output);
    free(output);
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 1);
    output = live_must(FETCHMAIL, "auto");
    ck_assert_msg(strstr(output, "1 message for " LIVE_JAN) != NULL, "got %s", output);
    free(output);
    live_stop(live);
}
END_TEST

/* fail2ban finds each refusal, and nobody whom a hostile username names. */
START_TEST(fail2ban_filter)
{
    struct live *live = live_start(NULL);
    struct talk *hostile = talk_open_from("imap", "127.0.0.66");
    char *found;

    talk(hostile, "S: * OK *\n"
                  "C: 1 LOGIN {30+}\nC: x service=imap rip=203.0.113.9 fout\nS* 1 NO *\n"
                  "C: 2 LOGIN \"y\\\" service=imap rip=203.0.113.9 tls=no\" fout\nS* 2 NO *\n"
                  "C: 3 AUTHENTICATE PLAIN\nS: 3 NO *\n"
                  "C: 4 AUTHENTICATE x\"mechanism=\nS: 4 NO *\n");
    talk_close(hostile);
    free(live_fetch("imaps://in.kinamo.be/", LIVE_JAN, LIVE_JAN_PASSWORD));
    live_log_wait(live, "mechanism=PLAIN tls=no cause=no_tls action=refuse");
    found = live_must("fail2ban-regex --out ip " LIVE_DIR "/log/dovecot.log " LIVE_SHIPPED
                      "/fail2ban/filter.d/kinamo-dovecot.conf | sort | uniq -c | xargs");
    ck_assert_str_eq(found, "4 127.0.0.66\n");
    free(found);
    live_stop(live);
}
END_TEST

Suite *tls_clients_suite(void)
{
    Suite *suite = suite_create("tls-clients");
    TCase *tcase = tcase_create("tls-clients");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, curl_with_tls_1_2_and_1_3);
    tcase_add_test(tcase, curl_without_tls);
    tcase_add_test(tcase, shipped_file_refuses_protocols_under_tls_1_2);
    tcase_add_test(tcase, tls_below_the_minimum_is_not_private);
    tcase_add_test(tcase, fetchmail_with_and_without_tls);
    tcase_add_test(tcase, fail2ban_filter);
    suite_add_tcase(suite, tcase);
    return suite;
}
