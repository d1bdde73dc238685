/* The operator's commands: what they say, in every format and on every road. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quota.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define PIET          "piet@klant.example"
#define JAN_LIMIT     100000

static void expect(const char *what, const char *output, const char *pattern)
{
    char anywhere[512];

    (void)snprintf(anywhere, sizeof(anywhere), "*%s*", pattern);
    ck_assert_msg(talk_matches(anywhere, output), "%s: want %s\ngot %.2000s", what, pattern,
                  output);
}

/* A command of ours for Piet must print text that matches. */
static void expect_from(const char *command, const char *pattern)
{
    char *output = live_must("doveadm -f tab kinamo %s", command);

    expect(command, output, pattern);
    free(output);
}

static void expect_fails(const char *command, int status, const char *pattern)
{
    char *output;
    int got = live_run(&output, "doveadm -f tab kinamo %s", command);

    ck_assert_msg(got == status, "%s: exit status: got %d, want %d; it printed %s", command, got,
                  status, output);
    expect(command, output, pattern);
    free(output);
}

/* Piet speaks Dutch and has used 60 of 100 kB. */
static struct live *start(const struct live_options *given)
{
    struct live_options options = *given;
    char *users =
        quota_user(PIET, JAN_LIMIT, "userdb_kinamo_language=nl userdb_kinamo_pop3_expire=30");
    struct live *live;

    options.users = users;
    live = live_start(&options);
    quota_deliver(PIET, 60000);
    free(users);
    return live;
}

/* The columns are name, value, origin, meaning. */
static const char *const explained[] = {
    "name\tvalue\torigin\tmeaning\n",
    "\nkinamo_pop3_mode\tenforce\tconfiguration\t",
    "\nkinamo_pop3_expire\t30\tuserdb\t",
    "\nkinamo_quota_rearm\t2\tdefault\t",
    "\nkinamo_quota_thresholds\t50 90\tconfiguration\t",
    "\npop3\tenforce\tnow\t",
    "\npop3/retrieved\tkeep: too_young\tnow\t",
    "\npop3/retrieved_earlier\tremove\tnow\t",
    "\npop3/partly\tkeep: cut\tnow\t",
    "\ntls/imap/clear\trefuse\tnow\tNo TLS at all. The client is told: SSL/TLS is required: use "
    "port "
    "993",
    "\ntls/pop3/tls1.1\trefuse\tnow\t",
    "\ntls/pop3/tls1.3\tallow\tnow\t",
    "\nquota/STORAGE/User quota\t6*%\tnow\t6* of 100000; armed: 90; told: 50 at 20*-* *:* "
    "(sent).\n",
    "\nwarning\tnothing\tnow\t",
};

START_TEST(explain)
{
    struct live *live =
        start(&(struct live_options){.settings = {{"kinamo_quota_thresholds", "50 90"}}});
    char *output;

    ck_assert_int_eq(quota_warnings(PIET), 1);
    output = live_must("doveadm -f tab kinamo explain -u " PIET);
    for (int i = 0; i < LENGTH(explained); i++) {
        expect("explain", output, explained[i]);
    }
    free(output);
    live_stop(live);
}
END_TEST

/* Whoever is due for a warning sees its text in the own language; a mode that does not act, and
   another protocol's settings, show. */
START_TEST(explain_shows_what_would_happen)
{
    struct live *live = start(&(struct live_options){0});
    char *users = quota_user(PIET, 70000, "userdb_kinamo_language=nl userdb_kinamo_pop3_expire=0");

    live_restart(
        live,
        &(struct live_options){
            .users = users,
            .settings = {{"kinamo_quota_thresholds", "80 90"}, {"kinamo_pop3_mode", "observe"}},
            .dovecot_2_3 =
                "protocol pop3 {\n  plugin {\n    kinamo_pop3_keep_flagged = yes\n  }\n}\n",
            .dovecot_2_4 = "protocol pop3 {\n  kinamo_pop3_keep_flagged = yes\n}\n",
        });
    expect_from("explain -u " PIET,
                "\npop3/retrieved\tkeep: mode observe, would be removed\tnow\t");
    if (!live_is_2_4()) { /* there, doveadm does not get what other protocols have of their own */
        expect_from("explain -u " PIET, "\npop3/kinamo_pop3_keep_flagged\tyes\tconfiguration\t");
        expect_from("explain -u " PIET, "\npop3/retrieved_flagged\tkeep: flagged\tnow\t");
    }
    expect_from("explain -u " PIET, "\nwarning\twarn: 80\tnow\t");
    expect_from("explain -u " PIET, "\nwarning/imap\tUw mailbox is 8*% vol (*");
    expect_from("explain -u " PIET, "\nwarning/mail\tDate:*To: <" PIET ">");
    ck_assert_int_eq(quota_warnings(PIET), 0);
    free(users);
    live_stop(live);
}
END_TEST

