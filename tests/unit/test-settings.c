/* The table of settings: what each accepts, how each refuses, what a bad value costs. */
#include <stdio.h>
#include <string.h>

#include "kinamo/settings.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *setting, *text;
    uint64_t want;
} good[] = {
    {"kinamo_pop3_mode", "off", KINAMO_MODE_OFF},
    {"kinamo_pop3_mode", "observe", KINAMO_MODE_OBSERVE},
    {"kinamo_pop3_mode", "warn", KINAMO_MODE_WARN},
    {"kinamo_pop3_mode", "enforce", KINAMO_MODE_ENFORCE},
    {"kinamo_pop3_mode", NULL, KINAMO_MODE_OBSERVE},
    {"kinamo_tls_mode", NULL, KINAMO_MODE_OBSERVE},
    {"kinamo_address_mode", "enforce", KINAMO_MODE_ENFORCE},
    {"kinamo_pop3_expire", "0", 0},
    {"kinamo_pop3_expire", "30", 30},
    {"kinamo_pop3_expire", "36500", 36500},
    {"kinamo_pop3_expire", "never", KINAMO_EXPIRE_NEVER},
    {"kinamo_pop3_expire_min", "", KINAMO_EXPIRE_UNSET},
    {"kinamo_pop3_expire_min", "0", 0},
    {"kinamo_pop3_keep_flagged", "yes", 1},
    {"kinamo_pop3_keep_flagged", "no", 0},
    {"kinamo_pop3_keep_flagged", "true", 1},
    {"kinamo_pop3_top", "no", 0},
    {"kinamo_pop3_top", "whole", 1},
    {"kinamo_tls_min_protocol", "", 0},
    {"kinamo_tls_min_protocol", "TLSv1.2", 3},
    {"kinamo_tls_repeat", "7d", 604800},
    {"kinamo_tls_repeat", "2 hours", 7200},
    {"kinamo_tls_repeat", "60s", 60},
    {"kinamo_tls_trusted_networks", "", 0},
    {"kinamo_tls_trusted_networks", "127.0.0.0/8 ::1, 2001:db8::/32", 0},
    {"kinamo_pop3_destination", "", 0},
    {"kinamo_pop3_destination", "Trash", 0},
    {"kinamo_auth_timeout", NULL, 25},
    {"kinamo_quota_mode", "warn", KINAMO_MODE_WARN},
    {"kinamo_quota_thresholds", "70 100", 0},
    {"kinamo_quota_min_free", "100M", UINT64_C(100) << 20},
    {"kinamo_quota_min_free", "0", 0},
    {"kinamo_quota_repeat", NULL, 86400},
    {"kinamo_quota_repeat", "0", 0},
    {"kinamo_quota_rearm", "5", 5},
    {"kinamo_quota_channels", NULL, 3},
    {"kinamo_quota_channels", "imap", 1},
    {"kinamo_quota_channels", "mail", 2},
    {"kinamo_quota_channels", "", 0},
    {"kinamo_language", "pt-br", 0},
    {"kinamo_state", "redis:host=192.0.2.1:timeout_msecs=1000", 0},
};

START_TEST(accepts)
{
    const struct kinamo_setting *setting = kinamo_setting_find(good[_i].setting);
    struct kinamo_value value;
    char error[KINAMO_ERROR_SIZE] = "";

    ck_assert_ptr_nonnull(setting);
    ck_assert_msg(kinamo_setting_parse(setting, good[_i].text, &value, error), "refused: %s",
                  error);
    ck_assert_msg(value.number == good[_i].want, "%s=%s: got %llu, want %llu", good[_i].setting,
                  good[_i].text, (unsigned long long)value.number,
                  (unsigned long long)good[_i].want);
}
END_TEST

