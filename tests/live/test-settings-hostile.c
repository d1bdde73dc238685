/* Every setting with values that nobody means: refused at load, or logged and without harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture/parts.h"
#include "kinamo/settings.h"
#include "quota.h"
#include "suites.h"

#define CONFIG LIVE_DIR "/hostile.conf"

#define SIXTEEN(text)                                                                              \
    text text text text text text text text text text text text text text text text
#define LONG SIXTEEN(SIXTEEN("long"))

/* Wrong types, huge and negative numbers, nothing, format strings, variables within variables, ways
   out of a directory, control characters, broken UTF-8, forged log lines. A passwd-file knows no
   blanks and no colons in a value; those that have one are for the configuration alone. */
static const char *const hostile[] = {
    "",
    "-1",
    "-99999999999999999999",
    "99999999999999999999999999",
    "18446744073709551616",
    "0x10",
    "1e400",
    "1.5",
    "NaN",
    "yes",
    "nonsense",
    "Enforce",
    "%s%n%x%p",
    "%{user}%{home}",
    "%{user|%{user|%{user|%{user}}}}",
    "%{nonsense}",
    "../../../../../../etc/passwd",
    "/etc/shadow",
    "..",
    "a\tb",
    "\001\033[31mred",
    "\377\376",
    "'$(id)`id`",
    LONG,
    "off off",
    "80 80",
    "300 -5",
    "kinamo: event=kinamo_forged user=root",
};

#define COUNT ((int)(sizeof(hostile) / sizeof(hostile[0])))

static const struct kinamo_setting *dovecot_setting(int id)
{
    const struct kinamo_setting *setting = kinamo_setting((enum kinamo_setting_id)id);
    bool is_block = live_is_2_4() && setting->type == KINAMO_TYPE_DICT;

    return setting->policy == KINAMO_POLICY_SASL || is_block ? NULL : setting;
}

/* The configuration of one setting; times: how often it is in the file. */
static void write_setting(const char *name, const char *value, int times)
{
    FILE *file = fopen(CONFIG, "we");
    char *version;

    ck_assert_ptr_nonnull(file);
    if (live_is_2_4()) {
        version = live_must("dovecot --version | sed 's/[^0-9.].*//'");
        version[strcspn(version, "\n")] = '\0';
        (void)fprintf(file, "dovecot_config_version = %s\ndovecot_storage_version = %s\n", version,
                      version);
        free(version);
    } else {
        (void)fputs("plugin {\n", file);
    }
    for (int i = 0; i < times; i++) {
        (void)fprintf(file, "%s = \"%s\"\n", name, value);
    }
    (void)fputs(live_is_2_4() ? "" : "}\n", file);
    (void)fclose(file);
}

/* Dovecot 2.4 itself stops at a variable that it cannot parse, in any setting. */
static bool is_for_us(const char *value)
{
    return !live_is_2_4() || strstr(value, "|%{") == NULL;
}

/* What Dovecot takes when it starts is what our parser takes, and what it says is what our parser
   says. */
START_TEST(at_load)
{
    const struct kinamo_setting *setting = dovecot_setting(_i);

    for (int i = 0; setting != NULL && i < COUNT; i++) {
        struct kinamo_value value;
        char want[KINAMO_ERROR_SIZE] = "";
        bool good = kinamo_setting_parse(setting, hostile[i], &value, want);
        char *output;
        int status;

        if (!is_for_us(hostile[i])) {
            continue;
        }
        write_setting(setting->name, hostile[i], 1);
        status = live_run(&output, "doveconf -c " CONFIG " -n");
        ck_assert_msg((status == 0) == good, "%s = %.40s: got status %d, want %s; %s",
                      setting->name, hostile[i], status, good ? "success" : "failure", output);
        ck_assert_msg(good || strstr(output, want) != NULL, "got  %s\nwant %s", output, want);
        free(output);
    }
}
END_TEST

/* Twice the same setting is Dovecot's own matter: the last one holds. */
START_TEST(twice)
{
    const struct kinamo_setting *setting = dovecot_setting(_i);

    if (setting != NULL) {
        write_setting(setting->name, setting->default_value, 2);
        free(live_must("doveconf -c " CONFIG " -n"));
    }
}
END_TEST

/* An empty field means "yes" to Dovecot 2.3. */
static bool fits_passwd_file(const char *value)
{
    return *value != '\0' && strpbrk(value, " :") == NULL;
}

/* Dovecot expands variables in the fields (2.3 does so twice) and does not serve a user with one
   that it does not know. */
