/* Quota warnings by mail: in time, once, and what to do (promises C3, C11). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

#define PIET  "piet@klant.example"
#define HOME  LIVE_MAIL_DIR "/" PIET
#define STATE HOME "/.kinamo-policy"

/* The operator's own namespace with a folder for junk. */
static const char *const junk = "namespace inbox {\n  mailbox Junk {\n    auto = create\n"
                                "    special_use = \\Junk\n  }\n}\n";

static struct live *start(long limit, const char *fields)
{
    char *users = quota_user(PIET, limit, fields);
    struct live *live = live_start(&(struct live_options){.users = users, .dovecot = junk});

    free(users);
    return live;
}

static int sent(struct live *live, int want)
{
    return quota_decisions(live, "channel=mail result=sent", want);
}

START_TEST(once_per_threshold)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 60000);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    quota_deliver(PIET, 20000);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(quota_decisions(live, "threshold=80 channel=mail result=sent cause=level", 1),
                     1);
    quota_deliver(PIET, 1000);
    quota_deliver(PIET, 1000);
    ck_assert_int_eq(sent(live, 1), 1);
    quota_deliver(PIET, 5000);
    ck_assert_int_eq(quota_decisions(live, "threshold=90 channel=mail result=sent", 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(unread_warning_is_replaced)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 81000);
    quota_deliver(PIET, 6000);
    ck_assert_int_eq(sent(live, 2), 2);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

static const struct {
    const char *flag;
} kept[] = {{"\\Seen"}, {"\\Flagged"}};

START_TEST(warning_in_use_is_kept)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 81000);
    free(live_must("doveadm flags add -u " PIET " '%s' mailbox INBOX all", kept[_i].flag));
    quota_deliver(PIET, 6000);
    ck_assert_int_eq(sent(live, 2), 2);
    ck_assert_int_eq(quota_warnings(PIET), 2);
    live_stop(live);
}
END_TEST

/* Somebody else's message with our headers is never touched. */
START_TEST(forged_warning_is_not_removed)
{
    struct live *live = start(100000, "");
    char *text;

    quota_deliver(PIET, 81000);
    text = quota_warning_text(PIET);
    live_deliver(PIET, text);
    ck_assert_int_eq(quota_warnings(PIET), 2);
    quota_deliver(PIET, 6000);
    ck_assert_int_eq(sent(live, 2), 2);
    ck_assert_int_eq(quota_warnings(PIET), 2);
    free(text);
    live_stop(live);
}
END_TEST

START_TEST(oscillation_is_silent)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 78000);
    for (int i = 0; i < 3; i++) {
        quota_deliver(PIET, 3000);
        free(live_must("doveadm expunge -u " PIET " mailbox INBOX larger 2800 smaller 5000"));
    }
    ck_assert_int_eq(sent(live, 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(warned_again_after_falling)
{
    struct live *live = start(100000, "");

    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 82000);
        ck_assert_int_eq(sent(live, i + 1), i + 1);
        free(live_must("doveadm expunge -u " PIET " mailbox INBOX all"));
    }
    live_stop(live);
}
END_TEST

START_TEST(reminder)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(
        &(struct live_options){.users = users, .settings = {{"kinamo_quota_repeat", "3s"}}});

    free(users);
    quota_deliver(PIET, 82000);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(sent(live, 1), 1);
    (void)sleep(4);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=sent cause=reminder", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

/* The limit is lowered while nobody is there; the next login is told. */
START_TEST(lowered_limit)
{
    struct live *live = start(100000, "");
    char *users = quota_user(PIET, 63000, "");

    quota_deliver(PIET, 60000);
    live_restart(live, &(struct live_options){.users = users});
    talk_once("pop3s", "S: +OK *\nC: USER " PIET "\nS: +OK*\nC: PASS " QUOTA_PASSWORD "\n"
                       "S: +OK *\nC: STAT\nS: +OK 2 *\n");
    ck_assert_int_eq(
        quota_decisions(live, "service=pop3 *threshold=95 channel=mail result=sent", 1), 1);
    free(users);
    live_stop(live);
}
END_TEST

START_TEST(min_free)
{
    struct live *live = start(100000, "userdb_kinamo_quota_min_free=40000B");

    quota_deliver(PIET, 61000);
    ck_assert_int_eq(quota_decisions(live, "threshold=60 channel=mail result=sent", 1), 1);
    live_stop(live);
}
END_TEST

