/* POP3: modes, days, and who is not touched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *const formats[] = {"maildir", "sdbox", "mdbox"};
static const char *const modes[] = {"observe", "warn"};

#define WHO "doveadm -f tab stats dump | grep '^kinamo_who_pop3_" LIVE_JAN "'"

static const char *const imap_session =
    "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\nC: 2 NOOP\nS: 2 OK *\n";

static void fetch_all(int count, const char *reply)
{
    struct talk *conversation = pop3_jan();

    talkf(conversation, "C: STAT\nS: +OK %d *\n", count);
    pop3_retr(conversation, 1, count);
    pop3_quit(conversation, reply);
}

static void fetch_some(int first, int last)
{
    struct talk *conversation = pop3_jan();

    pop3_retr(conversation, first, last);
    pop3_quit(conversation, "+OK *");
}

START_TEST(observe_and_warn_remove_nothing)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", modes[_i]}}});
    char want[160];
    /* In warn, our own message to the user comes on top. */
    int count = strcmp(modes[_i], "warn") == 0 ? 3 : 2;

    live_deliver_many(LIVE_JAN, 2);
    fetch_all(2, "+OK Logging out.");
    (void)snprintf(want, sizeof(want),
                   "event=kinamo_pop3_quit user=" LIVE_JAN
                   " mode=%s retrieved=2 would_remove=2 kept=0 imap=no",
                   modes[_i]);
    live_log_wait(live, want);
    if (count == 3) {
        live_log_wait(live, "event=kinamo_pop3_notice user=" LIVE_JAN " result=sent");
    }
    /* Once the user was seen over IMAP, the same command lists who would be surprised. */
    talk_once("imaps", imap_session);
    fetch_all(count, "+OK Logging out.");
    (void)snprintf(want, sizeof(want), "would_remove=%d kept=0 imap=yes", count);
    live_log_wait(live, want);
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), count);
    live_stop(live);
}
END_TEST

/* The same where the policy is a number of days: what would be marked would go one day. */
START_TEST(observe_and_warn_with_days)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_mode", modes[_i]}, {"kinamo_pop3_expire", "14"}}});
    bool warns = strcmp(modes[_i], "warn") == 0;
    char want[160];

    live_deliver_many(LIVE_JAN, 2);
    fetch_all(2, "+OK Logging out.");
    (void)snprintf(want, sizeof(want),
                   "event=kinamo_pop3_quit user=" LIVE_JAN
                   " mode=%s retrieved=2 would_remove=0 would_mark=2 kept=2 imap=no",
                   modes[_i]);
    live_log_wait(live, want);
    if (warns) {
        live_log_wait(live, "event=kinamo_pop3_notice user=" LIVE_JAN " result=sent");
    }
    ck_assert_int_eq(live_log_count(live, "event=kinamo_pop3_notice"), warns);
    free(live_must("! " WHO));
    talk_once("imaps", imap_session);
    fetch_some(1, 1);
    live_log_wait(live, "would_remove=0 would_mark=1 kept=1 imap=yes");
    free(live_must(WHO));
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), warns ? 3 : 2);
    live_stop(live);
}
END_TEST

START_TEST(imap_use_of_long_ago_is_forgotten)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", "observe"}}});

    live_deliver_many(LIVE_JAN, 1);
    talk_once("imaps", imap_session);
    free(live_must("touch -d '31 days ago' " LIVE_MAIL_DIR "/" LIVE_JAN
                   "/Maildir/kinamo-imap-used"));
    fetch_all(1, "+OK Logging out.");
    live_log_wait(live, "would_remove=1 kept=0 imap=no");
    live_stop(live);
}
END_TEST

START_TEST(off_is_stock)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_mode", "off"}}});

    live_deliver_many(LIVE_JAN, 2);
    fetch_all(2, "+OK Logging out.");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    ck_assert_int_eq(live_log_count(live, "kinamo_pop3_"), 0);
    live_stop(live);
}
END_TEST

START_TEST(delete_type_flag_is_reported_and_observes)
{
    struct live *live = live_start(
        &(struct live_options){.dovecot = "protocol pop3 {\n  pop3_deleted_flag = POP3Deleted\n"
                                          "  pop3_delete_type = flag\n}\n"});

    live_allow(live, "event=kinamo_pop3_session");
    live_deliver_many(LIVE_JAN, 2);
    fetch_all(2, "+OK Logging out.");
    live_log_wait(live, "Error: kinamo: event=kinamo_pop3_session user=" LIVE_JAN
                        " mode=observe reason=pop3_delete_type error=\"kinamo_pop3_mode: *");
    live_log_wait(live, "would_remove=2");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    live_stop(live);
}
END_TEST

