/* Quota warnings in the IMAP session, byte for byte where order matters (promises C3, C11). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

#define LOGIN PIET_LOGIN

static struct live *start_with(long limit, const char *fields, const char *dovecot)
{
    char *users = quota_user(PIET, limit, fields);
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .dovecot = dovecot,
        .settings = {{"kinamo_quota_check_interval", "1s"}, {"kinamo_tls_mode", "off"}},
    });

    free(users);
    return live;
}

static struct live *start(long limit, const char *fields)
{
    return start_with(limit, fields, NULL);
}

static int told(struct live *live, int want)
{
    return quota_decisions(live, "channel=imap result=sent", want);
}

START_TEST(after_login_before_the_first_reply)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 82500);
    talk_once("imaps", LOGIN
              "C: 2 NOOP\n"
              "S: * OK [ALERT] Your mailbox is 8*% full (8* kB of 98 kB). Delete messages you no "
              "longer need and empty the trash.\n"
              "S: 2 OK *\n"
              "C: 3 LOGOUT\nS: * BYE *\nS: 3 OK *\nEOF\n");
    ck_assert_int_eq(told(live, 1), 1);
    live_stop(live);
}
END_TEST

START_TEST(pipelined_commands_come_after)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 82500);
    talk_once("imaps", "S: * OK *\nC: 1 LOGIN " PIET " " QUOTA_PASSWORD "\nC: 2 NOOP\nC: 3 NOOP\n"
                       "S* 1 OK *\nS: * OK [ALERT] *\nS: 2 OK *\nS: 3 OK *\n");
    live_stop(live);
}
END_TEST

START_TEST(below_the_threshold_nothing)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 50000);
    talk_once("imaps", LOGIN "C: 2 NOOP\nS: 2 OK *\n");
    ck_assert_int_eq(told(live, 0), 0);
    live_stop(live);
}
END_TEST

START_TEST(rise_at_the_next_sync)
{
    struct live *live = start(100000, "");
    struct talk *imap = talk_open("imaps");

    talk(imap, LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\n");
    quota_deliver(PIET, 82500);
    (void)sleep(2);
    talk(imap, "C: 3 NOOP\nS* * NO [ALERT] Your mailbox is 8*\nS: 3 OK *\n");
    /* The session has been told. */
    (void)sleep(2);
    talk(imap, "C: 4 NOOP\nS: 4 OK *\n");
    quota_deliver(PIET, 20000);
    (void)sleep(2);
    talk(imap, "C: 5 NOOP\nS* * NO [ALERT] Your mailbox is 10*\n"
               "S: * NO [OVERQUOTA] Your mailbox is full (*): new messages may be refused.\n"
               "S: 5 OK *\n");
    talk_close(imap);
    ck_assert_int_eq(told(live, 2), 2);
    live_stop(live);
}
END_TEST

/* OVERQUOTA needs a selected mailbox. */
START_TEST(full_at_login)
{
    struct live *live = start(50000, "");

    quota_deliver(PIET, 52000);
    talk_once("imaps", LOGIN "C: 2 NOOP\nS: * OK [ALERT] Your mailbox is 10*\nS: 2 OK *\n");
    talk_once("imaps", LOGIN "C: 2 SELECT INBOX\nS* * OK [ALERT] Your mailbox is 10*\n"
                             "S: * NO [OVERQUOTA] *\nS: 2 OK *\n");
    live_stop(live);
}
END_TEST

START_TEST(own_append)
{
    static const char *const filler = "0123456789012345678901234567890123456789";
    struct live *live = start(2000, "");
    struct talk *imap = talk_open("imaps");

    talk(imap, LOGIN);
    talkf(imap, "C: 2 APPEND INBOX {1700}\nS: + *\n");
    for (int i = 0; i < 42; i++) {
        talk_send(imap, filler, 40);
    }
    talk_send(imap, "0123456789012345678\n\r\n", 22);
    talk(imap, "S: * NO [ALERT] Your mailbox is 8*\nS: 2 OK *\n");
    talk_close(imap);
    live_stop(live);
}
END_TEST

