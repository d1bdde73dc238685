/* POP3: what was downloaded is removed, and nothing else ever (promises C4, C5). */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define INBOX_DIR     LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir"

static const char *const formats[] = {"maildir", "sdbox", "mdbox", "mbox"};

START_TEST(retrieved_messages_go_at_quit)
{
    struct live *live = live_start(&(struct live_options){.mail_format = formats[_i]});
    struct talk *first;

    live_deliver_many(LIVE_JAN, 5);
    first = pop3_jan();
    talk(first, "C: STAT\nS: +OK 5 *\n");
    pop3_retr(first, 1, 2);
    pop3_retr(first, 4, 4);
    pop3_quit(first, "+OK Logging out, messages deleted.");
    live_log_wait(live, "retr=3/*, del=3/*,");
    live_log_wait(live, "event=kinamo_pop3_quit user=" LIVE_JAN
                        " mode=enforce retrieved=3 removed=3 kept=0");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "3 5 ");
    /* The second device, over POP3 and over IMAP. */
    talk_once("pop3s", "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD
                       "\nS: +OK *\nC: STAT\nS: +OK 2 *\nC: QUIT\nS: +OK Logging out.\nEOF\n");
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n"
                       "C: 2 STATUS INBOX (MESSAGES)\nS: * STATUS INBOX (MESSAGES 2)\nS: 2 OK *\n");
    live_stop(live);
}
END_TEST

/* Sessions of three messages, after login; and the Subjects that are left. */
static const struct {
    const char *name, *script, *left, *log;
    bool no_top; /* the user whose kinamo_pop3_top is no */
} sessions[] = {
    {"nothing retrieved",
     "C: STAT\nS: +OK 3 *\nC: LIST\nS* .\nC: UIDL\nS* .\nC: NOOP\nS: +OK\n"
     "C: LIST 1\nS: +OK *\nC: UIDL 1\nS: +OK *\nC: QUIT\nS: +OK *\nEOF\n",
     "1 2 3 ", "del=0/", false},
    {"TOP never counts",
     "C: TOP 1 0\nS: +OK*\nS* .\nC: TOP 2 999999\nS: +OK*\nS* .\nC: QUIT\nS: +OK *\nEOF\n",
     "1 2 3 ", "del=0/", false},
    {"TOP of a million lines is a download",
     "C: TOP 1 1000000\nS: +OK*\nS* .\nC: TOP 2 99999999\nS: +OK*\nS* .\nC: QUIT\nS: +OK *\nEOF\n",
     "3 ", "del=2/", false},
    {"TOP of a million lines with kinamo_pop3_top = no",
     "C: TOP 1 1000000\nS: +OK*\nS* .\nC: QUIT\nS: +OK *\nEOF\n", "1 2 3 ", "del=0/", true},
    {"RSET forgets", "C: RETR 1\nS: +OK*\nS* .\nC: RSET\nS: +OK\nC: QUIT\nS: +OK *\nEOF\n",
     "1 2 3 ", "del=0/", false},
    {"RETR after RSET counts",
     "C: RETR 1\nS: +OK*\nS* .\nC: RETR 2\nS: +OK*\nS* .\nC: RSET\nS: +OK\n"
     "C: RETR 2\nS: +OK*\nS* .\nC: QUIT\nS: +OK *\nEOF\n",
     "1 3 ", "del=1/", false},
    {"DELE keeps its meaning", "C: DELE 3\nS: +OK *\nC: QUIT\nS: +OK *\nEOF\n", "1 2 ", "del=1/",
     false},
    {"retrieved and deleted counts once",
     "C: RETR 1\nS: +OK*\nS* .\nC: DELE 1\nS: +OK *\nC: DELE 2\nS: +OK *\nC: QUIT\nS: +OK *\nEOF\n",
     "3 ", "del=2/", false},
    {"retrieved twice counts once",
     "C: RETR 1\nS: +OK*\nS* .\nC: RETR 1\nS: +OK*\nS* .\nC: QUIT\nS: +OK *\nEOF\n", "2 3 ",
     "del=1/", false},
    {"any case, any spaces", "C: retr   2\nS: +OK*\nS* .\nC: Quit now\nS: +OK *\nEOF\n", "1 3 ",
     "del=1/", false},
    {"no such message", "C: RETR 4\nS: -ERR *\nC: RETR 0\nS: -ERR *\nC: QUIT\nS: +OK *\nEOF\n",
     "1 2 3 ", "del=0/", false},
    {"all in one write", "W: RETR 1|RETR 2|QUIT|\nS* .\nS* .\nS: +OK *\nEOF\n", "1 2 3 ",
     "event=kinamo_pop3_kept user=" LIVE_JAN " cause=quit_pipelined count=2 uids=*", false},
    {"the last RETR together with QUIT",
     "W: RETR 1|RETR 2|\nS* .\nS* .\nW: RETR 3|QUIT|\nS* .\nS: +OK *\nEOF\n", "3 ",
     "event=kinamo_pop3_kept user=" LIVE_JAN " cause=quit_pipelined count=1 uids=*", false},
    {"pipelined, then QUIT",
     "W: NOOP|RETR 1|RETR 2|NOOP|\nS: +OK\nS* .\nS* .\nS: +OK\nC: QUIT\n"
     "S: +OK *\nEOF\n",
     "3 ", "del=2/", false},
    {"pipelined RSET", "W: RETR 1|RSET|RETR 2|\nS* .\nS: +OK\nS* .\nC: QUIT\nS: +OK *\nEOF\n",
     "1 3 ", "del=1/", false},
    {"RSET after QUIT is too late", "C: RETR 1\nS: +OK*\nS* .\nW: QUIT|RSET|\nS: +OK *\nEOF\n",
     "2 3 ", "del=1/", false},
    {"a line in pieces",
     "C: RETR 1\nS: +OK*\nS* .\nW: RE\nP:\nW: TR 2|\nS* .\nW: QU\nP:\nW: IT|\n"
     "S: +OK *\nEOF\n",
     "3 ", "del=2/", false},
};

