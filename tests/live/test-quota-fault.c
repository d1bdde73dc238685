/* Quota warnings when something fails: mail goes on, one line says so, and the user is told once it
   works again. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

static const char *const metric_2_3 =
    "metric quota {\n  filter = event=kinamo_quota_warning\n  group_by = result\n}\n";
static const char *const metric_2_4 =
    "metric quota {\n  filter = event=kinamo_quota_warning\n  group_by result {\n"
    "    method discrete {\n    }\n  }\n}\n";

/* The state cannot be kept: mail arrives, one line says so, a counter counts; when it can, the user
   is told. */
START_TEST(state_fails)
{
    struct live *live = quota_start_with(100000, "", live_is_2_4() ? metric_2_4 : metric_2_3);

    live_allow(live, "result=failed");
    live_allow(live, PIET_STATE);
    quota_deliver(PIET, 10);
    free(live_must("rm -f " PIET_STATE " && chown root " PIET_HOME " && chmod 755 " PIET_HOME));
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 2);
    ck_assert_int_eq(quota_decisions(live, "channel=mail result=failed cause=state *cure=", 1), 1);
    free(live_must("chown 5000 " PIET_HOME));
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    free(live_must("doveadm stats dump | grep -q '^quota_failed.1'; "
                   "doveadm stats dump | grep '^quota_sent'"));
    live_stop(live);
}
END_TEST

START_TEST(inbox_is_not_writable)
{
    struct live *live = quota_start(100000, "");
    char *output;

    free(live_must("doveadm mailbox create -u " PIET " Archive && chmod 500 " PIET_HOME
                   "/Maildir/tmp"));
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

/* The quota itself cannot be read. */
START_TEST(lookup_fails)
{
    struct live *live = quota_start(100000, "");

    live_allow(live, "result=failed");
    live_allow(live, "quota");
    live_allow(live, "\\.Broken");
    free(live_must("doveadm mailbox create -u " PIET " Broken"));
    quota_pipe(10, "doveadm save -u " PIET " -m Broken");
    free(live_must("chown -R root " PIET_HOME "/Maildir/.Broken; chmod -R 700 " PIET_HOME
                   "/Maildir/.Broken; rm -f " PIET_HOME "/Maildir/dovecot.list.index*"));
    quota_deliver(PIET, 82000);
    ck_assert_int_eq(
        quota_decisions(live, "service=lmtp *result=failed cause=quota error=*cure=", 1), 1);
    talk_once("imaps",
              PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1 FLAGS\nS: * 1 FETCH *\n"
                         "S: 3 OK *\nC: 4 LOGOUT\nS* 4 OK *\nEOF\n");
    free(live_must("chown -R 5000:5000 " PIET_HOME "/Maildir/.Broken"));
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    live_stop(live);
}
END_TEST

/* Somebody wrote something else there. */
START_TEST(state_is_corrupt)
{
    struct live *live = quota_start(100000, "");

    live_allow(live, "result=failed");
    quota_deliver(PIET, 82000);
    free(live_must("sed -i 's/^1 .*/rubbish/; s/^kq1.*/rubbish/; $s/.*/rubbish/' " PIET_STATE));
    quota_deliver(PIET, 10000);
    ck_assert_int_eq(
        quota_decisions(live, "result=failed cause=state error=\"*delete the key\"", 1), 1);
    talk_once("imaps", PIET_LOGIN "C: 2 NOOP\nS: * OK [ALERT] *\nS: 2 OK *\n");
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 3);
    free(live_must("rm " PIET_STATE));
    quota_deliver(PIET, 10);
    quota_deliver(PIET, 10);
    ck_assert_int_eq(quota_decisions(live, "threshold=95 channel=mail result=sent", 1), 1);
    ck_assert_int_eq(quota_sent(live, 2), 2);
    live_stop(live);
}
END_TEST

#define DISK LIVE_DIR "/disk"

