/* The quota warning as a message: what it says, in which language, and what becomes of it (promises
   C3, C11). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

/* The operator's own namespace with a folder for junk. */
static const char *const junk = "namespace inbox {\n  mailbox Junk {\n    auto = create\n"
                                "    special_use = \\Junk\n  }\n}\n";

START_TEST(unread_warning_is_replaced)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, 81000);
    quota_deliver(PIET, 6000);
    ck_assert_int_eq(quota_sent(live, 2), 2);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

static const struct {
    const char *flag;
} kept[] = {{"\\Seen"}, {"\\Flagged"}};

START_TEST(warning_in_use_is_kept)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, 81000);
    free(live_must("doveadm flags add -u " PIET " '%s' mailbox INBOX all", kept[_i].flag));
    quota_deliver(PIET, 6000);
    ck_assert_int_eq(quota_sent(live, 2), 2);
    ck_assert_int_eq(quota_warnings(PIET), 2);
    live_stop(live);
}
END_TEST

/* Somebody else's message with our headers is never touched. */
START_TEST(forged_warning_is_not_removed)
{
    struct live *live = quota_start(100000, "");
    char *text;

    quota_deliver(PIET, 81000);
    text = quota_warning_text(PIET);
    live_deliver(PIET, text);
    ck_assert_int_eq(quota_warnings(PIET), 2);
    quota_deliver(PIET, 6000);
    ck_assert_int_eq(quota_sent(live, 2), 2);
    ck_assert_int_eq(quota_warnings(PIET), 2);
    free(text);
    live_stop(live);
}
END_TEST

static const struct {
    const char *language;
    const char *want[6];
} languages[] = {
    {"en",
     {"subject Your mailbox is 85% full", "85% full: 83 kB of 98 kB", "Trash: 0 B", "Junk: 1.5 kB",
      "INBOX: 82 kB", "Each check for mail over POP3 removes"}},
    {"nl",
     {"subject Uw mailbox is 85% vol", "85% vol: 83 kB van 98 kB", "Prullenbak: 0 B",
      "Ongewenste mail: 1,5 kB", "INBOX: 82 kB", "Elke controle op nieuwe mail via POP3"}},
    {"fr",
     {"subject Votre boîte aux lettres est pleine à 85 %", "pleine à 85 % : 83 ko sur\n98 ko",
      "Corbeille : 0 o", "Indésirables : 1,5 ko", "INBOX: 82 ko", "Chaque relève du courrier"}},
    {"de",
     {"subject Ihr Postfach ist zu 85 % voll", "85 % voll: 83 kB von 98 kB", "Papierkorb: 0 B",
      "Spam: 1,5 kB", "INBOX: 82 kB", "Jeder Abruf über POP3 entfernt"}},
};

/* As a mail program reads it. */
static char *parsed_warning(void)
{
    return live_must(
        "doveadm fetch -u " PIET " text mailbox INBOX header Auto-Submitted auto-generated |"
        " sed 1d >" LIVE_DIR "/warning && python3 - <<'END'\n"
        "import email, email.policy, sys\n"
        "m = email.message_from_binary_file(open('" LIVE_DIR "/warning', 'rb'),\n"
        "                                   policy=email.policy.default)\n"
        "assert not m.defects, m.defects\n"
        "for h in 'from to subject message-id date importance content-language'.split():\n"
        "    assert len(m.get_all(h)) == 1 and not m[h].defects, h\n"
        "    print(h, m[h])\n"
        "print(m.get_content())\n"
        "END");
}

START_TEST(in_the_language_of_the_user)
{
    char *fields = live_must("printf 'userdb_kinamo_language=%s'", languages[_i].language);
    struct live *live = quota_start_with(100000, fields, junk);
    char *text;

    free(fields);
    free(live_must("{ printf 'Subject: spam\\n\\n'; head -c 1520 /dev/zero | tr '\\0' x; } |"
                   " doveadm save -u " PIET " -m Junk"));
    quota_deliver(PIET, 81000);
    text = parsed_warning();
    for (int i = 0; i < 6; i++) {
        ck_assert_msg(strstr(text, languages[_i].want[i]) != NULL, "%s: want %s in\n%s",
                      languages[_i].language, languages[_i].want[i], text);
    }
    ck_assert_ptr_nonnull(strstr(text, "from postmaster@klant.example"));
    ck_assert_ptr_nonnull(strstr(text, "to " PIET));
    free(text);
    live_stop(live);
}
END_TEST

/* A folder that carries the special use counts as trash, whatever its name. */
START_TEST(trash_is_found)
{
    struct live *live = quota_start(100000, "");
    char *text;

    free(live_must("head -c 20000 /dev/zero | tr '\\0' x | sed '1s/^/Subject: big\\n\\n/' |"
                   " doveadm save -u " PIET " -m Trash"));
    quota_deliver(PIET, 62000);
    text = parsed_warning();
    ck_assert_msg(strstr(text, "Trash: 19.6 kB") != NULL || strstr(text, "Trash: 20 kB") != NULL,
                  "got %s", text);
    free(text);
    live_stop(live);
}
END_TEST

