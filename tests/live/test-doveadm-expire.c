/* doveadm kinamo expire: what POP3 downloaded and has had its days goes, and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "doveadm.h"
#include "pop3.h"
#include "quota.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define MAIL_DIR      LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir"
/* 31 days ahead. */
#define LATER                                                                                      \
    "NO_FAKE_STAT=1 FAKETIME=+31d LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) "
#define EXPIRE "doveadm -f tab kinamo expire -u " LIVE_JAN

static const char *const formats[] = {"maildir", "sdbox", "mdbox"};

/* Retrieve the first messages, so that they are marked. */
static void fetch(int count)
{
    struct talk *conversation = pop3_jan();

    pop3_retr(conversation, 1, count);
    pop3_quit(conversation, "+OK *");
}

/* Run the command; want is the last line that it prints: mode due removed kept destination. */
static void expire(const char *command, int status, const char *want)
{
    char *output;
    int got =
        live_run(&output,
                 "%s >" LIVE_DIR "/stdout 2>" LIVE_DIR "/stderr; status=$?; tail -n 1 " LIVE_DIR
                 "/stdout | tr '\\t' ' '; exit $status",
                 command);

    output[strcspn(output, "\n")] = '\0';
    ck_assert_msg(got == status, "%s: exit status: got %d, want %d", command, got, status);
    ck_assert_msg(strcmp(output, want) == 0, "%s: got %s, want %s", command, output, want);
    free(output);
}

START_TEST(after_its_days)
{
    struct live *live = live_start(&(struct live_options){
        .mail_format = formats[_i],
        .settings = {{"kinamo_pop3_expire", "30"}},
    });

    live_allow(live, "Time (just )?(moved|jumped)|Created dotlock file.s timestamp");
    live_deliver_many(LIVE_JAN, 4);
    fetch(2);
    expire(EXPIRE, 0, "enforce 0 0 2 ");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 4 ");
    expire(LATER EXPIRE " --dry-run", 0, "enforce 2 0 0 ");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 4 ");
    expire(LATER EXPIRE, 0, "enforce 2 2 0 ");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 4 ");
    expire(LATER EXPIRE, 0, "enforce 0 0 0 ");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 4 ");
    live_stop(live);
}
END_TEST

/* Whose mail stays, although it was fetched long ago. */
static const struct {
    const char *name;
    struct live_setting setting;
    const char *before; /* a command */
    const char *want;
} stays[] = {
    {"observe", {"kinamo_pop3_mode", "observe"}, ":", "observe 2 0 0 "},
    {"warn", {"kinamo_pop3_mode", "warn"}, ":", "warn 2 0 0 "},
    {"off", {"kinamo_pop3_mode", "off"}, ":", "off 0 0 0 "},
    {"expire 0", {"kinamo_pop3_expire", "0"}, ":", "enforce 0 0 0 "},
    {"never", {"kinamo_pop3_expire", "never"}, ":", "enforce 0 0 0 "},
    {"more days", {"kinamo_pop3_expire", "40"}, ":", "enforce 0 0 2 "},
    {"flagged",
     {"kinamo_pop3_keep_flagged", "yes"},
     "doveadm flags add -u " LIVE_JAN " '\\Flagged' mailbox INBOX 1:2",
     "enforce 0 0 2 "},
    {"INBOX", {"kinamo_pop3_destination", "INBOX"}, ":", "observe 2 0 0 INBOX"},
    {"never retrieved",
     {"kinamo_pop3_expire", "30"},
     "doveadm flags remove -u " LIVE_JAN " '$KinamoRetrieved' mailbox INBOX 1:2",
     "enforce 0 0 0 "},
};

START_TEST(stays_all_the_same)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_expire", "30"}}});

    live_deliver_many(LIVE_JAN, 3);
    fetch(2);
    free(live_must("%s", stays[_i].before));
    live_restart(live, &(struct live_options){
                           .settings = {{"kinamo_pop3_expire", "30"}, stays[_i].setting},
                       });
    expire(LATER EXPIRE, 0, stays[_i].want);
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    live_stop(live);
}
END_TEST

#define SERVED EXPIRE " -S /run/dovecot/doveadm-server"

/* Where Dovecot marks instead of expunging, a session only observes; so does the command, and where
   it cannot learn which of the two it is. */