static const struct {
    const char *setting, *text, *want;
} bad[] = {
    {"kinamo_pop3_mode", "enforced",
     "kinamo_pop3_mode: bad value enforced (off, observe, warn or enforce)"},
    {"kinamo_pop3_mode", "", "kinamo_pop3_mode: bad value \"\" (off, observe, warn or enforce)"},
    {"kinamo_pop3_mode", "Enforce",
     "kinamo_pop3_mode: bad value Enforce (off, observe, warn or enforce)"},
    {"kinamo_address_mode", "warn",
     "kinamo_address_mode: bad value warn (off, observe or enforce)"},
    {"kinamo_pop3_expire", "soon",
     "kinamo_pop3_expire: bad value soon (never, or a number of days from 0 to 36500)"},
    {"kinamo_pop3_expire", "-1",
     "kinamo_pop3_expire: bad value -1 (never, or a number of days from 0 to 36500)"},
    {"kinamo_pop3_expire", "36501",
     "kinamo_pop3_expire: bad value 36501 (never, or a number of days from 0 to 36500)"},
    {"kinamo_pop3_expire", "99999999999999999999999",
     "kinamo_pop3_expire: bad value 99999999999999999999999 (never, or a number of days from 0 "
     "to 36500)"},
    {"kinamo_pop3_expire", "",
     "kinamo_pop3_expire: bad value \"\" (never, or a number of days from 0 to 36500)"},
    {"kinamo_pop3_expire", "1d",
     "kinamo_pop3_expire: bad value 1d (never, or a number of days from 0 to 36500)"},
    {"kinamo_pop3_keep_flagged", "maybe", "kinamo_pop3_keep_flagged: bad value maybe (yes or no)"},
    {"kinamo_pop3_top", "empty", "kinamo_pop3_top: bad value empty (no or whole)"},
    {"kinamo_tls_min_protocol", "SSLv3",
     "kinamo_tls_min_protocol: bad value SSLv3 (empty, TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3)"},
    {"kinamo_tls_min_protocol", "empty",
     "kinamo_tls_min_protocol: bad value empty (empty, TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3)"},
    {"kinamo_tls_repeat", "7",
     "kinamo_tls_repeat: bad value 7 (a number with unit s, m, h, d or w, such as 7d; from 60 to "
     "31536000 seconds)"},
    {"kinamo_tls_repeat", "3600",
     "kinamo_tls_repeat: bad value 3600 (a number with unit s, m, h, d or w, such as 7d; from 60 "
     "to 31536000 seconds)"},
    {"kinamo_tls_repeat", "59s",
     "kinamo_tls_repeat: bad value 59s (a number with unit s, m, h, d or w, such as 7d; from 60 to "
     "31536000 seconds)"},
    /* 3584 seconds more than 64 bits hold: it must not wrap around to these. */
    {"kinamo_tls_repeat", "307445734561825920m",
     "kinamo_tls_repeat: bad value 307445734561825920m (a number with unit s, m, h, d or w, such "
     "as 7d; from 60 to 31536000 seconds)"},
    {"kinamo_quota_min_free", "16777216T",
     "kinamo_quota_min_free: bad value 16777216T (a number with unit B, k, M, G or T, such as "
     "100M; from 0 to 1152921504606846976 bytes)"},
    {"kinamo_tls_trusted_networks", "10.0.0.0/33",
     "kinamo_tls_trusted_networks: bad value 10.0.0.0/33 (IP addresses or networks such as "
     "192.0.2.0/24 2001:db8::/32, separated by spaces)"},
    {"kinamo_tls_trusted_networks", "webmail.example",
     "kinamo_tls_trusted_networks: bad value webmail.example (IP addresses or networks such as "
     "192.0.2.0/24 2001:db8::/32, separated by spaces)"},
    {"kinamo_quota_mode", "enforce", "kinamo_quota_mode: bad value enforce (off, observe or warn)"},
    {"kinamo_quota_thresholds", "90 80",
     "kinamo_quota_thresholds: bad value \"90 80\" (up to 8 percentages from 1 to 100, rising, "
     "such as 80 90 95 100)"},
    {"kinamo_quota_channels", "sms",
     "kinamo_quota_channels: bad value sms (none, some or all of: imap mail)"},
    {"kinamo_language", "../../etc",
     "kinamo_language: bad value ../../etc (2 to 16 lower case letters, digits, \"_\" and "
     "\"-\")"},
    {"kinamo_pop3_destination", "Tr\nash",
     "kinamo_pop3_destination: bad value \"Tr\\x0aash\" (empty, or 0 to 255 bytes of UTF-8 without "
     "control "
     "characters)"},
    {"kinamo_pop3_destination", "Tr\xff",
     "kinamo_pop3_destination: bad value \"Tr\\xff\" (empty, or 0 to 255 bytes of UTF-8 without "
     "control "
     "characters)"},
    {"kinamo_pop3_destination", "Tr\x7f",
     "kinamo_pop3_destination: bad value \"Tr\\x7f\" (empty, or 0 to 255 bytes of UTF-8 without "
     "control "
     "characters)"},
    {"kinamo_pop3_mode", "%{user}%{user}%n%n%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s",
     "kinamo_pop3_mode: bad value \"%{user}%{user}%n%n%s%s%s%s%s%s%s%s%s%s%\" (off, observe, warn "
     "or enforce)"},
};

