/* Whose word counts about TLS, and what the mail process does when the login process did nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "suites.h"

#define LOGIN       "C: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\n"
#define LOGIN_AGAIN "C: 3 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 3 OK *\n"
#define USER        "C: USER " LIVE_JAN "\n"
#define PASS        "C: PASS " LIVE_JAN_PASSWORD "\n"
#define OPEN_2_3    "disable_plaintext_auth = no\n"
#define OPEN_2_4    "auth_allow_cleartext = yes\n"

/* RFC 3207 and CVE-2011-0411: what came before the handshake came from anybody. */
START_TEST(what_is_pipelined_behind_starttls_is_never_executed)
{
    struct live *live = live_start(NULL);
    struct talk *conversation = talk_open("imap");
    static const char imap[] = "1 STARTTLS\r\n2 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\r\n";
    static const char pop3[] = "STLS\r\nUSER " LIVE_JAN "\r\nPASS " LIVE_JAN_PASSWORD "\r\n";

    talk(conversation, "S: * OK *\n");
    talk_send(conversation, imap, sizeof(imap) - 1);
    talk(conversation, "S: 1 OK *\nEOF\n");
    talk_close(conversation);
    conversation = talk_open("pop3");
    talk(conversation, "S: +OK *\n");
    talk_send(conversation, pop3, sizeof(pop3) - 1);
    talk(conversation, "S: +OK *\nEOF\n");
    talk_close(conversation);
    ck_assert_int_eq(live_log_count(live, "Login: user="), 0);
    ck_assert_int_eq(live_log_count(live, "Logged in: user="), 0);
    ck_assert_int_eq(live_log_count(live, "kinamo_tls_insecure"), 0);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *networks, *source, *reply;
} sources[] = {
    {"loopback is not trusted by itself", "192.0.2.0/24", "127.0.0.1",
     "S* 1 NO [PRIVACYREQUIRED] *\n"},
    {"the webmail is", "127.0.0.9/32", "127.0.0.9", "S* 1 OK *\n"},
    {"its neighbour is not", "127.0.0.9/32", "127.0.0.1", "S* 1 NO [PRIVACYREQUIRED] *\n"},
};

START_TEST(trusted_networks)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_trusted_networks", sources[_i].networks}},
        .dovecot_2_3 = "ssl = required\n",
        .dovecot_2_4 = "ssl = required\nauth_allow_cleartext = no\n",
    });
    struct talk *conversation = talk_open_from("imap", sources[_i].source);

    talk(conversation, "S: * OK *\n" LOGIN);
    talk(conversation, sources[_i].reply);
    talk_close(conversation);
    live_stop(live);
}
END_TEST

/* On a port that nothing else uses here. */
#define HAPROXY_LISTENER                                                                           \
    "haproxy_trusted_networks = 127.0.0.0/8\n"                                                     \
    "service imap-login {\n  inet_listener proxied {\n    port = 4190\n    haproxy = yes\n  "      \
    "}\n}\n"

/* Version 2 of the PROXY protocol: 192.0.2.1 to 127.0.0.1, the second with the TLS flag. */
static const char proxied_clear[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\x7f\0\0\x01"
                                    "\x04\0\0\x8f";
static const char proxied_tls[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14\xc0\0\x02\x01\x7f\0\0\x01"
                                  "\x04\0\0\x8f\x20\0\x05\x01\0\0\0\0";

START_TEST(haproxy_says_whether_there_was_tls)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_min_protocol", "TLSv1.2"}},
        .dovecot = HAPROXY_LISTENER,
        .dovecot_2_3 = OPEN_2_3,
        .dovecot_2_4 = OPEN_2_4,
    });
    struct talk *conversation = talk_open("sieve");

    talk_send(conversation, proxied_clear, sizeof(proxied_clear) - 1);
    talk(conversation, "S: * LOGINDISABLED*\n" LOGIN "S* 1 NO [PRIVACYREQUIRED] *\n");
    talk_close(conversation);
    live_log_wait(live,
                  "event=kinamo_tls_insecure user=" LIVE_JAN " service=imap rip=192.0.2.1 tls=no");
    conversation = talk_open("sieve");
    talk_send(conversation, proxied_tls, sizeof(proxied_tls) - 1);
    talk(conversation, "S: * OK *\n" LOGIN "S* 1 OK *\n");
    talk_close(conversation);
    live_log_wait(live, "event=kinamo_tls_version_unknown user=" LIVE_JAN
                        " service=imap rip=192.0.2.1 mechanism=PLAIN tls=yes");
    live_stop(live);
}
END_TEST