/* Settings of Dovecot's own that change how the maildrop is read. */
static const char *const companions[] = {
    "pop3_deleted_flag = POP3Deleted\n  pop3_delete_type = expunge\n",
    "pop3_lock_session = yes\n",
    "pop3_no_flag_updates = yes\n",
    "pop3_enable_last = yes\n",
    "pop3_fast_size_lookups = yes\n",
    "pop3_uidl_duplicates = rename\n",
};

START_TEST(with_settings_of_dovecots)
{
    char text[256];
    struct live *live;
    struct talk *conversation;

    (void)snprintf(text, sizeof(text), "protocol pop3 {\n  %s}\n", companions[_i]);
    live = live_start(&(struct live_options){.dovecot = text});
    live_deliver_many(LIVE_JAN, 4);
    free(live_must("doveadm flags add -u " LIVE_JAN " 'POP3Deleted' mailbox INBOX uid 1"));
    conversation = pop3_jan();
    talk(conversation, "C: UIDL\nS* .\n");
    pop3_retr(conversation, 1, 1);
    talk(conversation, "C: RSET\nS: +OK\n");
    pop3_retr(conversation, 2, 2);
    pop3_quit(conversation, "+OK Logging out, messages deleted.");
    /* The flag hides the first message, so the second that is listed has UID 3. */
    pop3_expect_subjects(LIVE_JAN, "INBOX", _i == 0 ? "1 2 4 " : "1 3 4 ");
    live_log_wait(live, "retrieved=1 removed=1 kept=0");
    live_stop(live);
}
END_TEST

START_TEST(locked_session)
{
    struct live *live = live_start(
        &(struct live_options){.dovecot = "protocol pop3 {\n  pop3_lock_session = yes\n}\n"});
    struct talk *first;

    live_deliver_many(LIVE_JAN, 1);
    first = pop3_jan();
    pop3_retr(first, 1, 1);
    talk_once("pop3s", "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD
                       "\nS: -ERR [IN-USE] *\nEOF\n");
    pop3_quit(first, "+OK *");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 0);
    live_stop(live);
}
END_TEST

/* A clock that is days ahead for POP3 only. */
static const char *days_ahead(int days)
{
    static char text[512];
    char *library = live_must("ls /usr/lib/*/faketime/libfaketime.so.1"); /* package libfaketime */

    library[strcspn(library, "\n")] = '\0';
    (void)snprintf(text, sizeof(text),
                   "service pop3 {\n  executable = /usr/bin/env NO_FAKE_STAT=1 FAKETIME=+%dd "
                   "LD_PRELOAD=%s /usr/lib/dovecot/pop3\n}\n",
                   days, library);
    free(library);
    return text;
}

/* Ten minutes of silence pass in two seconds: the session ends without QUIT, and removes nothing.
 */
START_TEST(idle_timeout)
{
    struct live *live;
    struct talk *conversation;

    free(live_must("printf '#!/bin/sh\\nFAKETIME=\"+0 x300\" LD_PRELOAD=%%s exec "
                   "/usr/lib/dovecot/pop3\\n' /usr/lib/*/faketime/libfaketime.so.1 >" LIVE_DIR
                   "/pop3 && chmod 0755 " LIVE_DIR "/pop3"));
    live = live_start(&(struct live_options){
        .dovecot = "service pop3 {\n  executable = " LIVE_DIR "/pop3\n}\n",
    });
    live_allow(live, "Time (just )?(moved|jumped)|Created dotlock file.s timestamp");
    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    talk(conversation, "S: -ERR Disconnected for inactivity.\nEOF\n");
    talk_close(conversation);
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    ck_assert_int_eq(live_log_count(live, "event=kinamo_pop3_quit"), 0);
    live_stop(live);
}
END_TEST

