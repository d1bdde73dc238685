/* POP3: what was downloaded is removed, and nothing else ever (promises C4, C5). */
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

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

/* Longer than any line that a client has a reason to send. */
#define LONG                                                                                       \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                     \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

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
    {"a long RSET forgets too",
     "C: RETR 1\nS: +OK*\nS* .\nC: RSET " LONG "\nS: +OK\nC: QUIT\nS: +OK *\nEOF\n", "1 2 3 ",
     "del=0/", false},
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
    live_log_wait_times(live, sessions[i].log, logged + 1);
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
    tcase_add_loop_test(tcase, what_arrives_meanwhile_stays, 0, LENGTH(formats));
    tcase_add_test(tcase, keep_flagged);
    tcase_add_loop_test(tcase, sessions_at_once, 0, 6);
    tcase_add_test(tcase, imap_removes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