#define CLAIM(transport)                                                                           \
    "C: 0 ID (\"x-client-transport\" \"" transport "\" \"x-originating-ip\" \"192.0.2.7\")\n"      \
    "S* 0 OK *\n"

static const struct {
    const char *name, *trusted, *claim, *reply, *reply_2_3;
} claims[] = {
    {"a trusted proxy says TLS", "login_trusted_networks = 127.0.0.1\n", CLAIM("TLS"),
     "S* 1 OK *\n", "S* 1 NO [PRIVACYREQUIRED] *\n"},
    {"a trusted proxy says clear", "login_trusted_networks = 127.0.0.1\n", CLAIM("insecure"),
     "S* 1 NO [PRIVACYREQUIRED] *\n", "S* 1 NO [PRIVACYREQUIRED] *\n"},
    {"a trusted proxy says nothing", "login_trusted_networks = 127.0.0.1\n", "",
     "S* 1 NO [PRIVACYREQUIRED] *\n", "S* 1 NO [PRIVACYREQUIRED] *\n"},
    {"anybody says TLS", "login_trusted_networks = 192.0.2.0/24\n", CLAIM("TLS"),
     "S* 1 NO [PRIVACYREQUIRED] *\n", "S* 1 NO [PRIVACYREQUIRED] *\n"},
};

/* Proxies of 2.3 say nothing about TLS, so nothing is believed there. */
START_TEST(claims_of_proxies)
{
    struct live *live = live_start(&(struct live_options){
        .dovecot = claims[_i].trusted,
        .dovecot_2_3 = OPEN_2_3,
        .dovecot_2_4 = OPEN_2_4,
    });
    struct talk *conversation = talk_open("imap");

    talk(conversation, "S: * OK *\n");
    talk(conversation, claims[_i].claim);
    talk(conversation, LOGIN);
    talk(conversation, live_is_2_4() ? claims[_i].reply : claims[_i].reply_2_3);
    talk_close(conversation);
    live_stop(live);
}
END_TEST

/* A network that Dovecot itself trusts: what its clients are greeted with and answered. */
static char *answer_to_a_trusted_network(const struct live_options *options)
{
    struct live *live = live_start_test("a_trusted_network", options);
    struct talk *conversation = talk_open_from("imap", "127.0.7.7");
    const char *line = talk_line(conversation);
    bool disabled = line != NULL && strstr(line, "LOGINDISABLED") != NULL;
    char *answer;

    talk(conversation, LOGIN);
    do {
        line = talk_line(conversation);
    } while (line != NULL && strncmp(line, "1 ", 2) != 0);
    ck_assert_ptr_nonnull(line);
    answer = live_must("printf '%%s' '%s%.4s'", disabled ? "LOGINDISABLED " : "", line);
    if (strcmp(answer + strlen(answer) - 2, "OK") != 0) {
        talk(conversation, "C: 2 STARTTLS\nS: 2 OK *\nTLS\n" LOGIN_AGAIN);
    }
    talk_close(conversation);
    live_stop(live);
    return answer;
}

#define TRUSTED "login_trusted_networks = 127.0.7.0/24\n"

static const struct {
    const char *mode, *ssl;
} harmless[] = {
    {"observe", "required"},
    {"warn", "required"},
    {"observe", "yes"},
    {"warn", "yes"},
};