static void rebuild_index(const char *format)
{
    if (strcmp(format, "maildir") == 0) {
        free(live_must("rm " LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir/dovecot.index*"));
    } else {
        free(live_must("doveadm force-resync -u " LIVE_JAN " INBOX 2>&1"));
    }
}

START_TEST(days)
{
    struct live_options options = {
        .mail_format = formats[_i],
        .settings = {{"kinamo_pop3_expire", "30"}},
        .dovecot = days_ahead(29),
    };
    struct live *live = live_start(&options);
    struct talk *conversation;

    live_allow(live, "Rebuilding|Created dotlock file.s timestamp");
    live_deliver_many(LIVE_JAN, 3);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    pop3_quit(conversation, "+OK *");
    live_log_wait(live, "cause=too_young count=2 uids=1:2");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    rebuild_index(formats[_i]);

    options.dovecot = days_ahead(31);
    live_restart(live, &options);
    conversation = pop3_jan();
    talk(conversation, "C: STAT\nS: +OK 3 *\n");
    pop3_quit(conversation, "+OK Logging out, messages deleted.");
    live_log_wait(live, "retrieved=0 removed=2 kept=0");
    live_log_wait(live, "del=2/");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    live_stop(live);
}
END_TEST

/* What merely waits for its day is reported when it is fetched, and not by every session until
 * then. */
START_TEST(waiting_is_not_reported_again)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_expire", "30"}}});
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    fetch_some(1, 2);
    live_log_wait(live, "cause=too_young count=2 uids=1:2");
    conversation = pop3_jan();
    talk(conversation, "C: STAT\nS: +OK 3 *\n");
    pop3_quit(conversation, "+OK *");
    fetch_some(3, 3);
    live_log_wait(live, "cause=too_young count=1 uids=3");
    live_log_wait(live, "retrieved=1 removed=0 kept=1");
    ck_assert_int_eq(live_log_count(live, "event=kinamo_pop3_kept"), 2);
    ck_assert_int_eq(live_log_count(live, "event=kinamo_pop3_quit"), 2);
    /* Fetched once more, it is asked for once more. */
    fetch_some(1, 1);
    live_log_wait(live, "cause=too_young count=1 uids=1");
    live_stop(live);
}
END_TEST

/* Imported mail with an old INTERNALDATE is as young as its import. */
START_TEST(days_do_not_look_at_internaldate)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_expire", "30"}}});

    free(live_must("printf 'Subject: 1\\n\\nold\\n' | doveadm save -u " LIVE_JAN
                   " -m INBOX -r 1990-01-01 || printf 'Subject: 1\\n\\nold\\n' | "
                   "doveadm save -u " LIVE_JAN " -m INBOX"));
    free(live_must("touch -d 1990-01-01 " LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir/*/*.*"));
    fetch_all(1, "+OK *");
    live_log_wait(live, "cause=too_young count=1");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 ");
    live_stop(live);
}
END_TEST

/* Flags that are set while the session lasts, on another device. */
START_TEST(flagged_during_the_session)
{
    struct live *live = live_start(&(struct live_options){
        .mail_format = formats[_i],
        .settings = {{"kinamo_pop3_keep_flagged", "yes"}},
    });
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    free(live_must("doveadm flags add -u " LIVE_JAN " '\\Flagged' mailbox INBOX uid 3"));
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 3);
    free(live_must("doveadm flags add -u " LIVE_JAN " '\\Flagged' mailbox INBOX uid 1 && "
                   "doveadm flags remove -u " LIVE_JAN " '\\Flagged' mailbox INBOX uid 3"));
    pop3_quit(conversation, "+OK *");
    live_log_wait(live, "cause=flagged count=1 uids=1");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 ");
    live_stop(live);
}
END_TEST

START_TEST(never_removes_nothing)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_expire", "never"}}});

    live_deliver_many(LIVE_JAN, 1);
    fetch_all(1, "+OK Logging out.");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 ");
    live_stop(live);
}
END_TEST

Suite *pop3_policy_suite(void)
{
    Suite *suite = suite_create("pop3-policy");
    TCase *tcase = tcase_create("pop3-policy");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, observe_and_warn_remove_nothing, 0, LENGTH(modes));
    tcase_add_loop_test(tcase, observe_and_warn_with_days, 0, LENGTH(modes));
    tcase_add_test(tcase, imap_use_of_long_ago_is_forgotten);
    tcase_add_test(tcase, off_is_stock);
    tcase_add_test(tcase, delete_type_flag_is_reported_and_observes);
    tcase_add_loop_test(tcase, with_settings_of_dovecots, 0, LENGTH(companions));
    tcase_add_test(tcase, locked_session);
    if (!live_memory_is_checked()) {
        tcase_add_test(tcase, idle_timeout);
        tcase_add_loop_test(tcase, days, 0, LENGTH(formats));
    }
    tcase_add_test(tcase, waiting_is_not_reported_again);
    tcase_add_test(tcase, days_do_not_look_at_internaldate);
    tcase_add_loop_test(tcase, flagged_during_the_session, 0, LENGTH(formats));
    tcase_add_test(tcase, never_removes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
