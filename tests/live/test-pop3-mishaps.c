/* POP3: the roads next to the removal. Without QUIT, without the whole message sent, without the
   file gone, nothing is removed and nothing is called removed. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define INBOX_DIR     LIVE_MAIL_DIR "/" LIVE_JAN "/Maildir"

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

/* A reply that has left Dovecot wholly, and waits in the kernel for a client that does not read.
   With TLS the login process passes it on: its own socket takes it all, or there is no room and the
   one that leads to it keeps the rest. What it may hold itself leaves a doubt about the message
   before. */
static const struct {
    const char *name, *service, *tcp_wmem;
    int lines;
    const char *want, *left;
} slow[] = {
    {"TCP", "pop3", "4096 16384 4194304", 70000, "retrieved=3 removed=2 kept=1", "2 "},
    {"TLS", "pop3s", "4096 16384 4194304", 35000, "retrieved=3 removed=1 kept=2", "2 3 "},
    {"TLS, no room in TCP", "pop3s", "4096 16384 32768", 35000, "retrieved=3 removed=1 kept=2",
     "2 3 "},
};

static void deliver_lines(const char *subject, int lines)
{
    free(live_must("{ printf 'Subject: %s\\n\\n'; seq %d; } | doveadm save -u " LIVE_JAN
                   " -m INBOX",
                   subject, lines));
}

/* Fetch two messages, then ask for another one and do not read it. */
static struct talk *begin_slowly(int i)
{
    struct talk *conversation;

    free(live_must("echo %s >/proc/sys/net/ipv4/tcp_wmem", slow[i].tcp_wmem));
    deliver_lines("1", 1);
    deliver_lines("3", 30000);
    deliver_lines("2", slow[i].lines);
    conversation = talk_open(slow[i].service);
    talk(conversation, "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD
                       "\nS: +OK Logged in.\n");
    pop3_retr(conversation, 1, 2);
    talk_buffer(conversation, 4096);
    talk(conversation, "C: RETR 3\n");
    (void)sleep(2);
    return conversation;
}

START_TEST(quit_before_the_kernel_has_sent_the_reply)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_tls_mode", "off"}}});
    char *before = live_must("cat /proc/sys/net/ipv4/tcp_wmem");
    struct talk *conversation = begin_slowly(_i);

    talk(conversation, "C: QUIT\n");
    live_log_wait(live, "event=kinamo_pop3_quit *retrieved=");
    ck_assert_msg(live_log_count(live, slow[_i].want) == 1, "%s: want %s", slow[_i].name,
                  slow[_i].want);
    live_log_wait(live, "cause=quit_pipelined ");
    talk_reset(conversation);
    pop3_expect_subjects(LIVE_JAN, "INBOX", slow[_i].left);
    free(live_must("echo %s >/proc/sys/net/ipv4/tcp_wmem", before));
    free(before);
    live_stop(live);
}
END_TEST

/* The same client throws the connection away behind its QUIT: whether or not that comes through,
   what it has not read stays. */
START_TEST(quit_and_reset_before_the_kernel_has_sent_the_reply)
{
    struct live *live =
        live_start(&(struct live_options){.settings = {{"kinamo_tls_mode", "off"}}});
    char *before = live_must("cat /proc/sys/net/ipv4/tcp_wmem");
    struct talk *conversation = begin_slowly(_i);

    talk(conversation, "C: QUIT\n");
    talk_reset(conversation);
    ck_assert(live_wait_gone("pop3"));
    free(live_must("doveadm fetch -u " LIVE_JAN " hdr.subject mailbox INBOX | grep -q ': 2$'"));
    free(live_must("echo %s >/proc/sys/net/ipv4/tcp_wmem", before));
    free(before);
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

Suite *pop3_mishaps_suite(void)
{
    Suite *suite = suite_create("pop3-mishaps");
    TCase *tcase = tcase_create("pop3-mishaps");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, quit_before_the_end_of_the_reply);
    tcase_add_loop_test(tcase, quit_before_the_kernel_has_sent_the_reply, 0, LENGTH(slow));
    tcase_add_loop_test(tcase, quit_and_reset_before_the_kernel_has_sent_the_reply, 0,
                        LENGTH(slow));
    tcase_add_test(tcase, long_pipeline_of_a_client_that_is_gone);
    tcase_add_loop_test(tcase, no_quit_nothing_removed, 0, LENGTH(ends));
    tcase_add_loop_test(tcase, a_bad_transfer_keeps_that_message, 0, LENGTH(damages));
    tcase_add_test(tcase, ok_at_quit_is_true);
    tcase_add_test(tcase, dele_that_fails_is_not_ok_either);
    suite_add_tcase(suite, tcase);
    return suite;
}