/* Whatever Dovecot makes of such a network, with clear text forbidden elsewhere. */
START_TEST(a_harmless_mode_opens_and_closes_nothing_to_a_trusted_network)
{
    char *lines = live_must("printf '" TRUSTED "ssl = %s\n'", harmless[_i].ssl);
    struct live_options options = {
        .dovecot = lines,
        .dovecot_2_3 = "disable_plaintext_auth = yes\n",
        .dovecot_2_4 = "auth_allow_cleartext = no\n",
        .stock = true,
    };
    char *stock = answer_to_a_trusted_network(&options);
    char *ours;

    options.stock = false;
    options.settings[0] = (struct live_setting){"kinamo_tls_mode", harmless[_i].mode};
    ours = answer_to_a_trusted_network(&options);
    ck_assert_str_eq(ours, stock);
    free(ours);
    free(stock);
    free(lines);
}
END_TEST

/* The login process does not see userdb fields. */
START_TEST(the_mail_process_refuses_what_the_login_process_let_in)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", "observe"}},
        .users = "piet@klant.example:{PLAIN}x::::::userdb_kinamo_tls_mode=enforce\n",
    });
    struct talk *conversation;

    live_allow(live, "event=kinamo_tls_insecure user=piet.*action=refuse.*as a userdb field only");
    live_deliver_many("piet@klant.example", 1);
    conversation = talk_open("imap");
    /* Pipelined commands are not executed either. */
    talk(conversation, "S: * OK *\nC: 1 LOGIN piet@klant.example x\nC: 2 SELECT INBOX\n"
                       "C: 3 STORE 1 +FLAGS (\\Deleted)\nC: 4 CLOSE\n"
                       "S* * BYE [PRIVACYREQUIRED] SSL/TLS is required*\nEOF\n");
    talk_close(conversation);
    conversation = talk_open("pop3");
    talk(conversation, "S: +OK *\nC: USER piet@klant.example\nS: +OK*\nC: PASS x\nC: DELE 1\n"
                       "C: QUIT\nS: -ERR [SYS/PERM] SSL/TLS is required*\nEOF\n");
    talk_close(conversation);
    ck_assert_int_eq(live_messages("piet@klant.example", "INBOX"), 1);
    live_log_wait(live, "Error: kinamo: event=kinamo_tls_insecure user=piet@klant.example "
                        "service=pop3 rip=127.0.0.1 mechanism=PLAIN tls=no cause=no_tls "
                        "action=refuse");
    /* On TLS nothing is missed. */
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN piet@klant.example x\nS* 1 OK *\nC: 2 NOOP\n"
                       "S: 2 OK *\n");
    live_stop(live);
}
END_TEST

/* World-writable for the test only: who may connect depends on the system's users. */
#define HIBERNATE                                                                                  \
    "imap_hibernate_timeout = 1s\n"                                                                \
    "service imap {\n  unix_listener imap-master {\n    mode = 0666\n  }\n}\n"                     \
    "service imap-hibernate {\n  unix_listener imap-hibernate {\n    mode = 0666\n  }\n}\n"

/* Idles until the session is with the hibernate process, then ends the command. */
static void hibernate(struct live *live, struct talk *conversation, int which)
{
    talk(conversation, "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 IDLE\nS: + *\n");
    for (int i = 0; i < 100 && live_log_count(live, "Successfully hibernated imap client") < which;
         i++) {
        free(live_must("sleep 0.1"));
    }
    ck_assert_int_eq(live_log_count(live, "Successfully hibernated imap client"), which);
}

