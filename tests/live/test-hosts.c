/* The promises where several hosts share the work: accounts in PostgreSQL, what users were told in
   Redis, Postfix beside a Dovecot that runs only its auth service. */
#include <stdlib.h>

#include "hosts.h"
#include "quota.h"
#include "suites.h"

/* C1, C2, C4, C5. */
START_TEST(one_device_fetches_the_other_finds_nothing)
{
    const struct layout *layout = &layouts[_i];
    struct live *live = hosts_start(layout);
    struct talk *device;

    quota_deliver_to(layout->first, LIVE_JAN, 100);
    quota_deliver_to(layout->second, LIVE_JAN, 100);
    device = hosts_imap(layout->second);
    talk(device, "C: 2 SELECT INBOX\nS* * 2 EXISTS\nS* 2 OK *\nC: 3 FETCH 1:2 BODY[]\nS* 3 OK *\n"
                 "C: 4 LOGOUT\nS* 4 OK *\n");
    talk_close(device);
    device = hosts_pop3(layout->first);
    talk(device, "C: STAT\nS: +OK 2 *\nC: RETR 1\nS: +OK *\nS* .\nC: RETR 2\nS: +OK *\nS* .\n"
                 "C: QUIT\nS: +OK *\nEOF\n");
    talk_close(device);
    device = hosts_pop3(layout->second);
    talk(device, "C: STAT\nS: +OK 0 0\nC: QUIT\nS: +OK *\n");
    talk_close(device);
    device = hosts_imap(layout->second);
    talk(device, "C: 2 SELECT INBOX\nS* * 0 EXISTS\nS* 2 OK *\n");
    talk_close(device);
    live_log_wait(live, "event=kinamo_pop3_quit user=" LIVE_JAN " mode=enforce retrieved=2 "
                        "removed=2 *");
    hosts_stop(live);
}
END_TEST

/* C3, C11: told once, whichever host notices it, and in the user's language. */
START_TEST(one_warning_from_two_hosts)
{
    const struct layout *layout = &layouts[_i];
    struct live *live = hosts_start(layout);
    struct talk *device;

    quota_deliver_to(layout->first, LIVE_JAN, 82000);
    quota_deliver_to(layout->second, LIVE_JAN, 100);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    free(live_must("redis-cli --scan | grep " LIVE_JAN));
    device = hosts_imap(layout->second);
    talk(device, "C: 2 SELECT INBOX\nS* * 3 EXISTS\nS* 2 OK *\n"
                 "C: 3 SEARCH HEADER Subject {15+}\nC: Uw mailbox is 8\nS: * SEARCH 2\n"
                 "S* 3 OK *\n");
    talk_close(device);
    hosts_stop(live);
}
END_TEST

/* The same when all come at once. */
START_TEST(one_warning_from_two_hosts_at_once)
{
    struct live *live = hosts_start(SHARED_STORAGE);

    quota_deliver_to("127.0.0.2", LIVE_JAN, QUOTA_BELOW_80);
    quota_deliver_together("127.0.0.2", "127.0.0.3", LIVE_JAN, 10, 1);
    ck_assert_int_eq(quota_sent_at_last(live, LIVE_JAN), 1);
    ck_assert_int_eq(quota_warnings(LIVE_JAN), 1);
    hosts_stop(live);
}
END_TEST