/* A script with the further lines "W: text", sent in one write with | for CRLF, and "P:", a pause
   in which the server reads what it has got. */
static void play(struct talk *conversation, const char *script)
{
    while (*script != '\0') {
        size_t length = strcspn(script, "\n") + 1;
        char line[256];

        ck_assert_uint_lt(length, sizeof(line));
        memcpy(line, script, length);
        line[length] = '\0';
        script += length;
        if (strncmp(line, "W: ", 3) == 0) {
            pop3_write(conversation, line + 3);
        } else if (strncmp(line, "P:", 2) == 0) {
            (void)talk_pending(conversation, 200);
        } else {
            talk(conversation, line);
        }
    }
}

static void expect_session(struct live *live, int i)
{
    const char *user = sessions[i].no_top ? "top@klant.example" : LIVE_JAN;
    int logged = live_log_count(live, sessions[i].log);
    struct talk *conversation;

    (void)live_run(NULL, "doveadm expunge -u %s mailbox INBOX all", user);
    live_deliver_many(user, 3);
    conversation = pop3_login(user, sessions[i].no_top ? "secret" : LIVE_JAN_PASSWORD);
    play(conversation, sessions[i].script);
    talk_close(conversation);
    pop3_expect_subjects(user, "INBOX", sessions[i].left);
    ck_assert_msg(live_log_count(live, sessions[i].log) > logged, "%s: not logged: %s",
                  sessions[i].name, sessions[i].log);
}

/* One server for all; the users' own settings differ. */
START_TEST(session)
{
    struct live *live = live_start(&(struct live_options){
        .users = "top@klant.example:{PLAIN}secret::::::userdb_kinamo_pop3_top=no\n"});

    for (int i = 0; i < LENGTH(sessions); i++) {
        expect_session(live, i);
    }
    live_stop(live);
}
END_TEST