static const struct {
    const char *name, *pop3, *command;
    int status;
    const char *want, *says;
} by_flag[] = {
    {"flag", "pop3_deleted_flag = POP3Deleted\n  pop3_delete_type = flag\n", LATER EXPIRE, 0,
     "observe 2 0 0 ", "acts as observe, because pop3_delete_type is flag"},
    {"flag by default", "pop3_deleted_flag = POP3Deleted\n", LATER EXPIRE, 0, "observe 2 0 0 ",
     "acts as observe, because pop3_delete_type is flag"},
    {"flag, in a doveadm-server", "pop3_deleted_flag = POP3Deleted\n", SERVED, 0, "observe 0 0 2 ",
     "acts as observe, because pop3_delete_type is flag"},
    {"unknown", "pop3_delete_type = expunge\n",
     "unshare -m sh -c 'cp $(command -v doveconf) " LIVE_DIR "/doveconf && "
     "printf \"#!/bin/sh\\ncase \\$* in *pop3_delete_type*) exit 89;; esac\\n"
     "exec " LIVE_DIR "/doveconf \\\"\\$@\\\"\\n\" >" LIVE_DIR "/failing && "
     "chmod 755 " LIVE_DIR "/failing && "
     "mount --bind " LIVE_DIR "/failing $(command -v doveconf) && " LATER EXPIRE "'",
     EX_TEMPFAIL, "observe 2 0 0 ", "acts as observe, because pop3_delete_type is unknown"},
};

START_TEST(observes_where_mail_is_marked)
{
    char text[256];
    struct live *live;

    (void)snprintf(text, sizeof(text), "protocol pop3 {\n  %s}\n", by_flag[_i].pop3);
    live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_expire", "30"}},
    });
    live_deliver_many(LIVE_JAN, 3);
    fetch(2);
    live_restart(live, &(struct live_options){
                           .settings = {{"kinamo_pop3_expire", "30"}},
                           .dovecot = text,
                       });
    live_allow(live, "Warning: kinamo: kinamo_pop3_mode: enforce acts as observe");
    expire(by_flag[_i].command, by_flag[_i].status, by_flag[_i].want);
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    free(live_must("grep -F 'kinamo: kinamo_pop3_mode: enforce %s' " LIVE_DIR "/stderr",
                   by_flag[_i].says));
    live_stop(live);
}
END_TEST

/* The userdb may say so of one user. */
START_TEST(observes_who_is_marked)
{
    char *users = quota_user(PIET, 1000000,
                             "userdb_pop3_deleted_flag=POP3Deleted userdb_pop3_delete_type=flag");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_pop3_expire", "30"}},
    });

    free(users);
    live_allow(live, "event=kinamo_pop3_session");
    live_deliver_many(PIET, 2);
    free(live_must("curl -sS --cacert " LIVE_CA " -u " PIET ":" QUOTA_PASSWORD
                   " pop3s://in.kinamo.be/1"));
    live_log_wait(live, "user=" PIET " mode=observe reason=pop3_delete_type");
    free(live_must("doveadm flags add -u " PIET " '$KinamoRetrieved' mailbox INBOX ALL"));
    expire(LATER "doveadm -f tab kinamo expire -u " PIET, 0, "observe 2 0 0 ");
    pop3_expect_subjects(PIET, "INBOX", "1 2 ");
    free(live_must("doveadm -f tab kinamo explain -u " PIET
                   " | grep '^pop3.observe.now.*: pop3_delete_type is flag'"));
    free(live_must("doveadm -f tab kinamo status -u " PIET " | grep '.observe.'"));
    live_stop(live);
}
END_TEST

/* What stands in a block for pop3 alone holds for sessions, and the command is not given it. */
START_TEST(observes_where_pop3_differs)
{
    const struct live_options options = {
        .settings = {{"kinamo_pop3_expire", "30"}},
        .dovecot_2_3 = "protocol pop3 {\n  plugin {\n    kinamo_pop3_keep_flagged = yes\n  }\n}\n",
        .dovecot_2_4 = "protocol pop3 {\n  kinamo_pop3_keep_flagged = yes\n}\n",
    };
    struct live *live = live_start(&options);

    live_deliver_many(LIVE_JAN, 3);
    fetch(2);
    free(live_must("doveadm flags add -u " LIVE_JAN " '\\Flagged' mailbox INBOX 1:2"));
    expire(LATER EXPIRE, EX_CONFIG, "observe 2 0 0 ");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    free(live_must("grep -F 'kinamo: doveadm kinamo expire acts as observe, because protocol pop3 "
                   "has kinamo_pop3_keep_flagged' " LIVE_DIR "/stderr"));
    live_stop(live);
}
END_TEST