/* Dovecot itself restores no TLS flag. */
START_TEST(a_session_keeps_what_it_was_through_hibernation)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", "warn"}},
        .dovecot = HIBERNATE "log_debug = event=imap_client_hibernated OR event=kinamo_*\n",
    });
    struct talk *private = talk_open("imaps");
    struct talk *clear = talk_open("imap");

    talk(private, "S: * OK *\n" LOGIN "S* 1 OK *\n");
    hibernate(live, private, 1);
    talk(clear, "S: * OK *\n" LOGIN "S* 1 OK *\n");
    hibernate(live, clear, 2);
    talk(private, "C: DONE\nS* 3 OK *\nC: 4 NOOP\nS* 4 OK *\n");
    live_log_wait(live, "event=kinamo_tls_restored user=" LIVE_JAN " tls=yes");
    talk(clear, "C: DONE\nS* 3 OK *\nC: 4 NOOP\nS* 4 OK *\n");
    live_log_wait(live, "event=kinamo_tls_restored user=" LIVE_JAN " tls=no");
    /* Told when it went to sleep, and not a second time. */
    live_log_wait(live, "event=kinamo_tls_notice * result=sent");
    ck_assert_int_eq(live_log_count(live, "event=kinamo_tls_notice"), 1);
    talk_close(private);
    talk_close(clear);
    live_stop(live);
}
END_TEST

/* Clear text is open for the login plugin to decide about. */
START_TEST(dovecot_does_not_start_without_the_login_plugin)
{
    struct live *live = live_start(NULL);
    char *output;

    free(live_must("cp /etc/dovecot/dovecot.conf " LIVE_DIR "/bare.conf"));
    free(live_must(live_is_2_4() ? "printf 'login_plugins {\\n  login_kinamo_policy = no\\n}\\n' "
                                   ">>" LIVE_DIR "/bare.conf"
                                 : "echo 'login_plugins =' >>" LIVE_DIR "/bare.conf"));
    ck_assert_int_ne(live_run(&output, "doveconf -n -c " LIVE_DIR "/bare.conf"), 0);
    ck_assert_msg(strstr(output, "kinamo_tls_mode: login_plugins lacks login_kinamo_policy") !=
                      NULL,
                  "got %s", output);
    free(output);
    free(live_must(live_is_2_4() ? "echo 'kinamo_tls_mode = off' >>" LIVE_DIR "/bare.conf"
                                 : "printf 'plugin {\\n  kinamo_tls_mode = off\\n}\\n' >>" LIVE_DIR
                                   "/bare.conf"));
    free(live_must("doveconf -n -c " LIVE_DIR "/bare.conf"));
    live_stop(live);
}
END_TEST

/* A session without a network, as an administrator or a script starts it, is none of the policy's.
 */
START_TEST(no_remote_address)
{
    struct live *live = live_start(NULL);
    char *output;

    live_deliver(LIVE_JAN, "Subject: 1\n\nx\n");
    output = live_must(
        "{ sleep 0.2; printf '1 STATUS INBOX (MESSAGES)\\r\\n2 LOGOUT\\r\\n'; sleep 0.5; } | "
        "USER=" LIVE_JAN " HOME=" LIVE_MAIL_DIR "/" LIVE_JAN " /usr/lib/dovecot/imap");
    ck_assert_msg(strstr(output, "* PREAUTH") != NULL, "got %s", output);
    ck_assert_msg(strstr(output, "MESSAGES 1") != NULL, "got %s", output);
    free(output);
    live_stop(live);
}
END_TEST

Suite *tls_session_suite(void)
{
    Suite *suite = suite_create("tls-session");
    TCase *tcase = tcase_create("tls-session");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, what_is_pipelined_behind_starttls_is_never_executed);
    tcase_add_loop_test(tcase, trusted_networks, 0, (int)(sizeof(sources) / sizeof(sources[0])));
    tcase_add_test(tcase, dovecot_does_not_start_without_the_login_plugin);
    tcase_add_test(tcase, haproxy_says_whether_there_was_tls);
    tcase_add_loop_test(tcase, claims_of_proxies, 0, (int)(sizeof(claims) / sizeof(claims[0])));
    tcase_add_loop_test(tcase, a_harmless_mode_opens_and_closes_nothing_to_a_trusted_network, 0,
                        (int)(sizeof(harmless) / sizeof(harmless[0])));
    tcase_add_test(tcase, the_mail_process_refuses_what_the_login_process_let_in);
    tcase_add_test(tcase, a_session_keeps_what_it_was_through_hibernation);
    if (!live_memory_is_checked()) {
        tcase_add_test(tcase, no_remote_address);
    }
    suite_add_tcase(suite, tcase);
    return suite;
}