static void refuse_without_tls(const char *address)
{
    struct talk *device = talk_open_to("imap", address, DEVICE);

    talk(device, "S: * OK *LOGINDISABLED*\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD
                 "\nS* 1 NO [PRIVACYREQUIRED] *\nC: 2 STARTTLS\nS: 2 OK *\nTLS\n"
                 "C: 3 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 3 OK *\n");
    talk_close(device);
    device = talk_open_to("pop3", address, DEVICE);
    talk(device,
         "S: +OK *\nC: USER " LIVE_JAN "\nS: -ERR *\nC: STLS\nS: +OK *\nTLS\nC: USER " LIVE_JAN
         "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD "\nS: +OK *\n");
    talk_close(device);
}

static void refuse_an_incomplete_address(const char *address)
{
    struct talk *device = talk_open_to("imaps", address, DEVICE);

    talk(device,
         "S: * OK *\nC: 1 LOGIN jan " LIVE_JAN_PASSWORD "\nS* 1 NO [AUTHENTICATIONFAILED] *\n");
    talk_close(device);
}

/* C6, C7; and where the mailbox is, the log names the device and not the proxy. */
START_TEST(who_may_log_in)
{
    const struct layout *layout = &layouts[_i];
    struct live *live = hosts_start(layout);

    refuse_without_tls(layout->first);
    refuse_an_incomplete_address(layout->first);
    if (!layout->proxy) {
        refuse_without_tls(layout->second);
        refuse_an_incomplete_address(layout->second);
    }
    live_log_wait(live, "event=kinamo_tls_insecure user=" LIVE_JAN " service=pop3 rip=" DEVICE);
    free(live_must("grep -E 'imap-login: .*(Login: |Logged in: )user=<" LIVE_JAN ">.* rip=" DEVICE
                   ", lip=%s, mpid=' " LIVE_DIR "/log/dovecot.log",
                   layout->first));
    hosts_stop(live);
}
END_TEST

#define SUBMIT(mechanism, password)                                                                \
    "printf 'From: " LIVE_JAN "\\r\\nSubject: sent\\r\\n\\r\\nx\\r\\n' | "                         \
    "curl -sS --cacert " LIVE_CA " --ssl-reqd --login-options AUTH=" mechanism " -u " LIVE_JAN     \
    ":" password " --mail-from " LIVE_JAN " --mail-rcpt " LIVE_JAN " -T - "                        \
    "smtp://out.kinamo.be:587"
#define NEW_PASSWORD "nieuw-van-jan"

/* C8, C9, C10: one account for all hosts; what is changed holds for all of them at once. */
START_TEST(one_password_for_all_hosts)
{
    const struct layout *layout = &layouts[_i];
    struct live *live = hosts_start(layout);
    struct talk *device;
    char *hash;

    live_allow(live, "SASL (PLAIN|CRAM-MD5) authentication failed");
    hosts_add_out(live);
    free(live_must(SUBMIT("PLAIN", LIVE_JAN_PASSWORD)));
    free(live_must(SUBMIT("CRAM-MD5", LIVE_JAN_PASSWORD)));
    live_log_wait(live, "saved mail to INBOX");
    device = hosts_imap(layout->second);
    talk(device, "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1 BODY[HEADER.FIELDS (SUBJECT)]\n"
                 "S* Subject: sent\nS* 3 OK *\n");
    talk_close(device);

    hash = live_must("printf %%s \"$(doveadm pw -s CRAM-MD5 -p " NEW_PASSWORD ")\"");
    free(live_sql("UPDATE accounts SET password = '%s' WHERE address = '" LIVE_JAN "';", hash));
    free(hash);
    ck_assert_int_ne(live_run(NULL, SUBMIT("CRAM-MD5", LIVE_JAN_PASSWORD)), 0);
    free(live_must(SUBMIT("CRAM-MD5", NEW_PASSWORD)));
    device = talk_open_to("imaps", layout->second, DEVICE);
    talk(device, "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 NO *\n"
                 "C: 2 LOGIN " LIVE_JAN " " NEW_PASSWORD "\nS* 2 OK *\n");
    talk_close(device);
    hosts_stop(live);
}
END_TEST

/* A proxy of 2.4 says how its client is connected, and the host behind it knows better than a proxy
   that only observes. One of 2.3 says nothing: there the proxy alone keeps the promise. */
START_TEST(what_the_host_behind_a_proxy_knows_of_tls)
{
    struct live *live = hosts_start(BEHIND_A_PROXY);
    struct talk *device;

    live_restart(live, &(struct live_options){
                           .sql = true,
                           .role = LIVE_PROXY,
                           .settings = {{"kinamo_tls_mode", "observe"}},
                       });
    device = talk_open_from("imap", DEVICE);
    talk(device, "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\n");
    talk(device, live_is_2_4() ? "S* 1 NO *\n" : "S* 1 OK *\n");
    talk_close(device);
    live_log_wait(live, live_is_2_4() ? "event=kinamo_tls_insecure * rip=" DEVICE
                                        " * cause=proxy_clear action=refuse"
                                      : "event=kinamo_tls_insecure user=" LIVE_JAN " * rip=" DEVICE
                                        " * action=observe");
    hosts_stop(live);
}
END_TEST

Suite *hosts_suite(void)
{
    Suite *suite = suite_create("hosts");
    TCase *tcase = tcase_create("hosts");

    tcase_set_timeout(tcase, 200);
    tcase_add_loop_test(tcase, one_device_fetches_the_other_finds_nothing, 0, LAYOUTS);
    tcase_add_loop_test(tcase, one_warning_from_two_hosts, 0, LAYOUTS);
    tcase_add_test(tcase, one_warning_from_two_hosts_at_once);
    tcase_add_loop_test(tcase, who_may_log_in, 0, LAYOUTS);
    tcase_add_loop_test(tcase, one_password_for_all_hosts, 0, LAYOUTS);
    tcase_add_test(tcase, what_the_host_behind_a_proxy_knows_of_tls);
    suite_add_tcase(suite, tcase);
    return suite;
}
