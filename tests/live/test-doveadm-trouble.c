/* The operator's commands in trouble: an error that names the cure, an exit status, and the next
 * user. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doveadm.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

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
    doveadm_expect_failure(text, 67, "User doesn't exist");
    (void)snprintf(text, sizeof(text), "%s -u " BAD_VALUE, command);
    doveadm_expect_failure(text, 78,
                           "kinamo_pop3_mode: bad value enforc (off, observe, warn or enforce)");
    (void)snprintf(text, sizeof(text), "%s -u " BAD_UID, command);
    doveadm_expect_failure(text, 75, "not permitted");
    /* They stop nobody else. */
    (void)snprintf(text, sizeof(text), "%s -A", command);
    doveadm_expect_failure(text, 75,
                           "the mailbox cannot be taken over: *not permitted*(correct the user's");
    doveadm_expect_failure(text, 75, "\nlast@klant.example\t");
    doveadm_expect_failure(text, 75, "\n" BAD_VALUE "\t");
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
    struct live *live = doveadm_start(&(struct live_options){
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
        doveadm_expect_failure(text, without_dict[i].status, without_dict[i].want);
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
    doveadm_expect_failure("expire -A --after u3@klant.example", 67,
                           "--after u3@klant.example: there is no such");
    doveadm_expect("expire -u 'u*@klant.example'", "\nu1@klant.example\tenforce\t0\t0\t0\t\nu2@");
    output = live_must(
        "printf 'u1@klant.example\\nnobody@klant.example\\nu2@klant.example\\n' >" LIVE_DIR
        "/names");
    free(output);
    doveadm_expect_failure("expire -F " LIVE_DIR "/names", 67,
                           "no such user*\nu2@klant.example\tenforce\t");
    /* On a terminal, progress shows. */
    output = live_must("mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts && "
                       "script -qec 'doveadm kinamo expire -A' /dev/null");
    doveadm_match("terminal", output, "4 users done, 0 failed");
    free(output);
    live_stop(live);
}
END_TEST

#define USERS 30

/* Many commands over all users at once; by workers too, but not on Dovecot 2.3, where doveadm with
   two workers waits for ever once they print much (its own fetch likewise, without anything of
   ours). */
START_TEST(under_load)
{
    char *users =
        live_must("for i in $(seq %d); do echo \"u$i@klant.example:{PLAIN}x::::::\"; done", USERS);
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_quota_thresholds", "1"}, {"kinamo_pop3_expire", "30"}},
    });
    char *output =
        live_must("cd " LIVE_DIR
                  "; for i in $(seq 3); do for command in status warn expire explain reset; do\n"
                  "  { doveadm -f tab kinamo $command -A >out.$command.$i 2>err.$command.$i ||\n"
                  "    echo \"$command: status $?\" >>failed; } &\n"
                  "  { doveadm -o doveadm_worker_count=%d -f tab kinamo $command -A "
                  ">/dev/null 2>&1 ||\n"
                  "    echo \"$command with workers: status $?\" >>failed; } &\n"
                  "done; done; wait; cat failed 2>/dev/null; true",
                  live_is_2_4() ? 2 : 0);

    ck_assert_msg(*output == '\0', "got %s", output);
    free(output);
    output = live_must("grep -c '^u[0-9]*@' " LIVE_DIR "/out.status.1");
    ck_assert_int_eq(atoi(output), USERS);
    free(output);
    free(users);
    live_stop(live);
}
END_TEST

Suite *doveadm_trouble_suite(void)
{
    Suite *suite = suite_create("doveadm-trouble");
    TCase *tcase = tcase_create("doveadm-trouble");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, troubled_users, 0, LENGTH(commands));
    tcase_add_test(tcase, dict_is_down);
    tcase_add_test(tcase, after);
    tcase_add_test(tcase, under_load);
    suite_add_tcase(suite, tcase);
    return suite;
}
