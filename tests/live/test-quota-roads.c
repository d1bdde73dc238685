/* Every road on which a mailbox fills leads to the warning at the next look (promise C3). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

/* Found where an instrument has put it, else where Dovecot has. */
#define DOVECOT_LDA "PATH=$PATH:/usr/lib/dovecot dovecot-lda -d "

#define COUNT_OF(array) (int)(sizeof(array) / sizeof((array)[0]))

/* The limit is lowered while nobody is there; the next login is told. */
START_TEST(lowered_limit)
{
    struct live *live = quota_start(100000, "");
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

/* The limit is lowered and the operator has everybody looked at. */
START_TEST(doveadm_looks)
{
    struct live *live = quota_start(100000, "");
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

static const struct {
    const char *name, *command;
} recalculations[] = {
    {"recalc", "doveadm quota recalc -u " PIET},
    {"resync", "doveadm force-resync -u " PIET " INBOX"},
};

/* Somebody put the mail there by hand, and has it counted. */
START_TEST(recalculation)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, 10);
    quota_pipe(82000,
               "cat >" PIET_HOME "/Maildir/new/1700000000.M1.hand && chown 5000:5000 " PIET_HOME
               "/Maildir/new/1700000000.M1.hand");
    free(live_must("%s", recalculations[_i].command));
    talk_once("imaps", PIET_LOGIN "C: 2 NOOP\nS: * OK [ALERT] *\nS: 2 OK *\n");
    ck_assert_int_eq(quota_sent(live, 1), 1);
    live_stop(live);
}
END_TEST

#define BACKUP LIVE_DIR "/backup"

/* A mailbox of other days, as a Maildir. */
static void make_backup(void)
{
    free(live_must("rm -rf " BACKUP " && mkdir -p " BACKUP "/cur " BACKUP "/new " BACKUP "/tmp"));
    quota_pipe(82000, "cat >" BACKUP "/new/1700000000.M1.old");
    free(live_must("chown -R 5000:5000 " BACKUP));
}

static const struct {
    const char *name, *command;
} restores[] = {
    {"import", "doveadm import -u " PIET " maildir:" BACKUP " '' all"},
    {"sync", "doveadm sync -1 -R -u " PIET " maildir:" BACKUP},
    {"backup", "doveadm backup -R -u " PIET " maildir:" BACKUP},
};

/* Whoever restored it may have told already; the next session finds the user told. */
START_TEST(restore)
{
    struct live *live = quota_start(100000, "");

    make_backup();
    free(live_must("%s", restores[_i].command));
    talk_once("imaps", PIET_LOGIN "C: 2 NOOP\nS: * OK [ALERT] *\nS: 2 OK *\n");
    ck_assert_int_eq(quota_warnings(PIET), 1);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

START_TEST(dovecot_lda)
{
    struct live *live = quota_start(100000, "");

    quota_pipe(82000, DOVECOT_LDA PIET);
    ck_assert_int_eq(quota_decisions(live, "service=lda *threshold=80 channel=mail result=sent", 1),
                     1);
    quota_pipe(10, DOVECOT_LDA PIET);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

/* A copy is told before the command is answered; a move changes no level. */
START_TEST(copy_and_move)
{
    struct live *live = quota_start(100000, "");
    struct talk *imap = talk_open("imaps");

    quota_deliver(PIET, 41500);
    talk(imap, PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 CREATE Archive\nS: 3 OK *\n"
                          "C: 4 COPY 1 Archive\nS: * NO [ALERT] Your mailbox is 8*\nS: 4 OK *\n");
    ck_assert_int_eq(quota_warnings(PIET), 1);
    talk(imap, "C: 5 MOVE 1 Archive\nS: * OK [COPYUID *\nS: * 1 EXPUNGE\nS* 5 OK *\n"
               "C: 6 NOOP\nS: 6 OK *\n");
    talk_close(imap);
    ck_assert_int_eq(live_messages(PIET, "Archive"), 2);
    ck_assert_int_eq(quota_decisions(live, "channel=imap result=sent", 1), 1);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    live_stop(live);
}
END_TEST

/* What an IMAP session expunges makes the warning due again. */
START_TEST(expunge_in_imap)
{
    struct live *live = quota_start(100000, "");

    quota_deliver(PIET, 82000);
    talk_once("imaps", PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\n"
                                  "C: 3 STORE 1:* FLAGS.SILENT (\\Deleted)\nS* 3 OK *\n"
                                  "C: 4 EXPUNGE\nS* 4 OK *\nC: 5 LOGOUT\nS* 5 OK *\nEOF\n");
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(quota_sent(live, 2), 2);
    live_stop(live);
}
END_TEST

/* What serves a limit besides count. */
static const struct {
    const char *name, *dovecot_2_3, *dovecot_2_4;
} backends[] = {
    {"maildir", "plugin {\n  quota = maildir:User quota\n}\n",
     "quota \"User quota\" {\n  driver = maildir\n}\n"},
    {"dict", "plugin {\n  quota = dict:User quota::file:%h/quota\n}\n", NULL},
};

START_TEST(other_backend)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live;

    if (live_is_2_4() && backends[_i].dovecot_2_4 == NULL) {
        free(users);
        return;
    }
    live = live_start(&(struct live_options){.users = users,
                                             .dovecot_2_3 = backends[_i].dovecot_2_3,
                                             .dovecot_2_4 = backends[_i].dovecot_2_4});
    quota_deliver(PIET, 60000);
    quota_deliver(PIET, 22000);
    ck_assert_int_eq(
        quota_decisions(live, "service=lmtp *threshold=80 channel=mail result=sent", 1), 1);
    talk_once("imaps", PIET_LOGIN "C: 2 NOOP\nS: * OK [ALERT] Your mailbox is 8*\nS: 2 OK *\n");
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(users);
    live_stop(live);
}
END_TEST

Suite *quota_roads_suite(void)
{
    Suite *suite = suite_create("quota-roads");
    TCase *tcase = tcase_create("quota-roads");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, lowered_limit);
    tcase_add_test(tcase, doveadm_looks);
    tcase_add_loop_test(tcase, recalculation, 0, COUNT_OF(recalculations));
    tcase_add_loop_test(tcase, restore, 0, COUNT_OF(restores));
    tcase_add_test(tcase, dovecot_lda);
    tcase_add_test(tcase, copy_and_move);
    tcase_add_test(tcase, expunge_in_imap);
    tcase_add_loop_test(tcase, other_backend, 0, COUNT_OF(backends));
    suite_add_tcase(suite, tcase);
    return suite;
}