static void write_escaped(FILE *out, const char *value)
{
    const char *more = live_is_2_4() ? "%" : "%%%";

    for (; *value != '\0'; value++) {
        (void)fputs(*value == '%' ? more : "", out);
        (void)fputc(*value, out);
    }
}

/* A line of the passwd-file for each value. */
static char *users_with(const struct kinamo_setting *setting)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < COUNT; i++) {
        if (fits_passwd_file(hostile[i])) {
            (void)fprintf(out, "u%d@klant.example:{PLAIN}" QUOTA_PASSWORD "::::::userdb_%s=", i,
                          setting->name);
            write_escaped(out, hostile[i]);
            (void)fputc('\n', out);
        }
    }
    (void)fclose(out);
    return text;
}

/* Mail comes and can be read, whatever is said about the user. */
static void use(const char *user)
{
    struct talk *pop3;
    struct talk *imap;

    quota_deliver(user, 100);
    pop3 = talk_open("pop3s");
    talkf(pop3,
          "S: +OK *\nC: USER %s\nS: +OK*\nC: PASS " QUOTA_PASSWORD
          "\nS: +OK *\nC: RETR 1\nS: +OK *\nS* .\nC: QUIT\nS: *\nEOF\n",
          user);
    talk_close(pop3);
    imap = talk_open("imaps");
    talkf(imap,
          "S: * OK *\nC: 1 LOGIN %s " QUOTA_PASSWORD
          "\nS* 1 OK *\nC: 2 SELECT INBOX\nS* 2 OK *\nC: 3 LOGOUT\nS* 3 OK *\nEOF\n",
          user);
    talk_close(imap);
}

/* A message that was fetched goes, or moves, only by a policy that is whole. */
static void expect_kept(const struct kinamo_setting *setting, const char *user, const char *value)
{
    ck_assert_msg(live_messages(user, "INBOX") == 1, "%s=%.40s: INBOX is not as it was",
                  setting->name, value);
}

/* And then it is where the policy says. */
static void expect_somewhere(const struct kinamo_setting *setting, const char *user,
                             const char *value)
{
    char *sum = live_must("doveadm -f flow mailbox status -u %s messages '*' 2>/dev/null | "
                          "awk -F messages= '{ n += $2 } END { print n + 0 }'",
                          user);

    ck_assert_msg(strcmp(sum, "1\n") == 0, "%s=%.40s: got %s messages in all, want 1",
                  setting->name, value, sum);
    free(sum);
}

static void check(struct live *live, const struct kinamo_setting *setting, const char *user,
                  const char *value)
{
    struct kinamo_value parsed;
    char error[KINAMO_ERROR_SIZE];
    bool good = kinamo_setting_parse(setting, value, &parsed, error);
    char *refused = format_text("kinamo: event=kinamo_setting_refused user=%s setting=%s ", user,
                                setting->name);

    if (!good && setting->policy == KINAMO_POLICY_POP3) {
        expect_kept(setting, user, value);
    }
    if (setting->id == KINAMO_SETTING_POP3_DESTINATION) {
        expect_somewhere(setting, user, value);
    }
    ck_assert_msg((live_log_count(live, refused) > 0) == !good, "%s=%.40s: want it %s",
                  setting->name, value, good ? "not in the log" : "in the log");
    free(refused);
}

START_TEST(of_one_user)
{
    const struct kinamo_setting *setting = dovecot_setting(_i);
    struct live *live;
    char *users;

    if (setting == NULL || setting->scope != KINAMO_SCOPE_USER) {
        return;
    }
    users = users_with(setting);
    live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_mode", "enforce"}, {"kinamo_quota_mode", "warn"}},
        .users = users,
    });
    live_allow(live, "kinamo: event=");
    for (int i = 0; i < COUNT; i++) {
        char *user = format_text("u%d@klant.example", i);

        if (fits_passwd_file(hostile[i])) {
            use(user);
            check(live, setting, user, hostile[i]);
        }
        free(user);
    }
    ck_assert_int_eq(live_log_count(live, "killed with signal"), 0);
    live_stop(live);
    free(users);
}
END_TEST

Suite *settings_hostile_suite(void)
{
    Suite *suite = suite_create("settings-hostile");
    TCase *tcase = tcase_create("settings-hostile");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, at_load, 0, KINAMO_SETTING_COUNT);
    tcase_add_loop_test(tcase, twice, 0, KINAMO_SETTING_COUNT);
    tcase_add_loop_test(tcase, of_one_user, 0, KINAMO_SETTING_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}