/* pop3_deleted_flag alone does not mark. */
START_TEST(expunges_beside_a_flag)
{
    const struct live_options options = {
        .settings = {{"kinamo_pop3_expire", "30"}},
        .dovecot = "protocol pop3 {\n  pop3_deleted_flag = POP3Deleted\n"
                   "  pop3_delete_type = expunge\n}\n",
    };
    struct live *live = live_start(&options);

    live_deliver_many(LIVE_JAN, 3);
    fetch(2);
    expire(LATER EXPIRE, 0, "enforce 2 2 0 ");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    live_stop(live);
}
END_TEST

/* The destination is honoured; one that takes nothing keeps the original, and says so. */
START_TEST(destination)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_expire", "30"}, {"kinamo_pop3_destination", "Trash"}},
    });

    live_deliver_many(LIVE_JAN, 3);
    fetch(2);
    free(live_must("doveadm mailbox status -u " LIVE_JAN " messages Trash; chmod 0555 " MAIL_DIR
                   "/.Trash/cur " MAIL_DIR "/.Trash/new " MAIL_DIR "/.Trash/tmp"));
    expire(LATER EXPIRE, 75, "enforce 2 0 2 Trash");
    free(live_must("grep 'event=kinamo_pop3_destination_failed user=" LIVE_JAN
                   " destination=Trash error=.*Permission denied' " LIVE_DIR "/stderr"));
    free(live_must("grep 'what is due could not all be removed' " LIVE_DIR "/stderr"));
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    free(live_must("chmod -R u+w " MAIL_DIR));
    expire(LATER EXPIRE, 0, "enforce 2 2 0 Trash");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    pop3_expect_subjects(LIVE_JAN, "Trash", "1 2 ");
    live_stop(live);
}
END_TEST

/* Takes the lock of the destination, as Dovecot does, until it is killed. */
#define HOLD_LOCK                                                                                  \
    "perl -MFcntl -e 'open(F, q(+>>), shift) or die; "                                             \
    "$lock = pack(q(s s x4 l! l! i x4), F_WRLCK, 0, 0, 0, 0); "                                    \
    "fcntl(F, F_SETLK, $lock) or die; $| = 1; print 1; sleep 60' "

/* What others do with what is due while the command waits is no failure: one message is gone, one
   is flagged now. */
START_TEST(others_were_faster)
{
    struct live *live = live_start(&(struct live_options){
        .settings = {{"kinamo_pop3_expire", "30"},
                     {"kinamo_pop3_keep_flagged", "yes"},
                     {"kinamo_pop3_destination", "Trash"}},
    });

    live_deliver_many(LIVE_JAN, 3);
    fetch(3);
    free(live_must("touch " MAIL_DIR "/kinamo-pop3.lock && chown 5000 " MAIL_DIR
                   "/kinamo-pop3.lock && rm -f " LIVE_DIR "/locked && { " HOLD_LOCK MAIL_DIR
                   "/kinamo-pop3.lock >" LIVE_DIR "/locked 2>&1 & echo $! >" LIVE_DIR
                   "/holder; } && while [ ! -s " LIVE_DIR "/locked ]; do sleep 0.1; done"));
    free(live_must("{ sleep 2; doveadm expunge -u " LIVE_JAN " mailbox INBOX uid 1; "
                   "doveadm flags add -u " LIVE_JAN " '\\Flagged' mailbox INBOX uid 2; "
                   "kill $(cat " LIVE_DIR "/holder); } >/dev/null 2>&1 &"));
    expire(LATER EXPIRE, 0, "enforce 3 1 1 Trash");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "2 ");
    pop3_expect_subjects(LIVE_JAN, "Trash", "3 ");
    live_stop(live);
}
END_TEST