START_TEST(idle)
{
    struct live *live = start(100000, "");
    struct talk *imap = talk_open("imaps");

    talk(imap, LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 IDLE\nS: + idling\n");
    quota_deliver(PIET, 82500);
    talk(imap, "S* * NO [ALERT] Your mailbox is 8*\n");
    talk(imap, "C: DONE\nS* 3 OK *\n");
    talk_close(imap);
    ck_assert_int_eq(told(live, 1), 1);
    live_stop(live);
}
END_TEST

/* The second delivery falls into the interval after a look: its news comes when that is over. */
START_TEST(idle_within_the_interval)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users, .settings = {{"kinamo_quota_check_interval", "4s"}}});
    struct talk *imap = talk_open("imaps");

    free(users);
    talk(imap, LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 IDLE\nS: + idling\n");
    quota_deliver(PIET, 82500);
    talk(imap, "S* * 2 EXISTS\n");
    talk(imap, "S* * NO [ALERT] Your mailbox is 8*\nC: DONE\nS* 3 OK *\n");
    talk_close(imap);
    live_stop(live);
}
END_TEST

START_TEST(ascii_in_french)
{
    struct live *live = start(100000, "userdb_kinamo_language=fr");

    quota_deliver(PIET, 82500);
    talk_once(
        "imaps", LOGIN
        "C: 2 NOOP\nS: * OK [ALERT] Votre boite aux lettres est pleine a 8* % (8* ko sur 98 ko). "
        "Supprimez les messages dont vous n'avez plus besoin et videz la corbeille.\n"
        "S: 2 OK *\n");
    live_stop(live);
}
END_TEST

/* Without TLS the message carries it, even if only imap is a channel. */
START_TEST(not_private)
{
    struct live *live = start(100000, "userdb_kinamo_quota_channels=imap");

    quota_deliver(PIET, 82500);
    ck_assert_int_eq(quota_warnings(PIET), 0);
    talk_once("imap", LOGIN "C: 2 NOOP\nS: 2 OK *\n");
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(told(live, 0), 0);
    ck_assert_int_eq(
        quota_decisions(live, "channel=imap result=suppressed cause=\"connection is not private\"",
                        1),
        1);
    live_stop(live);
}
END_TEST

/* The transaction of the first message is still open when the second one is refused: mdbox allows
   no other then, so the session is looked at later. */
START_TEST(refused_append_as_the_first_command)
{
    char *users = quota_user(PIET, 100000, "userdb_kinamo_quota_channels=imap");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .mail_format = "mdbox",
        .settings = {{"kinamo_tls_mode", "off"}},
    });
    struct talk *imap;

    free(users);
    quota_deliver(PIET, 82500);
    imap = talk_open("imap");
    talk(imap, LOGIN "C: 2 APPEND INBOX {17}\nS: + *\nC: Subject: mine\nC: \nC:  {0}\n"
                     "S* 2 NO *\n");
    ck_assert_int_eq(quota_warnings(PIET), 0);
    talk(imap, "C: 3 NOOP\nS* 3 OK *\n");
    talk_close(imap);
    ck_assert_int_eq(quota_warnings(PIET), 1);
    ck_assert_int_eq(live_messages(PIET, "INBOX"), 2);
    live_stop(live);
}
END_TEST

START_TEST(observe)
{
    struct live *live = start(100000, "userdb_kinamo_quota_mode=observe");

    quota_deliver(PIET, 82500);
    talk_once("imaps", LOGIN "C: 2 NOOP\nS: 2 OK *\n");
    ck_assert_int_eq(quota_decisions(live, "channel=imap result=suppressed cause=observe", 1), 1);
    live_stop(live);
}
END_TEST

/* The session is put to sleep after it was told; a delivery that crosses nothing wakes it. */
START_TEST(hibernation)
{
    struct live *live =
        start_with(100000, "",
                   "imap_hibernate_timeout = 1s\n"
                   "service imap {\n  unix_listener imap-master {\n    mode = 0666\n  }"
                   "\n}\nservice imap-hibernate {\n  unix_listener imap-hibernate {\n"
                   "    mode = 0666\n  }\n}\n");
    struct talk *imap = talk_open("imaps");

    quota_deliver(PIET, 82500);
    talk(imap, LOGIN "C: 2 SELECT INBOX\nS* * OK [ALERT] *\nS: 2 OK *\nC: 3 IDLE\nS: + idling\n");
    ck_assert_msg(live_wait_gone("imap"), "never hibernated");
    quota_deliver(PIET, 10);
    /* Dovecot says "Still here" every other minute, by the clock. */
    talk(imap, "S* * 3 EXISTS\n");
    talk(imap, "C: DONE\nS* 3 OK *\nC: 4 NOOP\nS: 4 OK *\n");
    ck_assert_int_eq(told(live, 1), 1);
    /* What the session still is: private, and told of 80% only. */
    quota_deliver(PIET, 12000);
    (void)sleep(2);
    talk(imap, "C: 5 NOOP\nS* * NO [ALERT] *\nS: 5 OK *\n");
    ck_assert_int_eq(told(live, 2), 2);
    talk_close(imap);
    live_stop(live);
}
END_TEST