START_TEST(refuses_with_setting_value_and_cure)
{
    const struct kinamo_setting *setting = kinamo_setting_find(bad[_i].setting);
    struct kinamo_value value;
    char error[KINAMO_ERROR_SIZE] = "";

    ck_assert_ptr_nonnull(setting);
    ck_assert_msg(!kinamo_setting_parse(setting, bad[_i].text, &value, error), "%s=%s: accepted",
                  bad[_i].setting, bad[_i].text);
    ck_assert_msg(strcmp(error, bad[_i].want) == 0, "got  %s\nwant %s", error, bad[_i].want);
}
END_TEST

START_TEST(every_row_is_sound)
{
    const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)_i);
    struct kinamo_value value;
    char error[KINAMO_ERROR_SIZE] = "";

    ck_assert_int_eq(setting->id, _i);
    ck_assert_msg(kinamo_setting_is_ours(setting->name), "%s: not our prefix", setting->name);
    ck_assert_ptr_eq(kinamo_setting_find(setting->name), setting);
    ck_assert_msg(kinamo_setting_parse(setting, NULL, &value, error), "default refused: %s", error);
    ck_assert_msg(setting->doc[strlen(setting->doc) - 1] == '.', "%s: doc is no sentence",
                  setting->name);
    if (setting->type == KINAMO_TYPE_MODE) {
        ck_assert_msg(value.number == KINAMO_MODE_OBSERVE, "%s: an absent mode means observe",
                      setting->name);
    }
}
END_TEST

START_TEST(misspelled_name)
{
    char error[KINAMO_ERROR_SIZE] = "";

    ck_assert(!kinamo_setting_check("kinamo_pop3_mod", "enforce", error));
    ck_assert_str_eq(error, "kinamo_pop3_mod: unknown setting (did you mean kinamo_pop3_mode?)");
    ck_assert(!kinamo_setting_check("kinamo_pop3_mod\xff\n", "enforce", error));
    ck_assert_str_eq(error, "\"kinamo_pop3_mod\\xff\\x0a\": unknown setting (did you mean "
                            "kinamo_pop3_mode?)");
    ck_assert(kinamo_setting_check("quota_rule", "*:storage=1G", error));
}
END_TEST

struct host {
    const char *name, *text;
    int refused;
};

static const char *host_lookup(void *context, const struct kinamo_setting *setting)
{
    const struct host *host = context;

    return strcmp(setting->name, host->name) == 0 ? host->text : NULL;
}

/* As if the userdb had said it. */
static bool host_is_own(void *owner, const struct kinamo_setting *setting)
{
    return host_lookup(owner, setting) != NULL;
}

static void host_refused(void *context, const struct kinamo_setting *setting, const char *error)
{
    struct host *host = context;

    ck_assert_str_eq(setting->name, host->name);
    ck_assert_ptr_nonnull(strstr(error, host->name));
    host->refused++;
}