/* A look tells what is due, a rehearsal only shows it, and what was forgotten is told again. */
START_TEST(warn_and_reset)
{
    struct live *live = start(&(struct live_options){.settings = {{"kinamo_quota_mode", "off"}}});
    struct live_options options = {.settings = {{"kinamo_quota_thresholds", "50 90"}}};
    char *users = quota_user(PIET, JAN_LIMIT, "userdb_kinamo_language=nl");

    live_allow(live, "kinamo_quota_mode is off for this user");
    expect_fails("warn -u " PIET, 68, "kinamo_quota_mode is off for this user");
    options.users = users;
    live_restart(live, &options);
    expect_from("warn --dry-run -u " PIET,
                "User quota\tSTORAGE\t6*\t100000\t6*\t50\tsend\t*Content-Language: nl*");
    ck_assert_int_eq(quota_warnings(PIET), 0);
    expect_from("warn -u " PIET, "User quota\tSTORAGE\t6*\t100000\t6*\t50\tsent\n");
    ck_assert_int_eq(quota_warnings(PIET), 1);
    expect_from("warn -u " PIET, "\t0\tnothing\n");
    expect_from("status -u " PIET, "\t50\t50\t20*-* *:*\tmail\tenforce\t0\t");
    expect_from("reset -u " PIET, "quota\t1\nquota-observe\t0\npop3-removal\t0\ntls-required\t0\n");
    expect_from("reset -u " PIET, "quota\t0\n");
    expect_from("status -u " PIET, "\t50\t0\t-\t-\tenforce\t0\t");
    expect_from("warn -n -u " PIET, "\t50\tsend\t");
    expect_from("warn -u " PIET, "\t50\tsent\n");
    /* The older one, unread, has been replaced. */
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(users);
    live_stop(live);
}
END_TEST

static const struct {
    const char *format, *want;
} formats[] = {
    {"tab", "storage\tmessages\tthreshold\ttold\ttold_at\tchannel\tpop3\tpending\timap\n"
            "6*\t-\t0\t0\t-\t-\tenforce\t0\tno\n"},
    {"json", "[{\"storage\":\"6*\",\"messages\":\"-\",\"threshold\":0,*\"pop3\":\"enforce\","
             "\"pending\":\"0\",\"imap\":\"no\"}]"},
    {"flow", "storage=6* messages=- threshold=0 *pop3=enforce pending=0 imap=no"},
    {"table", "storage messages threshold told told_at channel pop3    pending imap"},
    {"pager", "pop3: enforce\npending: 0\nimap: no\n"},
};

#define API_KEY "c2xldXRlbA==" /* "sleutel" */
#define CURL_API                                                                                   \
    "curl -sS -H 'Authorization: X-Dovecot-API " API_KEY "' -H 'Content-Type: application/json' "  \
    "http://in.kinamo.be:8080/doveadm/v1 -d '[[\"%s\",{%s},\"t\"]]'"

static const char *const api_listener =
    "service doveadm {\n  inet_listener http {\n    port = 8080\n    ssl = no\n  }\n}\n"
    "doveadm_api_key = sleutel\n";

/* In each format, by a doveadm server, and over the HTTP API. */
START_TEST(formats_and_servers)
{
    struct live *live = start(&(struct live_options){.dovecot = api_listener});
    char *output;

    live_allow(live, "nobody@klant.example.: Error: .*User doesn't exist");
    for (int i = 0; i < LENGTH(formats); i++) {
        output = live_must("doveadm -f %s kinamo status -u " PIET, formats[i].format);
        expect(formats[i].format, output, formats[i].want);
        free(output);
    }
    expect_from("status -S /run/dovecot/doveadm-server -u " PIET,
                "\t-\t0\t0\t-\t-\tenforce\t0\tno\n");
    expect_from("warn -n -S /run/dovecot/doveadm-server -u " PIET, "\tnothing\t\n");
    output = live_must(CURL_API, "kinamoStatus", "\"user\":\"" PIET "\"");
    expect("HTTP status", output,
           "[[\"doveadmResponse\",[{\"storage\":\"6*\"pop3\":\"enforce\"*}],\"t\"]]");
    free(output);
    output = live_must(CURL_API, "kinamoWarn", "\"user\":\"" PIET "\",\"dryRun\":true");
    expect("HTTP warn", output, "\"result\":\"nothing\",\"message\":\"\"}],\"t\"]]");
    free(output);
    output = live_must(CURL_API, "kinamoExplain", "\"user\":\"" PIET "\"");
    expect("HTTP explain", output,
           "{\"name\":\"kinamo_pop3_expire\",\"value\":\"30\",\"origin\":\"userdb\",");
    free(output);
    output = live_must(CURL_API, "kinamoStatus", "\"user\":\"nobody@klant.example\"");
    expect("HTTP nobody", output, "[[\"error\",{\"type\":\"exitCode\",*\"exitCode\":67}");
    free(output);
    /* All of that was one server or more, and none has crashed. */
    output = live_must(CURL_API, "kinamoStatus", "\"allUsers\":true");
    expect("HTTP all", output, "\"username\":\"" PIET "\"*");
    free(output);
    live_stop(live);
}
END_TEST