/* A file that cannot be unlinked: the message counts as kept, and the next run takes it. */
START_TEST(not_removed)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_expire", "30"}}});

    live_deliver_many(LIVE_JAN, 2);
    fetch(2);
    free(live_must("chmod 0555 " MAIL_DIR "/cur " MAIL_DIR "/new"));
    expire(LATER EXPIRE, 75, "enforce 2 0 2 ");
    free(live_must("grep 'event=kinamo_pop3_kept user=" LIVE_JAN
                   " cause=not_removed count=2 uids=1:2' " LIVE_DIR "/stderr"));
    free(live_must("chmod 0755 " MAIL_DIR "/cur " MAIL_DIR "/new"));
    expire(LATER EXPIRE, 0, "enforce 2 2 0 ");
    live_stop(live);
}
END_TEST

/* Sessions that have the mailbox open see it as any other removal. */
START_TEST(beside_sessions)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_expire", "30"}}});
    struct talk *imap;
    struct talk *pop3;

    live_deliver_many(LIVE_JAN, 3);
    fetch(2);
    imap = talk_open("imaps");
    talk(imap, "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD
               "\nS* 1 OK *\nC: 2 SELECT INBOX\nS* 2 OK *\n");
    pop3 = pop3_jan();
    talk(pop3, "C: STAT\nS: +OK 3 *\n");
    expire(LATER EXPIRE, 0, "enforce 2 2 0 ");
    talk(imap, "C: 3 NOOP\nS: * 2 EXPUNGE\nS: * 1 EXPUNGE\nS* 3 OK *\nC: 4 LOGOUT\nS* 4 OK *\n");
    talk_close(imap);
    talk(pop3, "C: RETR 1\nS: -ERR *\n");
    pop3_retr(pop3, 3, 3);
    pop3_quit(pop3, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 ");
    live_stop(live);
}
END_TEST

#define MANY 300

/* Killed at whatever moment: each message is in one of the two mailboxes or in both, and the next
   run goes on. */
START_TEST(killed_midway)
{
    struct live *live = live_start(&(struct live_options){
        .mail_format = "sdbox",
        .settings = {{"kinamo_pop3_expire", "30"}, {"kinamo_pop3_destination", "Trash"}},
    });
    char *output;

    live_deliver_many(LIVE_JAN, MANY);
    fetch(MANY);
    for (int i = 1; i <= 6; i++) {
        (void)live_run(NULL, LATER "timeout -s KILL 0.%02d " EXPIRE, i * 4);
        output =
            live_must("{ doveadm fetch -u " LIVE_JAN " hdr.subject mailbox INBOX; doveadm fetch "
                      "-u " LIVE_JAN " hdr.subject mailbox Trash; } | sort -u | grep -c 'subject'");
        ck_assert_msg(atoi(output) == MANY, "killed run %d: %s messages are left, want %d", i,
                      output, MANY);
        free(output);
    }
    free(live_must(LATER EXPIRE));
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 0);
    output =
        live_must("doveadm fetch -u " LIVE_JAN " hdr.subject mailbox Trash | sort -u | grep -c "
                  "subject");
    ck_assert_int_eq(atoi(output), MANY);
    free(output);
    live_stop(live);
}
END_TEST

Suite *doveadm_expire_suite(void)
{
    Suite *suite = suite_create("doveadm-expire");
    TCase *tcase = tcase_create("doveadm-expire");

    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    if (live_memory_is_checked()) {
        return suite; /* each test moves the clock by a library */
    }
    tcase_add_loop_test(tcase, after_its_days, 0, LENGTH(formats));
    tcase_add_loop_test(tcase, stays_all_the_same, 0, LENGTH(stays));
    tcase_add_loop_test(tcase, observes_where_mail_is_marked, 0, LENGTH(by_flag));
    tcase_add_test(tcase, observes_who_is_marked);
    tcase_add_test(tcase, observes_where_pop3_differs);
    tcase_add_test(tcase, expunges_beside_a_flag);
    tcase_add_test(tcase, destination);
    tcase_add_test(tcase, others_were_faster);
    tcase_add_test(tcase, not_removed);
    tcase_add_test(tcase, beside_sessions);
    tcase_add_test(tcase, killed_midway);
    return suite;
}
