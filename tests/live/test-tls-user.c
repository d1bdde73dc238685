/* Users with a mode of their own, and complete addresses (promises C6, C7): the auth service
   decides, so a refusal is a wrong password's in all that can be seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture/live.h"
#include "suites.h"

/* piet is raised to enforce; jan without a domain and dirk without a dot are what C6 refuses. */
static const char *const users = "piet@klant.example:{PLAIN}goed::::::kinamo_tls_mode=enforce\n"
                                 "jan:{PLAIN}goed::::::\n"
                                 "dirk@klant:{PLAIN}goed::::::\n"
                                 "anna@klant.example:{PLAIN}goed::::::\n";

static struct live *start(const char *tls_mode, const char *address_mode)
{
    return live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", tls_mode}, {"kinamo_address_mode", address_mode}},
        .users = users,
    });
}

/* Dovecot holds failures back until its clock has counted two seconds, looked at twice a second:
   one or two and a half of them. Each of an address's penalties is two seconds or more. */
static bool is_as_slow(double seconds, double wrong_seconds)
{
    return seconds > wrong_seconds - 1.6 && seconds < wrong_seconds + 1.6 && seconds > 0.9;
}

/* Log in from an address of its own, because the penalty is per address. Returns the server's reply
   and how long it took. */
static char *reply(const char *service, const char *source, const char *user, const char *password,
                   double *seconds_r)
{
    struct talk *conversation = talk_open_from(service, source);
    struct timespec begin, end;
    bool imap = strncmp(service, "imap", 4) == 0;
    char *line;

    talk(conversation, imap ? "S: * OK *\n" : "S: +OK *\n");
    if (!imap) {
        talkf(conversation, "C: USER %s\nS: +OK*\n", user);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    if (imap) {
        talkf(conversation, "C: 1 LOGIN %s %s\n", user, password);
    } else {
        talkf(conversation, "C: PASS %s\n", password);
    }
    line = strdup(talk_line(conversation));
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    *seconds_r = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    talk_close(conversation);
    return line;
}

static const struct {
    const char *name, *service, *user, *password;
    bool refused;
} logins[] = {
    {"raised, clear, right password", "imap", "piet@klant.example", "goed", true},
    {"raised, clear, right password", "pop3", "piet@klant.example", "goed", true},
    {"raised, TLS", "imaps", "piet@klant.example", "goed", false},
    {"another user, clear", "imap", "anna@klant.example", "goed", false},
    {"no domain, right password", "imaps", "jan", "goed", true},
    {"no domain, right password", "pop3s", "jan", "goed", true},
    {"no dot in the domain, right password", "imaps", "dirk@klant", "goed", true},
    {"complete", "pop3s", "anna@klant.example", "goed", false},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(a_refusal_is_a_wrong_password)
{
    struct live *live = start("warn", "enforce");
    char source[32];
    double wrong_seconds;
    char *wrong[2];

    wrong[0] = reply("imaps", "127.0.1.1", "anna@klant.example", "fout", &wrong_seconds);
    wrong[1] = reply("pop3s", "127.0.1.2", "anna@klant.example", "fout", &wrong_seconds);
    for (size_t i = 0; i < LENGTH(logins); i++) {
        const char *want = wrong[strncmp(logins[i].service, "pop3", 4) == 0];
        double seconds;
        char *got;

        (void)snprintf(source, sizeof(source), "127.0.2.%zu", i + 1);
        got = reply(logins[i].service, source, logins[i].user, logins[i].password, &seconds);
        ck_assert_msg((strcmp(got, want) == 0) == logins[i].refused, "%s, %s: got %s",
                      logins[i].service, logins[i].name, got);
        if (logins[i].refused) {
            ck_assert_msg(is_as_slow(seconds, wrong_seconds), "%s, %s: got %.2f s, want %.2f s",
                          logins[i].service, logins[i].name, seconds, wrong_seconds);
        }
        free(got);
    }
    ck_assert_int_eq(live_log_count(live, "kinamo_address_incomplete"), 0);
    ck_assert_int_eq(live_log_count(live, "kinamo_tls_insecure user=piet"), 0);
    live_log_wait(live, "event=kinamo_tls_insecure user=anna@klant.example service=imap");
    free(wrong[0]);
    free(wrong[1]);
    live_stop(live);
}
END_TEST

/* The penalty of the next attempt from the same address is there, too. */
START_TEST(a_refusal_has_the_penalty_of_a_wrong_password)
{
    struct live *live = start("warn", "enforce");
    double wrong, raised, incomplete, seconds;

    free(reply("imap", "127.0.3.1", "anna@klant.example", "fout", &seconds));
    free(reply("imap", "127.0.3.1", "anna@klant.example", "fout", &wrong));
    free(reply("imap", "127.0.3.2", "piet@klant.example", "goed", &seconds));
    free(reply("imap", "127.0.3.2", "piet@klant.example", "goed", &raised));
    free(reply("imap", "127.0.3.3", "jan", "goed", &seconds));
    free(reply("imap", "127.0.3.3", "jan", "goed", &incomplete));
    ck_assert_msg(is_as_slow(raised, wrong), "raised: got %.2f s, want %.2f s", raised, wrong);
    ck_assert_msg(is_as_slow(incomplete, wrong), "incomplete: got %.2f s, want %.2f s", incomplete,
                  wrong);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *url, *user, *mechanism;
} mechanisms[] = {
    {"raised", "imap://in.kinamo.be/", "piet@klant.example", "PLAIN"},
    {"raised", "imap://in.kinamo.be/", "piet@klant.example", "CRAM-MD5"},
    {"raised", "pop3://in.kinamo.be/", "piet@klant.example", "LOGIN"},
    {"raised", "pop3://in.kinamo.be/", "piet@klant.example", "CRAM-MD5"},
    {"incomplete", "imaps://in.kinamo.be/", "jan", "PLAIN"},
    {"incomplete", "imaps://in.kinamo.be/", "jan", "CRAM-MD5"},
    {"incomplete", "pop3s://in.kinamo.be/", "jan", "LOGIN"},
    {"incomplete", "pop3s://in.kinamo.be/", "jan", "CRAM-MD5"},
};

static char *last_refusal(const char *source, size_t i, const char *password)
{
    char *line;

    (void)live_run(&line,
                   "curl -sv --cacert " LIVE_CA " --interface %s --login-options AUTH=%s -u %s:%s "
                   "%s 2>&1 | grep -E '^< ([A-Z0-9]+ NO|-ERR)' | sed 's/^< [A-Z]*[0-9]* *//' | "
                   "tr -d '\\r'",
                   source, mechanisms[i].mechanism, mechanisms[i].user, password,
                   mechanisms[i].url);
    return line;
}

START_TEST(for_every_mechanism)
{
    struct live *live = start("warn", "enforce");

    for (size_t i = 0; i < LENGTH(mechanisms); i++) {
        char source[32];
        char *right;
        char *wrong;

        (void)snprintf(source, sizeof(source), "127.0.4.%zu", 2 * i + 1);
        right = last_refusal(source, i, "goed");
        (void)snprintf(source, sizeof(source), "127.0.4.%zu", 2 * i + 2);
        wrong = last_refusal(source, i, "fout");
        ck_assert_msg(*right != '\0' && strcmp(right, wrong) == 0,
                      "%s, %s, %s: right password: got %s, want %s", mechanisms[i].name,
                      mechanisms[i].url, mechanisms[i].mechanism, right, wrong);
        free(right);
        free(wrong);
    }
    live_stop(live);
}
END_TEST

/* A passdb of the operator's that lacks our lines; it lets everybody in. */
#define BARE_PASSDB_2_3                                                                            \
    "passdb {\n  driver = static\n  args = password=goed kinamo_tls_mode=enforce\n}\n"
#define BARE_PASSDB_2_4                                                                            \
    "passdb static {\n  password = goed\n  fields {\n    kinamo_tls_mode = enforce\n  }\n}\n"

START_TEST(the_login_process_refuses_what_a_passdb_let_pass)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", "warn"}, {"kinamo_address_mode", "enforce"}},
        .dovecot_2_3 = BARE_PASSDB_2_3,
        .dovecot_2_4 = BARE_PASSDB_2_4,
    });
    double seconds;
    char *got;

    live_allow(live, "passdb lacks the lines of kinamo-passdb.conf.ext");
    got = reply("imap", "127.0.5.1", "kees@klant.example", "goed", &seconds);
    ck_assert_msg(talk_matches("1 NO [AUTHENTICATIONFAILED] *", got), "raised: got %s", got);
    free(got);
    live_log_wait(live, "event=kinamo_tls_insecure user=kees@klant.example service=imap "
                        "rip=127.0.5.1 mechanism=PLAIN tls=no cause=no_tls action=refuse");
    got = reply("imaps", "127.0.5.2", "kees", "goed", &seconds);
    ck_assert_msg(talk_matches("1 NO [AUTHENTICATIONFAILED] *", got), "incomplete: got %s", got);
    free(got);
    live_log_wait(live, "event=kinamo_address_incomplete user=kees service=imap rip=127.0.5.2 "
                        "mechanism=PLAIN action=refuse");
    live_stop(live);
}
END_TEST