/* Our message takes the mailbox over the next threshold: that is no news. */
START_TEST(own_message_sets_off_nothing)
{
    struct live *live = start(20000, "");

    quota_deliver(PIET, 15800);
    ck_assert_int_eq(quota_decisions(live, "threshold=80 channel=mail result=sent", 1), 1);
    quota_deliver(PIET, 1);
    ck_assert_int_eq(sent(live, 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(full_mailbox)
{
    struct live *live = start(30000, "");

    quota_deliver(PIET, 31000);
    ck_assert_int_eq(quota_decisions(live, "threshold=100 channel=mail result=sent", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    /* It can be emptied. */
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " PIET " " QUOTA_PASSWORD "\nS* 1 OK *\n"
                       "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 MOVE 1 Trash\nS* 3 OK *\n");
    ck_assert_int_eq(live_messages(PIET, "Trash"), 1);
    live_stop(live);
}
END_TEST

START_TEST(number_of_messages)
{
    struct live *live = start(0, live_is_2_4() ? "userdb_quota_message_count=10"
                                               : "userdb_quota_rule=*:messages=10");

    for (int i = 0; i < 7; i++) {
        quota_deliver(PIET, 1);
    }
    ck_assert_int_eq(sent(live, 0), 0);
    quota_deliver(PIET, 1);
    ck_assert_int_eq(
        quota_decisions(live, "resource=MESSAGE percent=80 threshold=80 channel=mail result=sent",
                        1),
        1);
    live_stop(live);
}
END_TEST

START_TEST(observe)
{
    struct live *live = start(100000, "userdb_kinamo_quota_mode=observe");

    quota_deliver(PIET, 81000);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(
        quota_decisions(live, "threshold=80 channel=mail result=suppressed cause=observe", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *fields;
    long limit;
} silent[] = {
    {"off", "userdb_kinamo_quota_mode=off", 100000},
    {"unlimited", "", 0},
};

START_TEST(nothing_happens)
{
    struct live *live = start(silent[_i].limit, silent[_i].fields);

    quota_deliver(PIET, 99000);
    ck_assert_int_eq(quota_decisions(live, "", 0), 0);
    free(live_must("test ! -e " STATE));
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
    struct live *live = start(100000, fields);
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
    struct live *live = start(100000, "");
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

#define BROKEN LIVE_DIR "/templates"

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

/* The state cannot be kept: mail arrives, one line says so; when it can, the user is told. */
START_TEST(state_fails)
{
    struct live *live = start(100000, "");

    live_allow(live, "result=failed");
    live_allow(live, STATE);
    quota_deliver(PIET, 10);
    free(live_must("rm -f " STATE " && chown root " HOME " && chmod 755 " HOME));
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 2);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=failed cause=state *cure=", 1), 1);
    free(live_must("chown 5000 " HOME));
    quota_deliver(PIET, 10);
    ck_assert_int_eq(sent(live, 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(inbox_is_not_writable)
{
    struct live *live = start(100000, "");
    char *output;

    free(live_must("doveadm mailbox create -u " PIET " Archive && chmod 500 " HOME "/Maildir/tmp"));
    /* doveadm logs to its standard error. */
    output = live_must("head -c 82000 /dev/zero | tr '\\0' x | sed '1s/^/Subject: big\\n\\n/' |"
                       " doveadm save -u " PIET " -m Archive");
    ck_assert_int_eq(live_messages(PIET, "Archive"), 1);
    ck_assert_msg(strstr(output, "channel=mail result=failed cause=message error=") != NULL,
                  "got %s", output);
    free(output);
    live_stop(live);
}
END_TEST

/* Ten deliveries end in the same moment. */
START_TEST(concurrent_deliveries)
{
    struct live *live = start(100000, "");
    struct talk *lmtp[10];

    quota_deliver(PIET, 79500);
    for (int i = 0; i < 10; i++) {
        lmtp[i] = talk_open("lmtp");
        talk(lmtp[i], "S: 220 *\nC: LHLO elders.example\nS* 250 *\nC: MAIL FROM:<a@b.example>\n"
                      "S: 250 *\nC: RCPT TO:<" PIET ">\nS: 250 *\nC: DATA\nS: 354 *\n"
                      "C: Subject: x\nC: \nC: x\n");
    }
    for (int i = 0; i < 10; i++) {
        talk(lmtp[i], "C: .\n");
    }
    for (int i = 0; i < 10; i++) {
        talk(lmtp[i], "S: 250 *\nC: QUIT\nS: 221 *\n");
        talk_close(lmtp[i]);
    }
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 12);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(sent(live, 1), 1);
    live_stop(live);
}
END_TEST

/* The limit is lowered and the operator has everybody looked at. */
START_TEST(doveadm_looks)
{
    struct live *live = start(100000, "");
    char *users = quota_user(PIET, 63000, "");
    char *output;

    quota_deliver(PIET, 60000);
    live_restart(live, &(struct live_options){.users = users});
    output = live_must("doveadm -f tab kinamo warn -u " PIET);
    ck_assert_msg(strstr(output, "User quota\tSTORAGE\t6") != NULL, "got %s", output);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(output);
    free(users);
    live_stop(live);
}
END_TEST

/* Two roots for one mailbox: the fuller one is told, in one message. */
START_TEST(two_roots)
{
    char *users = quota_user(PIET, 100000, live_is_2_4() ? "" : "userdb_quota2_rule=*:bytes=90000");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot_2_3 = "plugin {\n  quota2 = count:Second\n}\n",
        .dovecot_2_4 = "quota Second {\n  driver = count\n  quota_storage_size = 90000B\n}\n",
    });

    quota_deliver(PIET, 79500);
    ck_assert_int_eq(quota_decisions(live, "root=Second *channel=mail result=sent", 1), 1);
    ck_assert_int_eq(
        quota_decisions(live, "root=\"User quota\" *channel=mail result=suppressed", 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(users);
    live_stop(live);
}
END_TEST

/* Who visits a folder of somebody whose mailbox is full is told nothing. */
START_TEST(visitor_is_not_told)
{
    char *users = quota_user(PIET, 12000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot = "service auth {\n  unix_listener auth-userdb {\n    mode = 0777\n  }\n}\n",
        .dovecot_2_3 = "namespace shared {\n  type = shared\n  separator = /\n"
                       "  prefix = shared/%%u/\n  location = maildir:" LIVE_MAIL_DIR
                       "/%%u/Maildir\n  list = children\n  subscriptions = no\n}\n"
                       "namespace inbox {\n  separator = /\n}\n",
        .dovecot_2_4 =
            "namespace shared {\n  type = shared\n  separator = /\n"
            "  prefix = shared/$user/\n  mail_driver = maildir\n  mail_path = " LIVE_MAIL_DIR
            "/%{owner_user}/Maildir\n  list = children\n"
            "  subscriptions = no\n}\nnamespace inbox {\n  separator = /\n}\n",
    });

    quota_deliver(PIET, 11000);
    free(users);
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n"
                       "C: 2 SELECT shared/" PIET "/INBOX\nS* 2 OK *\nC: 3 NOOP\nS: 3 OK *\n"
                       "C: 4 STORE 1 FLAGS (\\Deleted)\nS* 4 OK *\nC: 5 EXPUNGE\nS* 5 OK *\n");
    ck_assert_int_eq(quota_decisions(live, "channel=imap", 0), 0);
    ck_assert_int_eq(sent(live, 1), 1);
    live_stop(live);
}
END_TEST

Suite *quota_mail_suite(void)
{
    Suite *suite = suite_create("quota-mail");
    TCase *tcase = tcase_create("quota-mail");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, once_per_threshold);
    tcase_add_test(tcase, unread_warning_is_replaced);
    tcase_add_loop_test(tcase, warning_in_use_is_kept, 0, 2);
    tcase_add_test(tcase, forged_warning_is_not_removed);
    tcase_add_test(tcase, oscillation_is_silent);
    tcase_add_test(tcase, warned_again_after_falling);
    tcase_add_test(tcase, reminder);
    tcase_add_test(tcase, lowered_limit);
    tcase_add_test(tcase, min_free);
    tcase_add_test(tcase, own_message_sets_off_nothing);
    tcase_add_test(tcase, full_mailbox);
    tcase_add_test(tcase, number_of_messages);
    tcase_add_test(tcase, observe);
    tcase_add_loop_test(tcase, nothing_happens, 0, 2);
    tcase_add_loop_test(tcase, in_the_language_of_the_user, 0, 4);
    tcase_add_test(tcase, trash_is_found);
    tcase_add_loop_test(tcase, broken_template, 0, 5);
    tcase_add_test(tcase, state_fails);
    tcase_add_test(tcase, inbox_is_not_writable);
    tcase_add_test(tcase, concurrent_deliveries);
    tcase_add_test(tcase, doveadm_looks);
    tcase_add_test(tcase, two_roots);
    tcase_add_test(tcase, visitor_is_not_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
