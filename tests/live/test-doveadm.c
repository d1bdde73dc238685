/* The operator's commands: what they say, in every format and on every road. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doveadm.h"
#include "quota.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

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
    "\ntls/imap/clear\trefuse\tnow\tNo TLS at all. The client is told: SSL/TLS is *993",
    "\ntls/pop3/tls1.1\trefuse\tnow\t",
    "\ntls/pop3/tls1.3\tallow\tnow\t",
    "\nquota/STORAGE/User quota\t6*%\tnow\t6* of 100000; armed: 90; told: 50 at 20* (sent).\n",
    "\nwarning\tnothing\tnow\t",
};

START_TEST(explain)
{
    struct live *live =
        doveadm_start(&(struct live_options){.settings = {{"kinamo_quota_thresholds", "50 90"}}});
    char *output;

    ck_assert_int_eq(quota_warnings(PIET), 1);
    output = live_must("doveadm -f tab kinamo explain -u " PIET);
    for (int i = 0; i < LENGTH(explained); i++) {
        doveadm_match("explain", output, explained[i]);
    }
    free(output);
    live_stop(live);
}
END_TEST

/* Whoever is due for a warning sees its text in the own language; a mode that does not act, and
   another protocol's settings, show. */
START_TEST(explain_shows_what_would_happen)
{
    struct live *live = doveadm_start(&(struct live_options){0});
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
    doveadm_expect("explain -u " PIET,
                   "\npop3/retrieved\tkeep: mode observe, would be removed\tnow\t");
    if (!live_is_2_4()) { /* there, doveadm does not get what other protocols have of their own */
        doveadm_expect("explain -u " PIET, "\npop3/kinamo_pop3_keep_flagged\tyes\tconfiguration\t");
        doveadm_expect("explain -u " PIET, "\npop3/retrieved_flagged\tkeep: flagged\tnow\t");
    }
    doveadm_expect("explain -u " PIET, "\nwarning\twarn: 80\tnow\t");
    doveadm_expect("explain -u " PIET, "\nwarning/imap\tUw mailbox is 8*% vol (*");
    doveadm_expect("explain -u " PIET, "\nwarning/mail\tDate:*To: <" PIET ">");
    ck_assert_int_eq(quota_warnings(PIET), 0);
    free(users);
    live_stop(live);
}
END_TEST

/* A look tells what is due, a rehearsal only shows it, and what was forgotten is told again. */
START_TEST(warn_and_reset)
{
    struct live *live =
        doveadm_start(&(struct live_options){.settings = {{"kinamo_quota_mode", "off"}}});
    struct live_options options = {.settings = {{"kinamo_quota_thresholds", "50 90"}}};
    char *users = quota_user(PIET, PIET_LIMIT, "userdb_kinamo_language=nl");

    live_allow(live, "kinamo_quota_mode is off for this user");
    doveadm_expect_failure("warn -u " PIET, 68, "kinamo_quota_mode is off for this user");
    options.users = users;
    live_restart(live, &options);
    doveadm_expect("warn --dry-run -u " PIET,
                   "User quota\tSTORAGE\t6*\t100000\t6*\t50\tsend\t*Content-Language: nl*");
    ck_assert_int_eq(quota_warnings(PIET), 0);
    doveadm_expect("warn -u " PIET, "User quota\tSTORAGE\t6*\t100000\t6*\t50\tsent\n");
    ck_assert_int_eq(quota_warnings(PIET), 1);
    doveadm_expect("warn -u " PIET, "\t0\tnothing\n");
    doveadm_expect("status -u " PIET, "\t50\t50\t20*-* *:*\tmail\tenforce\t0\t");
    doveadm_expect("reset -u " PIET,
                   "quota\t1\nquota-observe\t0\npop3-removal\t0\ntls-required\t0\n");
    doveadm_expect("reset -u " PIET, "quota\t0\n");
    doveadm_expect("status -u " PIET, "\t50\t0\t-\t-\tenforce\t0\t");
    doveadm_expect("warn -n -u " PIET, "\t50\tsend\t");
    doveadm_expect("warn -u " PIET, "\t50\tsent\n");
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
    struct live *live = doveadm_start(&(struct live_options){.dovecot = api_listener});
    char *output;

    live_allow(live, "nobody@klant.example.: Error: .*User doesn't exist");
    for (int i = 0; i < LENGTH(formats); i++) {
        output = live_must("doveadm -f %s kinamo status -u " PIET, formats[i].format);
        doveadm_match(formats[i].format, output, formats[i].want);
        free(output);
    }
    doveadm_expect("status -S /run/dovecot/doveadm-server -u " PIET,
                   "\t-\t0\t0\t-\t-\tenforce\t0\tno\n");
    doveadm_expect("warn -n -S /run/dovecot/doveadm-server -u " PIET, "\tnothing\t\n");
    output = live_must(CURL_API, "kinamoStatus", "\"user\":\"" PIET "\"");
    doveadm_match("HTTP status", output,
                  "[[\"doveadmResponse\",[{\"storage\":\"6*\"pop3\":\"enforce\"*}],\"t\"]]");
    free(output);
    output = live_must(CURL_API, "kinamoWarn", "\"user\":\"" PIET "\",\"dryRun\":true");
    doveadm_match("HTTP warn", output, "\"result\":\"nothing\",\"message\":\"\"}],\"t\"]]");
    free(output);
    output = live_must(CURL_API, "kinamoExplain", "\"user\":\"" PIET "\"");
    doveadm_match("HTTP explain", output,
                  "{\"name\":\"kinamo_pop3_expire\",\"value\":\"30\",\"origin\":\"userdb\",");
    free(output);
    output = live_must(CURL_API, "kinamoStatus", "\"user\":\"nobody@klant.example\"");
    doveadm_match("HTTP nobody", output, "[[\"error\",{\"type\":\"exitCode\",*\"exitCode\":67}");
    free(output);
    /* All of that was one server or more, and none has crashed. */
    output = live_must(CURL_API, "kinamoStatus", "\"allUsers\":true");
    doveadm_match("HTTP all", output, "\"username\":\"" PIET "\"*");
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
    suite_add_tcase(suite, tcase);
    return suite;
}