static const char *const ignored_2_3 = "plugin {\n  quota_rule3 = Fetched:ignore\n}\n";
static const char *const ignored_2_4 =
    "namespace inbox {\n  mailbox Fetched {\n    quota_ignore = yes\n  }\n}\n";

/* Emptying it would not help. */
START_TEST(folder_outside_of_the_quota_is_not_named)
{
    struct live *live = quota_start_with(100000, "", live_is_2_4() ? ignored_2_4 : ignored_2_3);
    char *text;

    free(live_must("doveadm mailbox create -u " PIET " Fetched Work"));
    quota_pipe(50000, "doveadm save -u " PIET " -m Fetched");
    quota_pipe(2000, "doveadm save -u " PIET " -m Work");
    ck_assert_int_eq(quota_sent(live, 0), 0);
    quota_deliver(PIET, 80000);
    text = parsed_warning();
    ck_assert_msg(strstr(text, "Work: ") != NULL, "got %s", text);
    ck_assert_msg(strstr(text, "Fetched: ") == NULL, "got %s", text);
    free(text);
    live_stop(live);
}
END_TEST

#define BROKEN LIVE_DIR "/templates"

/* The variables that every notice has are there in all of its lines. */
START_TEST(user_and_domain_in_each_line)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_template_dir", BROKEN}},
    });
    char *text;

    free(users);
    free(live_must("rm -rf " BROKEN " && mkdir -p " BROKEN "/en && cd " BROKEN "/en && "
                   "sed -E 's/^(Alert|Overquota|Pop3|Pop3-Days): .*/\\1: \\1 of %%{user} at "
                   "%%{domain}/' " LIVE_SHIPPED
                   "/templates/en/quota-storage.txt >quota-storage.txt && "
                   "grep -q '^Alert: Alert of' quota-storage.txt"));
    quota_deliver(PIET, 100500);
    text = parsed_warning();
    ck_assert_msg(strstr(text, "Pop3 of " PIET " at klant.example") != NULL, "got %s", text);
    talk_once("imaps",
              PIET_LOGIN "C: 2 SELECT INBOX\nS* * OK [ALERT] Alert of " PIET " at klant.example\n"
                         "S: * NO [OVERQUOTA] Overquota of " PIET " at klant.example\nS: 2 OK *\n");
    free(text);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *make, *error;
} broken[] = {
    {"no file", "true", "open: No such file or directory"},
    {"unknown variable", "printf 'Subject: x %%{nope}\\n\\nHi\\n' >" BROKEN "/nl/quota-storage.txt",
     "unknown variable %{nope}"},
    {"unknown variable in the body",
     "printf 'Subject: x\\n\\nHi %%{password}\\n' >" BROKEN "/nl/quota-storage.txt",
     "unknown variable %{password}"},
    {"no subject", "printf '\\nHi\\n' >" BROKEN "/nl/quota-storage.txt", "Subject is missing"},
    {"not a file", "mkdir " BROKEN "/nl/quota-storage.txt", "read: Is a directory"},
};

START_TEST(broken_template)
{
    char *users = quota_user(PIET, 100000, "userdb_kinamo_language=nl");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_template_dir", BROKEN}, {"kinamo_pop3_mode", "observe"}},
    });
    char *pattern = live_must("printf '%%s' 'Error: *event=kinamo_template *file=" BROKEN
                              "/nl/quota-storage.txt error=\"%s\"'",
                              broken[_i].error);
    char *text;

    live_allow(live, "event=kinamo_template");
    free(users);
    free(live_must("rm -rf " BROKEN " && mkdir -p " BROKEN "/nl && %s", broken[_i].make));
    quota_deliver(PIET, 82000);
    text = parsed_warning();
    ck_assert_msg(strstr(text, "subject Your mailbox is ") != NULL, "%s: got %s", broken[_i].name,
                  text);
    live_log_wait(live, pattern);
    free(pattern);
    free(text);
    live_stop(live);
}
END_TEST

Suite *quota_mail_suite(void)
{
    Suite *suite = suite_create("quota-mail");
    TCase *tcase = tcase_create("quota-mail");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, unread_warning_is_replaced);
    tcase_add_loop_test(tcase, warning_in_use_is_kept, 0, 2);
    tcase_add_test(tcase, forged_warning_is_not_removed);
    tcase_add_loop_test(tcase, in_the_language_of_the_user, 0, 4);
    tcase_add_test(tcase, trash_is_found);
    tcase_add_test(tcase, folder_outside_of_the_quota_is_not_named);
    tcase_add_test(tcase, user_and_domain_in_each_line);
    tcase_add_loop_test(tcase, broken_template, 0, 5);
    suite_add_tcase(suite, tcase);
    return suite;
}
