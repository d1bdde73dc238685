/* POP3 with a destination: the copy is certain before the original goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define MAIL_DIR      LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir"

static const char *const formats[] = {"maildir", "sdbox", "mdbox", "mbox"};

START_TEST(moved)
{
    struct live *live = live_start(&(struct live_options){
        .mail_format = formats[_i], .settings = {{"kinamo_pop3_destination", "Fetched"}}});
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    talk(conversation, "C: DELE 3\nS: +OK *\n");
    pop3_quit(conversation, "+OK *");
    live_log_wait(live, "retrieved=2 removed=2 kept=0 destination=Fetched");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    pop3_expect_subjects(LIVE_JAN, "Fetched", "1 2 ");
    /* Now that it exists, it is used again. */
    live_deliver(LIVE_JAN, "Subject: 4\n\nfour\n");
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 1);
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "Fetched", "1 2 4 ");
    live_stop(live);
}
END_TEST

/* What keeps the destination from taking messages; Maildir. */
static const struct {
    const char *destination, *before, *cause;
} obstacles[] = {
    {"Trash", "chmod 0555 " MAIL_DIR "/.Trash/cur " MAIL_DIR "/.Trash/new " MAIL_DIR "/.Trash/tmp",
     "not_copied"},
    {"Fetched", "mkdir -m 0 " MAIL_DIR "/.Fetched", "not_copied"},
    {"Trash", "chmod 0555 " MAIL_DIR, "not_locked"},
};

START_TEST(an_obstacle_keeps_the_original)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_destination", obstacles[_i].destination}}});
    struct talk *conversation;
    char log[64];

    live_allow(live, "Permission denied|destination_failed|not_copied|not_locked");
    live_deliver_many(LIVE_JAN, 2);
    free(live_must("doveadm mailbox status -u " LIVE_JAN " messages Trash"));
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    free(live_must("%s", obstacles[_i].before));
    pop3_quit(conversation, "-ERR [SYS/TEMP] *");
    (void)snprintf(log, sizeof(log), "cause=%s count=2 uids=1:2", obstacles[_i].cause);
    live_log_wait(live, log);
    free(live_must("chmod -R u+rwx " MAIL_DIR "; rmdir " MAIL_DIR "/.Fetched; :"));
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    pop3_expect_subjects(LIVE_JAN, obstacles[_i].destination, "1 2 ");
    live_stop(live);
}
END_TEST

/* A copy of a message is a hard link: it is made, and what cannot be opened is no copy. */
static const struct {
    const char *format, *files;
} linked[] = {
    {"maildir", MAIL_DIR "/cur/*"},
    {"sdbox", LIVE_MAIL_DIR "/" LIVE_JAN "/sdbox/mailboxes/INBOX/dbox-Mails/u.*"},
};

START_TEST(a_copy_that_cannot_be_opened_keeps_the_original)
{
    struct live *live = live_start(&(struct live_options){
        .mail_format = linked[_i].format, .settings = {{"kinamo_pop3_destination", "Fetched"}}});
    struct talk *conversation;

    live_allow(live, "Permission denied|destination_failed|not_copied");
    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    free(live_must("chmod 0 %s", linked[_i].files));
    pop3_quit(conversation, "-ERR [SYS/TEMP] *");
    live_log_wait(live, "cause=not_copied count=2 uids=1:2");
    free(live_must("chmod 600 %s", linked[_i].files));
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    live_stop(live);
}
END_TEST

START_TEST(quota_of_the_destination)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_destination", "Trash"}, {"kinamo_quota_mode", "off"}},
        .dovecot_2_3 = "protocol pop3 {\n  mail_plugins = kinamo_policy "
                       "pop3_kinamo_policy quota\n}\n"
                       "plugin {\n  quota = count:User\n  quota_vsizes = yes\n"
                       "  quota_rule = *:messages=4\n}\n",
        .dovecot_2_4 = "mail_plugins {\n  quota = yes\n}\nquota \"User\" {\n  driver = count\n"
                       "  quota_message_count = 4\n}\n",
    });
    struct talk *conversation;

    live_allow(live, "destination_failed|not_copied");
    live_deliver_many(LIVE_JAN, 4);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    pop3_quit(conversation, "-ERR [SYS/TEMP] *");
    live_log_wait(live, "cause=not_copied");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX") + live_messages(LIVE_JAN, "Trash"), 4);
    live_stop(live);
}
END_TEST