/* Python's zlib speaks RFC 4978: raw deflate in both directions. */
START_TEST(compressed)
{
    struct live *live = start_with(
        100000, "",
        live_is_2_4() ? "protocol imap {\n  mail_plugins {\n    imap_zlib = no\n  }\n}\n"
                      : "protocol imap {\n  mail_plugins = $mail_plugins imap_zlib\n}\n");
    char *output;

    quota_deliver(PIET, 50000);
    output = live_must(
        "python3 - <<'END'\n"
        "import socket, ssl, subprocess, zlib\n"
        "s = ssl._create_unverified_context().wrap_socket(socket.create_connection(('127.0.0.1', "
        "993)))\n"
        "s.settimeout(20)\n"
        "data = b''\n"
        "def until(text, read):\n"
        "    global data\n"
        "    while text not in data: data += read()\n"
        "    before, data = data.split(text, 1)\n"
        "    return before + text\n"
        "clear = lambda: s.recv(4096)\n"
        "until(b'\\r\\n', clear)\n"
        "s.sendall(b'1 LOGIN " PIET " " QUOTA_PASSWORD "\\r\\n')\n"
        "until(b'1 OK', clear); until(b'\\r\\n', clear)\n"
        "s.sendall(b'2 COMPRESS DEFLATE\\r\\n')\n"
        "until(b'2 OK', clear); until(b'\\r\\n', clear)\n"
        "inflate = zlib.decompressobj(-15); deflate = zlib.compressobj(9, zlib.DEFLATED, -15)\n"
        "packed = lambda: inflate.decompress(s.recv(4096))\n"
        "data = inflate.decompress(data)\n"
        "def say(text):\n"
        "    s.sendall(deflate.compress(text) + deflate.flush(zlib.Z_SYNC_FLUSH))\n"
        "say(b'3 APPEND INBOX {33000}\\r\\n'); until(b'+ ', packed)\n"
        "say(b'x' * 33000 + b'\\r\\n')\n"
        "print(until(b'3 OK', packed).decode())\n"
        "END");
    ck_assert_msg(strstr(output, "* NO [ALERT] Your mailbox is 8") != NULL, "got %s", output);
    free(output);
    live_stop(live);
}
END_TEST

/* How often sessions that select the inbox read a Maildir's list of UIDs. */
static int uidlists_read(const char *mode)
{
    char *users = quota_user(PIET, 100000, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_quota_mode", mode}, {"kinamo_tls_mode", "off"}},
        .dovecot =
            "service imap {\n  executable = /usr/bin/strace -ff -e trace=openat,chdir -o " LIVE_DIR
            "/calls /usr/lib/dovecot/imap\n}\n",
    });
    char *output;
    int count;

    free(users);
    quota_deliver(PIET, 50000);
    for (int i = 0; i < 3; i++) {
        talk_once("imaps", LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 LOGOUT\nS* 3 OK *\nEOF\n");
    }
    live_stop(live);
    output = live_must("cd " LIVE_DIR "; cat calls.* >all; grep -q 'chdir.*" PIET
                       "' all || exit 1; grep -c 'dovecot-uidlist.*RDWR' all || true; "
                       "rm calls.* all");
    count = (int)strtol(output, NULL, 10);
    free(output);
    return count;
}

START_TEST(selected_inbox_is_not_opened_again)
{
    int without = uidlists_read("off");

    ck_assert_int_gt(without, 0);
    ck_assert_int_eq(uidlists_read("warn"), without);
}
END_TEST

Suite *quota_imap_suite(void)
{
    Suite *suite = suite_create("quota-imap");
    TCase *tcase = tcase_create("quota-imap");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, after_login_before_the_first_reply);
    tcase_add_test(tcase, pipelined_commands_come_after);
    tcase_add_test(tcase, below_the_threshold_nothing);
    tcase_add_test(tcase, rise_at_the_next_sync);
    tcase_add_test(tcase, full_at_login);
    tcase_add_test(tcase, own_append);
    tcase_add_test(tcase, idle);
    tcase_add_test(tcase, idle_within_the_interval);
    tcase_add_test(tcase, ascii_in_french);
    tcase_add_test(tcase, not_private);
    tcase_add_test(tcase, refused_append_as_the_first_command);
    tcase_add_test(tcase, observe);
    tcase_add_test(tcase, hibernation);
    tcase_add_test(tcase, compressed);
    if (!live_memory_is_checked()) {
        tcase_add_test(tcase, selected_inbox_is_not_opened_again);
    }
    suite_add_tcase(suite, tcase);
    return suite;
}