/* In observe an incomplete address is let in and reported. */
START_TEST(incomplete_addresses_are_observed)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_address_mode", "observe"}},
        .users = "kees:{PLAIN}goed::::::\n",
        .dovecot_2_3 = "passdb {\n  driver = static\n  args = password=goed\n}\n",
        .dovecot_2_4 = "passdb static {\n  password = goed\n}\n",
    });
    double seconds;
    char *got = reply("imaps", "127.0.6.1", "kees", "goed", &seconds);

    ck_assert_msg(talk_matches("1 OK *", got), "got %s", got);
    free(got);
    live_log_wait(live, "event=kinamo_address_incomplete user=kees service=imap rip=127.0.6.1 "
                        "mechanism=PLAIN action=observe");
    live_stop(live);
}
END_TEST

/* A proxy whose passdb lacks our lines. Dovecot gives the login process no say in what is passed
   on, but it knows. */
#define PASSED_ON_2_3                                                                              \
    "passdb {\n  driver = static\n"                                                                \
    "  args = password=goed proxy=y host=127.0.0.2 kinamo_tls_mode=enforce\n}\n"
#define PASSED_ON_2_4                                                                              \
    "passdb static {\n  password = goed\n  fields {\n    proxy = yes\n    host = 127.0.0.2\n"      \
    "    kinamo_tls_mode = enforce\n  }\n}\n"

