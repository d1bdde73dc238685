/* Settings: what each series registers and refuses, and what a bad value of one user costs. */
#include <stdlib.h>
#include <string.h>

#include "fixture/live.h"
#include "kinamo/settings.h"
#include "suites.h"

#define ONE_SETTING LIVE_DIR "/one-setting.conf"

/* A configuration of one setting of ours and what Dovecot itself requires. */
static void write_one_setting(const char *name, const char *value)
{
    if (live_is_2_4()) {
        free(live_must("version=$(dovecot --version | sed 's/[^0-9.].*//')\n"
                       "printf 'dovecot_config_version = %%s\\ndovecot_storage_version = %%s\\n"
                       "%%s = %%s\\n' \"$version\" \"$version\" '%s' '%s' >" ONE_SETTING,
                       name, value));
    } else {
        free(
            live_must("printf 'plugin {\\n%%s = %%s\\n}\\n' '%s' '%s' >" ONE_SETTING, name, value));
    }
}

static const struct kinamo_setting *dovecot_setting(int id)
{
    const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);

    if (setting->policy == KINAMO_POLICY_SASL ||
        (live_is_2_4() && setting->type == KINAMO_TYPE_DICT)) {
        /* The SASL module's, or a block that has no value. */
        return NULL;
    }
    return setting;
}

/* The table, row by row, against what this Dovecot has registered. */
START_TEST(registered_with_the_default)
{
    const struct kinamo_setting *setting = dovecot_setting(_i);
    char *output;
    char *want;

    if (setting == NULL) {
        return;
    }
    write_one_setting(setting->name, setting->default_value);
    if (live_is_2_4()) {
        /* Here a name that is not registered is an error of doveconf. */
        free(live_must("sed -i '$d' " ONE_SETTING));
        output = live_must("doveconf -c " ONE_SETTING " -h '%s'", setting->name);
    } else {
        output = live_must("doveconf -c " ONE_SETTING " -h 'plugin/%s'", setting->name);
    }
    output[strcspn(output, "\n")] = '\0';
    want = strdup(setting->default_value);
    ck_assert_msg(strcmp(output, want) == 0, "%s: got %s, want %s", setting->name, output, want);
    free(want);
    free(output);
}
END_TEST

START_TEST(bad_global_value_is_refused_at_load)
{
    static const char *const bad = "\1";
    const struct kinamo_setting *setting = dovecot_setting(_i);
    struct kinamo_value value;
    char want[KINAMO_ERROR_SIZE];
    char *output;
    int status;

    if (setting == NULL) {
        return;
    }
    ck_assert(!kinamo_setting_parse(setting, bad, &value, want));
    write_one_setting(setting->name, bad);
    status = live_run(&output, "doveconf -c " ONE_SETTING " -n");
    ck_assert_msg(status != 0, "%s: accepted", setting->name);
    ck_assert_msg(strstr(output, want) != NULL, "got  %s\nwant %s", output, want);
    free(output);
}
END_TEST

START_TEST(misspelled_name_is_refused_at_load)
{
    char *output;

    write_one_setting("kinamo_pop3_mod", "enforce");
    ck_assert_int_ne(live_run(&output, "doveconf -c " ONE_SETTING " -n"), 0);
    ck_assert_msg(strstr(output, "kinamo_pop3_mod") != NULL, "got %s", output);
    free(output);
}
END_TEST

/* The value that is in force, as an operator asks for it. */
static char *value_in_force(const char *user, const char *setting)
{
    char *output = live_must("doveadm -f tab kinamo explain -u '%s' 2>/dev/null | "
                             "awk -F '\\t' '$1 == \"%s\" { print $2 }'",
                             user, setting);

    output[strcspn(output, "\n")] = '\0';
    return output;
}

static const struct {
    const char *user, *field, *setting, *want;
    bool bad;
} overrides[] = {
    {"good@klant.example", "userdb_kinamo_pop3_expire=30", "kinamo_pop3_expire", "30", false},
    {"off@klant.example", "userdb_kinamo_pop3_mode=off", "kinamo_pop3_mode", "off", false},
    {"typo@klant.example", "userdb_kinamo_pop3_mode=enforc", "kinamo_pop3_mode", "observe", true},
    {"days@klant.example", "userdb_kinamo_pop3_expire=soon", "kinamo_pop3_mode", "observe", true},
    {"bomb@klant.example", "userdb_kinamo_pop3_destination=%%s%%n\x01", "kinamo_pop3_mode",
     "observe", true},
    {"tls@klant.example", "userdb_kinamo_tls_mode=offf", "kinamo_tls_mode", "enforce", true},
    {"net@klant.example", "userdb_kinamo_tls_trusted_networks=192.0.2.1",
     "kinamo_tls_trusted_networks", "", true},
    {"net@klant.example", "userdb_kinamo_tls_trusted_networks=192.0.2.1", "kinamo_tls_mode",
     "enforce", true},
};

START_TEST(value_of_one_user)
{
    char *users = NULL;
    char *got;
    struct live *live;

    users =
        live_must("printf '%s:{PLAIN}secret::::::%s\\n'", overrides[_i].user, overrides[_i].field);
    live = live_start(&(struct live_options){
        .settings = {{"kinamo_tls_mode", "off"}},
        .users = users,
    });
    live_allow(live, "event=kinamo_setting_refused");
    got = value_in_force(overrides[_i].user, overrides[_i].setting);
    ck_assert_msg(strcmp(got, overrides[_i].want) == 0, "%s: got %s, want %s", overrides[_i].field,
                  got, overrides[_i].want);
    free(got);

    /* A bad value never costs that user mail. */
    live_deliver(overrides[_i].user, "Subject: still delivered\n\nyes\n");
    ck_assert_int_eq(live_messages(overrides[_i].user, "INBOX"), 1);
    talk_once("imaps", "S: * OK *\n");
    live_stop(live);
    free(users);
}
END_TEST

START_TEST(bad_value_is_logged_with_its_cure)
{
    struct live *live = live_start(&(struct live_options){
        .users = "typo@klant.example:{PLAIN}secret::::::userdb_kinamo_pop3_mode=enforc\n"});

    live_allow(live, "event=kinamo_setting_refused");
    talk_once("imaps", "S: * OK *\n"
                       "C: 1 LOGIN typo@klant.example secret\n"
                       "S* 1 OK *\n"
                       "C: 2 SELECT INBOX\n"
                       "S* 2 OK *\n");
    live_log_wait(live, "Error: kinamo: event=kinamo_setting_refused user=typo@klant.example "
                        "setting=kinamo_pop3_mode error=\"kinamo_pop3_mode: bad value enforc (off, "
                        "observe, warn or enforce)\"");
    live_stop(live);
}
END_TEST

Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("settings");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, registered_with_the_default, 0, KINAMO_SETTING_COUNT);
    tcase_add_loop_test(tcase, bad_global_value_is_refused_at_load, 0, KINAMO_SETTING_COUNT);
    tcase_add_test(tcase, misspelled_name_is_refused_at_load);
    tcase_add_loop_test(tcase, value_of_one_user, 0,
                        (int)(sizeof(overrides) / sizeof(overrides[0])));
    tcase_add_test(tcase, bad_value_is_logged_with_its_cure);
    suite_add_tcase(suite, tcase);
    return suite;
}