/* Too large for the buffers between server and client. */
static void deliver_large(const char *user)
{
    free(live_must("{ printf 'Subject: 1\\n\\n'; seq 3000000; } | doveadm save -u %s -m INBOX",
                   user));
}

/* QUIT comes while the server still has part of the reply to write: nobody knows whether the client
   has got it. */
START_TEST(quit_before_the_end_of_the_reply)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;

    deliver_large(LIVE_JAN);
    live_deliver(LIVE_JAN, "Subject: 2\n\ntwo\n");
    conversation = pop3_jan();
    pop3_retr(conversation, 2, 2);
    talk(conversation, "C: RETR 1\nS: +OK *\n");
    (void)sleep(1);
    talk(conversation, "C: QUIT\nS* .\nS: +OK *\nEOF\n");
    talk_close(conversation);
    live_log_wait(live, "cause=quit_pipelined count=1 uids=1");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 ");
    /* In its own time it goes. */
    conversation = pop3_jan();
    talk(conversation, "C: RETR 1\nS: +OK *\n");
    (void)sleep(1);
    talk(conversation, "S* .\n");
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    live_stop(live);
}
END_TEST

/* More commands in one write than Dovecot reads at once, and nobody who reads the replies. */
START_TEST(long_pipeline_of_a_client_that_is_gone)
{
    static const char begin[] = "RETR 1\r\nRETR 2\r\n";
    static const char noop[] = "NOOP\r\n";
    struct live *live = live_start(NULL);
    struct talk *conversation;
    char commands[4096];
    size_t used = strlen(begin);

    live_deliver_many(LIVE_JAN, 2);
    memcpy(commands, begin, used);
    for (int i = 0; i < 500; i++, used += strlen(noop)) {
        memcpy(commands + used, noop, strlen(noop));
    }
    memcpy(commands + used, "QUIT\r\n", sizeof("QUIT\r\n"));
    conversation = pop3_jan();
    talk_send(conversation, commands, strlen(commands));
    live_log_wait(live, "Disconnected: Logged out*retr=2/");
    talk_close(conversation);
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    live_stop(live);
}
END_TEST

enum end { CLOSED, RESET, BAD_COMMANDS, KILLED, TERMINATED, SHUT_DOWN };

static const enum end ends[] = {CLOSED, RESET, BAD_COMMANDS, KILLED, TERMINATED, SHUT_DOWN};

static void end_session(struct live *live, struct talk *conversation, enum end end)
{
    switch (end) {
    case CLOSED:
        break;
    case RESET:
        talk_reset(conversation);
        return;
    case BAD_COMMANDS:
        for (int i = 0; i <= 20; i++) {
            talk(conversation, "C: XYZZY\nS: -ERR *\n");
        }
        talk(conversation, "S: -ERR Too many bad commands.\nEOF\n");
        break;
    case KILLED:
        /* On a busy machine Dovecot has started another one that waits for a session. */
        ck_assert_int_ge(live_kill("pop3", SIGKILL), 1);
        live_allow(live, "killed with signal 9");
        break;
    case TERMINATED:
        ck_assert_int_ge(live_kill("pop3", SIGTERM), 1);
        live_allow(live, "Killed with signal 15");
        break;
    case SHUT_DOWN:
        live_restart(live, NULL);
        break;
    }
    talk_close(conversation);
}

START_TEST(no_quit_nothing_removed)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;
    char *flags;

    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    talk(conversation, "C: DELE 2\nS: +OK *\n");
    end_session(live, conversation, ends[_i]);
    if (ends[_i] != KILLED && ends[_i] != TERMINATED && ends[_i] != SHUT_DOWN) {
        live_log_wait(live, "retr=2/*, del=0/");
        /* Flags are saved as without us. */
        flags = live_must("doveadm search -u " LIVE_JAN " mailbox INBOX seen | wc -l");
        ck_assert_int_eq(strtol(flags, NULL, 10), 2);
        free(flags);
    }
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 ");
    live_stop(live);
}
END_TEST