static const struct {
    const char *mode, *record;
} passed_on[] = {
    {"observe", "Info: *event=kinamo_address_incomplete user=kees service=imap rip=127.0.7.1 "
                "mechanism=PLAIN action=observe"},
    {"enforce", "Error: *event=kinamo_address_incomplete user=kees service=imap rip=127.0.7.1 "
                "mechanism=PLAIN action=observe cure="},
};

START_TEST(what_a_proxy_passes_on_is_reported)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", "observe"}, {"kinamo_address_mode", passed_on[_i].mode}},
        .dovecot_2_3 = PASSED_ON_2_3,
        .dovecot_2_4 = PASSED_ON_2_4,
    });
    double seconds;
    char *got;

    live_allow(live, "passdb lacks the lines of kinamo-passdb.conf.ext");
    live_add_host(live, "127.0.0.2",
                  &(struct live_options){
                      .settings = {{"kinamo_tls_mode", "off"}, {"kinamo_address_mode", "off"}},
                      .users = "kees:{PLAIN}goed::::::\nkees@klant.example:{PLAIN}goed::::::\n",
                      .dovecot_2_3 = "passdb {\n  driver = static\n  args = password=goed\n}\n",
                      .dovecot_2_4 = "passdb static {\n  password = goed\n}\n",
                  });
    got = reply("imaps", "127.0.7.1", "kees", "goed", &seconds);
    ck_assert_msg(talk_matches("1 OK *", got), "incomplete: got %s", got);
    free(got);
    live_log_wait(live, passed_on[_i].record);
    ck_assert_int_eq(live_log_count(live, "event=kinamo_tls_insecure"), 0);
    got = reply("imap", "127.0.7.2", "kees@klant.example", "goed", &seconds);
    ck_assert_msg(talk_matches("1 OK *", got), "in clear: got %s", got);
    free(got);
    live_log_wait(live, "event=kinamo_tls_insecure user=kees@klant.example service=imap "
                        "rip=127.0.7.2 mechanism=PLAIN tls=no cause=no_tls action=observe");
    live_log_wait(live, "Error: *kinamo: the user has kinamo_tls_mode = enforce, but");
    ck_assert_int_eq(live_log_count(live, "event=kinamo_address_incomplete"), 1);
    live_stop(live);
}
END_TEST

Suite *tls_user_suite(void)
{
    Suite *suite = suite_create("tls-user");
    TCase *tcase = tcase_create("tls-user");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_refusal_is_a_wrong_password);
    tcase_add_test(tcase, a_refusal_has_the_penalty_of_a_wrong_password);
    tcase_add_test(tcase, for_every_mechanism);
    tcase_add_test(tcase, the_login_process_refuses_what_a_passdb_let_pass);
    tcase_add_test(tcase, incomplete_addresses_are_observed);
    tcase_add_loop_test(tcase, what_a_proxy_passes_on_is_reported, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