static const struct {
    const char *name, *setting, *text;
    int refused;
    enum kinamo_mode pop3, tls;
} loads[] = {
    {"nothing set", "x", "", 0, KINAMO_MODE_OBSERVE, KINAMO_MODE_OBSERVE},
    {"good", "kinamo_pop3_mode", "enforce", 0, KINAMO_MODE_ENFORCE, KINAMO_MODE_OBSERVE},
    {"bad mode", "kinamo_pop3_mode", "enforc", 1, KINAMO_MODE_OBSERVE, KINAMO_MODE_OBSERVE},
    {"bad value beside a mode", "kinamo_pop3_expire", "x", 1, KINAMO_MODE_OBSERVE,
     KINAMO_MODE_OBSERVE},
    {"bad TLS mode fails closed", "kinamo_tls_mode", "offf", 1, KINAMO_MODE_OBSERVE,
     KINAMO_MODE_ENFORCE},
    {"bad TLS value fails closed", "kinamo_tls_repeat", "x", 1, KINAMO_MODE_OBSERVE,
     KINAMO_MODE_ENFORCE},
    {"one user trusts another network", "kinamo_tls_trusted_networks", "192.0.2.1", 1,
     KINAMO_MODE_OBSERVE, KINAMO_MODE_ENFORCE},
    {"one user announces another EXPIRE", "kinamo_pop3_expire_min", "0", 1, KINAMO_MODE_OBSERVE,
     KINAMO_MODE_OBSERVE},
};

START_TEST(load)
{
    struct host host = {loads[_i].setting, loads[_i].text, 0};
    const struct kinamo_settings_source source = {host_lookup, &host,       host_refused,
                                                  &host,       host_is_own, &host};
    struct kinamo_settings settings;
    bool result = kinamo_settings_load(&settings, &source);
    enum kinamo_mode pop3 = kinamo_settings_mode(&settings, KINAMO_SETTING_POP3_MODE);
    enum kinamo_mode tls = kinamo_settings_mode(&settings, KINAMO_SETTING_TLS_MODE);

    ck_assert_msg(result == (loads[_i].refused == 0), "%s: result %d", loads[_i].name, result);
    ck_assert_msg(host.refused == loads[_i].refused, "%s: got %d refusals, want %d", loads[_i].name,
                  host.refused, loads[_i].refused);
    ck_assert_msg(pop3 == loads[_i].pop3, "%s: pop3 mode: got %s, want %s", loads[_i].name,
                  kinamo_mode_name(pop3), kinamo_mode_name(loads[_i].pop3));
    ck_assert_msg(tls == loads[_i].tls, "%s: tls mode: got %s, want %s", loads[_i].name,
                  kinamo_mode_name(tls), kinamo_mode_name(loads[_i].tls));
}
END_TEST

START_TEST(a_bad_mode_of_one_user_does_not_keep_a_good_one)
{
    struct host host = {"kinamo_pop3_destination", "\n", 0};
    const struct kinamo_settings_source source = {host_lookup, &host,       host_refused,
                                                  &host,       host_is_own, &host};
    struct kinamo_settings settings;

    ck_assert(!kinamo_settings_load(&settings, &source));
    ck_assert(settings.bad[KINAMO_POLICY_POP3]);
    ck_assert(!settings.bad[KINAMO_POLICY_TLS]);
    ck_assert_str_eq(kinamo_settings_text(&settings, KINAMO_SETTING_POP3_DESTINATION), "");
}
END_TEST

/* A login process, say: it knows of no users. */
START_TEST(a_host_without_users_has_settings_for_all)
{
    struct host host = {"kinamo_tls_trusted_networks", "192.0.2.1", 0};
    const struct kinamo_settings_source source = {
        .lookup = host_lookup, .host = &host, .refused = host_refused, .context = &host};
    struct kinamo_settings settings;

    ck_assert(kinamo_settings_load(&settings, &source));
    ck_assert_str_eq(kinamo_settings_text(&settings, KINAMO_SETTING_TLS_TRUSTED_NETWORKS),
                     "192.0.2.1");
}
END_TEST

Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("settings");

    tcase_add_loop_test(tcase, accepts, 0, LENGTH(good));
    tcase_add_loop_test(tcase, refuses_with_setting_value_and_cure, 0, LENGTH(bad));
    tcase_add_loop_test(tcase, every_row_is_sound, 0, KINAMO_SETTING_COUNT);
    tcase_add_test(tcase, misspelled_name);
    tcase_add_loop_test(tcase, load, 0, LENGTH(loads));
    tcase_add_test(tcase, a_host_without_users_has_settings_for_all);
    tcase_add_test(tcase, a_bad_mode_of_one_user_does_not_keep_a_good_one);
    suite_add_tcase(suite, tcase);
    return suite;
}