/* The shipped file with its commented example switched on. */
START_TEST(grace_folder)
{
    struct live *live;
    struct talk *conversation;

    free(live_must("sed 's/^#\\([^ ]\\|  \\)/\\1/' " LIVE_SHIPPED
                   "/dovecot-%s/95-kinamo-policy.conf | sed -n '/^# The grace folder/,/^# The "
                   "storage/p' >" LIVE_DIR "/grace.conf",
                   live_is_2_4() ? "2.4" : "2.3"));
    live = live_start(&(struct live_options){.dovecot = "!include " LIVE_DIR "/grace.conf\n"});
    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    pop3_expect_subjects(LIVE_JAN, "Fetched", "1 2 ");
    free(live_must("doveconf -n | grep 'autoexpunge = \\(14 \\?d\\|2 \\?w\\)'"));
    live_stop(live);
}
END_TEST

/* Dovecot expunges in the grace folder after it has freed the maildrop, and mail_log reads there.
 */
START_TEST(autoexpunge_after_the_session)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_destination", "Fetched"}},
        .dovecot_2_3 = "namespace inbox {\n  mailbox Fetched {\n    autoexpunge_max_mails = 1\n"
                       "  }\n}\nprotocol pop3 {\n  mail_plugins = kinamo_policy "
                       "pop3_kinamo_policy notify mail_log\n}\n",
        .dovecot_2_4 = "namespace inbox {\n  mailbox Fetched {\n    autoexpunge_max_mails = 1\n"
                       "  }\n}\nmail_plugins {\n  notify = yes\n  mail_log = yes\n}\n",
    });
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    for (int left = 3; left > 0; left--) {
        conversation = pop3_jan();
        talkf(conversation, "C: STAT\nS: +OK %d *\n", left);
        pop3_retr(conversation, 1, 1);
        pop3_quit(conversation, "+OK *");
        ck_assert(live_wait_gone("pop3"));
        free(live_must("rm -f " MAIL_DIR "/.Fetched/dovecot.index.cache"));
    }
    pop3_expect_subjects(LIVE_JAN, "Fetched", "3 ");
    ck_assert_int_eq(live_log_count(live, live_is_2_4() ? "Mailbox Fetched: autoexpunge: *msgid="
                                                        : "expunge: box=Fetched*msgid="),
                     2);
    live_stop(live);
}
END_TEST

START_TEST(inbox_is_no_destination)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_destination", "INBOX"}}});
    struct talk *conversation;

    live_allow(live, "event=kinamo_pop3_session");
    live_deliver_many(LIVE_JAN, 1);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 1);
    pop3_quit(conversation, "+OK Logging out.");
    live_log_wait(live, "Error: kinamo: event=kinamo_pop3_session user=" LIVE_JAN
                        " mode=observe reason=kinamo_pop3_destination");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 ");
    live_stop(live);
}
END_TEST

Suite *pop3_destination_suite(void)
{
    Suite *suite = suite_create("pop3-destination");
    TCase *tcase = tcase_create("pop3-destination");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, moved, 0, LENGTH(formats));
    tcase_add_loop_test(tcase, an_obstacle_keeps_the_original, 0, LENGTH(obstacles));
    tcase_add_loop_test(tcase, a_copy_that_cannot_be_opened_keeps_the_original, 0, LENGTH(linked));
    tcase_add_test(tcase, quota_of_the_destination);
    tcase_add_test(tcase, grace_folder);
    tcase_add_test(tcase, autoexpunge_after_the_session);
    tcase_add_test(tcase, inbox_is_no_destination);
    suite_add_tcase(suite, tcase);
    return suite;
}