/* Users who are trouble, between others who are not. */
#define BAD_VALUE "bad-value@klant.example"
#define BAD_UID   "bad-uid@klant.example"
#define TROUBLED                                                                                   \
    BAD_VALUE ":{PLAIN}x::::::userdb_kinamo_pop3_mode=enforc\n" BAD_UID ":{PLAIN}x:1:1::::\n"      \
              "last@klant.example:{PLAIN}x::::::\n"

static const char *const commands[] = {"explain", "status", "warn", "expire", "reset"};

START_TEST(troubled_users)
{
    const char *command = commands[_i];
    struct live *live = live_start(
        &(struct live_options){.users = TROUBLED, .settings = {{"kinamo_pop3_expire", "30"}}});
    char text[256];

    live_allow(live, "kinamo_setting_refused|not permitted|UID 1|bad-uid");
    (void)snprintf(text, sizeof(text), "%s -u nobody@klant.example", command);
    expect_fails(text, 67, "User doesn't exist");
    (void)snprintf(text, sizeof(text), "%s -u " BAD_VALUE, command);
    expect_fails(text, 78, "kinamo_pop3_mode: bad value enforc (off, observe, warn or enforce)");
    (void)snprintf(text, sizeof(text), "%s -u " BAD_UID, command);
    expect_fails(text, 75, "not permitted");
    /* They stop nobody else. */
    (void)snprintf(text, sizeof(text), "%s -A", command);
    expect_fails(text, 75, "the mailbox cannot be taken over: *not permitted*(correct the user's");
    expect_fails(text, 75, "\nlast@klant.example\t");
    expect_fails(text, 75, "\n" BAD_VALUE "\t");
    live_stop(live);
}
END_TEST

/* The dict cannot be reached. */
static const struct {
    const char *command;
    int status;
    const char *want;
} without_dict[] = {
    {"status", 75, "(check the dict that kinamo_state names)"},
    {"status", 75, "\n6*\t-\t50\t0\t-\t-\tenforce\t0\tno\n"},
    {"explain", 75, "(check the dict that kinamo_state names)"},
    {"warn", 75, "nobody was told: *(check the dict that kinamo_state names)"},
    {"reset", 75, "quota was not forgotten: *(check the dict that kinamo_state names)"},
    {"expire", 0, "mode\tdue\tremoved\tkept\tdestination\nenforce\t0\t0\t0\t\n"},
};

START_TEST(dict_is_down)
{
    struct live *live = start(&(struct live_options){
        .settings = {{"kinamo_quota_thresholds", "50 90"}},
        .dovecot_2_3 = "plugin {\n  kinamo_state = redis:host=127.0.0.1:port=6379:"
                       "timeout_msecs=1000\n}\n",
        .dovecot_2_4 = "kinamo_state {\n  dict redis {\n    redis_host = 127.0.0.1\n"
                       "    redis_request_timeout = 1s\n  }\n}\n",
    });

    live_allow(live, "result=failed|dict|redis");
    for (int i = 0; i < LENGTH(without_dict); i++) {
        char text[128];

        (void)snprintf(text, sizeof(text), "%s -u " PIET, without_dict[i].command);
        expect_fails(text, without_dict[i].status, without_dict[i].want);
    }
    live_stop(live);
}
END_TEST

/* Going through users can be taken up again. */
START_TEST(after)
{
    struct live *live = live_start(&(struct live_options){
        .users = "u1@klant.example:{PLAIN}x::::::\nu2@klant.example:{PLAIN}x::::::\n"});
    char *output = live_must("doveadm -f tab kinamo expire -A --after u1@klant.example");

    ck_assert_str_eq(output, "Username\tmode\tdue\tremoved\tkept\tdestination\n"
                             "u2@klant.example\tenforce\t0\t0\t0\t\n");
    free(output);
    expect_fails("expire -A --after u3@klant.example", 67,
                 "--after u3@klant.example: there is no such");
    expect_from("expire -u 'u*@klant.example'", "\nu1@klant.example\tenforce\t0\t0\t0\t\nu2@");
    output = live_must(
        "printf 'u1@klant.example\\nnobody@klant.example\\nu2@klant.example\\n' >" LIVE_DIR
        "/names");
    free(output);
    expect_fails("expire -F " LIVE_DIR "/names", 67, "no such user*\nu2@klant.example\tenforce\t");
    /* On a terminal, progress shows. */
    output = live_must("mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts && "
                       "script -qec 'doveadm kinamo expire -A' /dev/null");
    expect("terminal", output, "4 users done, 0 failed");
    free(output);
    live_stop(live);
}
END_TEST

Suite *doveadm_suite(void)
{
    Suite *suite = suite_create("doveadm");
    TCase *tcase = tcase_create("doveadm");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, explain);
    tcase_add_test(tcase, explain_shows_what_would_happen);
    tcase_add_test(tcase, warn_and_reset);
    tcase_add_test(tcase, formats_and_servers);
    tcase_add_loop_test(tcase, troubled_users, 0, LENGTH(commands));
    tcase_add_test(tcase, dict_is_down);
    tcase_add_test(tcase, after);
    suite_add_tcase(suite, tcase);
    return suite;
}