/* What goes wrong with message 2 of 3 between STAT and RETR; Maildir. */
static const struct {
    const char *command, *reply, *log;
    int left;
} damages[] = {
    {"chmod 0", "-ERR *", "cause=unreadable count=1 uids=2", 1},
    {"rm", "-ERR *", "retrieved=2 removed=2 kept=0", 0},
    {"truncate -s 40", "+OK *", "count=1 uids=2", 1},
};

static void damage_second(const char *command)
{
    free(live_must("f=$(grep -l 'Subject: 2' -r " INBOX_DIR "/new " INBOX_DIR "/cur) && %s \"$f\"",
                   command));
}

START_TEST(a_bad_transfer_keeps_that_message)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;

    live_allow(live, "Permission denied");
    live_allow(live, "[Cc]ached message size|Corrupted|Maildir filename has wrong|rather than");
    live_allow(live, "read\\(.*failed|Failed to read|unexpectedly");
    live_deliver_many(LIVE_JAN, 3);
    conversation = pop3_jan();
    talk(conversation, "C: STAT\nS: +OK 3 *\n");
    damage_second(damages[_i].command);
    pop3_retr(conversation, 1, 1);
    talkf(conversation, "C: RETR 2\nS: %s\n", damages[_i].reply);
    if (damages[_i].reply[0] == '+') {
        talk(conversation, "S* .\n");
    }
    pop3_retr(conversation, 3, 3);
    pop3_quit(conversation, "+OK *");
    live_log_wait(live, damages[_i].log);
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), damages[_i].left);
    live_stop(live);
}
END_TEST

START_TEST(ok_at_quit_is_true)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;

    live_allow(live, "unlink|rename|Permission denied|not_removed");
    live_deliver_many(LIVE_JAN, 3);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    free(live_must("chmod 0555 " INBOX_DIR "/cur " INBOX_DIR "/new"));
    pop3_quit(conversation, "-ERR [SYS/TEMP] Some deleted messages not removed.");
    live_log_wait(live, "event=kinamo_pop3_kept user=" LIVE_JAN " cause=not_removed count=2 "
                        "uids=*");
    live_log_wait(live, "retrieved=2 removed=0 kept=2");
    live_log_wait(live, "retr=2/*, del=0/");
    free(live_must("chmod 0700 " INBOX_DIR "/cur " INBOX_DIR "/new"));
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    /* Once the cause is mended, everything takes its course. */
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 3);
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "");
    live_stop(live);
}
END_TEST

START_TEST(dele_that_fails_is_not_ok_either)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;

    live_allow(live, "unlink|rename|Permission denied");
    live_deliver_many(LIVE_JAN, 1);
    conversation = pop3_jan();
    talk(conversation, "C: DELE 1\nS: +OK *\n");
    free(live_must("chmod 0555 " INBOX_DIR "/cur " INBOX_DIR "/new"));
    pop3_quit(conversation, "-ERR [SYS/TEMP] Some deleted messages not removed.");
    free(live_must("chmod 0700 " INBOX_DIR "/cur " INBOX_DIR "/new"));
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 ");
    live_stop(live);
}
END_TEST

START_TEST(what_arrives_meanwhile_stays)
{
    struct live *live = live_start(&(struct live_options){.mail_format = formats[_i]});
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 2);
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 2);
    live_deliver(LIVE_JAN, "Subject: 9\n\nnew\n");
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "9 ");
    live_stop(live);
}
END_TEST