/* No room for the state, though there is for the mail. */
START_TEST(disk_is_full)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot_2_3 = "plugin {\n  kinamo_state = file:" DISK "/state\n}\n",
        .dovecot_2_4 = "kinamo_state {\n  dict file {\n    path = " DISK "/state\n"
                       "    lock_method = fcntl\n  }\n}\n",
    });

    free(users);
    live_allow(live, "result=failed");
    live_allow(live, DISK);
    free(live_must("umount " DISK " 2>/dev/null; mkdir -p " DISK " && "
                   "mount -t tmpfs -o size=64k,mode=0777 tmpfs " DISK " && "
                   "head -c 1000000 /dev/zero >" DISK "/fill 2>/dev/null; test -s " DISK "/fill"));
    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 41000);
    }
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 2);
    ck_assert_int_eq(quota_decisions(live, "result=failed cause=state", 1), 1);
    talk_once("imaps", PIET_LOGIN "C: 2 NOOP\nS: * OK [ALERT] *\nS: 2 OK *\n");
    ck_assert_int_eq(quota_sent(live, 0), 0);
    free(live_must("rm " DISK "/fill"));
    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 10);
    }
    ck_assert_int_eq(quota_sent(live, 1), 1);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(live_must("umount -l " DISK));
    live_stop(live);
}
END_TEST

/* System calls of all deliveries since the servers started. */
static int count_calls(const char *pattern)
{
    char *output = live_must(
        "cat " LIVE_DIR "/calls.* | grep -cE '%s' || true; rm " LIVE_DIR "/calls.*", pattern);
    int count = (int)strtol(output, NULL, 10);

    free(output);
    return count;
}

static int fsyncs_of_deliveries(const char *mode)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_quota_mode", mode}},
        .dovecot = "service lmtp {\n  executable = /usr/bin/strace -ff -e "
                   "trace=fsync,fdatasync,sync_file_range -o " LIVE_DIR
                   "/calls /usr/lib/dovecot/lmtp -L\n}\n",
    });

    free(users);
    for (int i = 0; i < 5; i++) {
        quota_deliver(PIET, 1000);
    }
    live_stop(live);
    return count_calls("^(fsync|fdatasync|sync_file_range)\\(");
}

START_TEST(no_fsync_when_nothing_changes)
{
    int without = fsyncs_of_deliveries("off");

    ck_assert_int_gt(without, 0);
    ck_assert_int_eq(fsyncs_of_deliveries("warn"), without);
}
END_TEST

static const struct {
    const char *name, *before;
    int sent; /* after that; doveadm logs elsewhere */
} unfinished[] = {
    {"the message was saved", "true", 0},
    {"it was not", "rm " PIET_HOME "/Maildir/new/*", 1},
};

/* A process claimed the warning and was killed before it could say how it ended, some minutes ago.
   The user is told once, and not never. */
START_TEST(unfinished_claim)
{
    struct live *live = quota_start(100000, "");

    free(live_must("doveadm mailbox create -u " PIET " Archive"));
    quota_pipe(82000, "doveadm save -u " PIET " -m Archive");
    ck_assert_int_eq(quota_warnings(PIET), 1);
    free(live_must("%s; sed -i -E \"s/:80:[0-9]+:s/:80:$(($(date +%%s) - 400)):p/\" " PIET_STATE
                   " && grep -q :80:.*:p " PIET_STATE,
                   unfinished[_i].before));
    for (int i = 0; i < 2; i++) {
        quota_deliver(PIET, 10);
    }
    ck_assert_msg(quota_warnings(PIET) == 1, "%s: got %d warnings", unfinished[_i].name,
                  quota_warnings(PIET));
    ck_assert_msg(quota_sent(live, unfinished[_i].sent) == unfinished[_i].sent, "%s: want %d sent",
                  unfinished[_i].name, unfinished[_i].sent);
    live_stop(live);
}
END_TEST

Suite *quota_fault_suite(void)
{
    Suite *suite = suite_create("quota-fault");
    TCase *tcase = tcase_create("quota-fault");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, state_fails);
    tcase_add_test(tcase, inbox_is_not_writable);
    tcase_add_test(tcase, lookup_fails);
    tcase_add_test(tcase, state_is_corrupt);
    tcase_add_test(tcase, disk_is_full);
    tcase_add_loop_test(tcase, unfinished_claim, 0, 2);
    tcase_add_test(tcase, no_fsync_when_nothing_changes);
    suite_add_tcase(suite, tcase);
    return suite;
}