START_TEST(keep_flagged)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_pop3_keep_flagged", "yes"}}});
    struct talk *conversation;

    live_deliver_many(LIVE_JAN, 3);
    free(live_must("doveadm flags add -u " LIVE_JAN " '\\Flagged' mailbox INBOX uid 2"));
    conversation = pop3_jan();
    pop3_retr(conversation, 1, 3);
    pop3_quit(conversation, "+OK *");
    live_log_wait(live, "cause=flagged count=1 uids=2");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "2 ");
    live_stop(live);
}
END_TEST

/* Two POP3 sessions that fetched the same, and an IMAP session that looks on. */
START_TEST(sessions_at_once)
{
    static const char *const destinations[] = {"", "Trash"};
    struct live *live = live_start(
        &(struct live_options){.mail_format = formats[_i / 2],
                               .settings = {{"kinamo_pop3_destination", destinations[_i % 2]}}});
    struct talk *one;
    struct talk *two;
    struct talk *imap;

    live_deliver_many(LIVE_JAN, 4);
    one = pop3_jan();
    two = pop3_jan();
    imap = talk_open("imaps");
    talk(imap, "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n"
               "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1:4 FLAGS\nS* 3 OK *\n");
    pop3_retr(one, 1, 2);
    pop3_retr(two, 1, 3);
    talk(one, "C: QUIT\n");
    talk(two, "C: QUIT\n");
    talk(one, "S: +OK *\nEOF\n");
    talk(two, "S: +OK *\nEOF\n");
    talk(imap, "C: 4 NOOP\nS* 4 OK *\nC: 5 FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]\n"
               "S* Subject: 4\nS* 5 OK *\nC: 6 LOGOUT\nS* 6 OK *\n");
    talk_close(one);
    talk_close(two);
    talk_close(imap);
    pop3_expect_subjects(LIVE_JAN, "INBOX", "4 ");
    pop3_expect_subjects(LIVE_JAN, "Trash", _i % 2 == 0 ? "" : "1 2 3 ");
    live_stop(live);
}
END_TEST

/* C2: with the same plugins loaded, an IMAP session that reads everything removes nothing. */
START_TEST(imap_removes_nothing)
{
    struct live *live = live_start(NULL);

    live_deliver_many(LIVE_JAN, 3);
    for (int device = 0; device < 2; device++) {
        talk_once("imaps", "S: * OK *\nC: 1 LOGIN " LIVE_JAN " " LIVE_JAN_PASSWORD "\nS* 1 OK *\n"
                           "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1:3 BODY[]\nS* 3 OK *\n"
                           "C: 4 CLOSE\nS* 4 OK *\nC: 5 LOGOUT\nS* 5 OK *\nEOF\n");
    }
    pop3_expect_subjects(LIVE_JAN, "INBOX", "1 2 3 ");
    ck_assert_int_eq(live_log_count(live, "kinamo_pop3_quit"), 0);
    live_stop(live);
}
END_TEST

Suite *pop3_removal_suite(void)
{
    Suite *suite = suite_create("pop3-removal");
    TCase *tcase = tcase_create("pop3-removal");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, retrieved_messages_go_at_quit, 0, LENGTH(formats));
    tcase_add_test(tcase, session);
    tcase_add_test(tcase, quit_before_the_end_of_the_reply);
    tcase_add_test(tcase, long_pipeline_of_a_client_that_is_gone);
    tcase_add_loop_test(tcase, no_quit_nothing_removed, 0, LENGTH(ends));
    tcase_add_loop_test(tcase, a_bad_transfer_keeps_that_message, 0, LENGTH(damages));
    tcase_add_test(tcase, ok_at_quit_is_true);
    tcase_add_test(tcase, dele_that_fails_is_not_ok_either);
    tcase_add_loop_test(tcase, what_arrives_meanwhile_stays, 0, LENGTH(formats));
    tcase_add_test(tcase, keep_flagged);
    tcase_add_loop_test(tcase, sessions_at_once, 0, 6);
    tcase_add_test(tcase, imap_removes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
