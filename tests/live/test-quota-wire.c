/* Where a warning may stand on the wire of an IMAP session: never inside another response or a
   literal; and which connections are private. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quota.h"
#include "suites.h"

/* More than the buffers of both ends hold. */
#define LINES 400000
#define LINE  "0123456789012345678901234567890123456789"

static struct live *start(long limit, const char *networks)
{
    char *users = quota_user(PIET, limit, "");
    struct live *live = live_start(&(struct live_options){
        .users = users,
        .settings = {{"kinamo_quota_check_interval", "1s"},
                     {"kinamo_tls_mode", "off"},
                     {"kinamo_tls_trusted_networks", networks}},
    });

    free(users);
    return live;
}

/* The level rises while the client is sending a literal, which may take as long as it likes. */
START_TEST(not_inside_a_literal_of_the_client)
{
    struct live *live = start(100000, "");
    struct talk *imap = talk_open("imaps");

    talk(imap, PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 APPEND INBOX {82}\nS: + *\n");
    talk_send(imap, LINE, 40);
    quota_deliver(PIET, 82500);
    ck_assert(!talk_pending(imap, 1500));
    talk_send(imap, "\r\n" LINE "\r\n", 44);
    talk(imap,
         "S: * 3 EXISTS\nS: * * RECENT\nS: * NO [ALERT] *\nS: 3 OK *\nC: 4 NOOP\nS: 4 OK *\n");
    talk_close(imap);
    live_stop(live);
}
END_TEST

static void want_line(struct talk *imap, const char *want, int number)
{
    const char *got = talk_line(imap);

    ck_assert_msg(got != NULL && strcmp(got, want) == 0, "line %d of the message: got %s, want %s",
                  number, got, want);
}

/* Up to the line that begins like last, the wire holds whole replies only, and one ALERT. */
static void want_one_alert(struct talk *imap, const char *last)
{
    const char *line;
    int alerts = 0;

    do {
        line = talk_line(imap);
        ck_assert_msg(line != NULL && (strncmp(line, "* ", 2) == 0 ||
                                       (*line != '\0' && strncmp(line + 1, " OK ", 4) == 0)),
                      "got %s, want a whole reply", line);
        alerts += strncmp(line, "* NO [ALERT] ", strlen("* NO [ALERT] ")) == 0;
    } while (strncmp(line, last, strlen(last)) != 0);
    ck_assert_int_eq(alerts, 1);
}

/* The level rises while the client reads a message so slowly that the server must wait, with
   further commands waiting behind it. */
START_TEST(not_inside_a_response)
{
    struct live *live = start(2 * LINES * (long)(strlen(LINE) + 2), "");
    struct talk *imap;

    free(live_must("{ printf 'Subject: long\\n\\n'; yes " LINE
                   " | head -n %d; } | doveadm save -u " PIET,
                   LINES));
    imap = talk_open("imaps");
    talk(imap, PIET_LOGIN "C: 2 SELECT INBOX\nS* 2 OK *\nC: 3 FETCH 1 BODY.PEEK[TEXT]\nC: 4 NOOP\n"
                          "C: 5 FETCH 1 FLAGS\nC: 6 NOOP\n");
    quota_deliver(PIET, LINES * 26L);
    (void)sleep(2);
    talk(imap, "S: * 1 FETCH (BODY[TEXT] {16800000}\n");
    for (int i = 1; i <= LINES; i++) {
        want_line(imap, LINE, i);
    }
    talk(imap, "S: )\n");
    want_one_alert(imap, "6 OK ");
    talk_close(imap);
    ck_assert_int_eq(quota_decisions(live, "channel=imap result=sent", 1), 1);
    live_stop(live);
}
END_TEST

static const struct {
    const char *name, *networks;
    int alerts;
} clear[] = {
    {"trusted network", "127.0.0.0/8", 1},
    {"trusted address", "192.0.2.0/24 127.0.0.1", 1},
    {"another network", "192.0.2.0/24", 0},
};

START_TEST(without_tls)
{
    struct live *live = start(100000, clear[_i].networks);

    quota_deliver(PIET, 82500);
    talk_once("imap", clear[_i].alerts > 0 ? PIET_LOGIN "C: 2 NOOP\nS: * OK [ALERT] *\nS: 2 OK *\n"
                                           : PIET_LOGIN "C: 2 NOOP\nS: 2 OK *\n");
    ck_assert_msg(quota_decisions(live, "channel=imap result=sent", clear[_i].alerts) ==
                      clear[_i].alerts,
                  "%s", clear[_i].name);
    live_stop(live);
}
END_TEST

/* The client only looked whether the password is right. */
START_TEST(nothing_after_the_goodbye)
{
    struct live *live = start(100000, "");

    quota_deliver(PIET, 82500);
    talk_once("imaps", PIET_LOGIN "C: 2 LOGOUT\nS: * BYE *\nS: 2 OK *\nEOF\n");
    ck_assert_int_eq(quota_decisions(live, "channel=imap", 0), 0);
    live_stop(live);
}
END_TEST

Suite *quota_wire_suite(void)
{
    Suite *suite = suite_create("quota-wire");
    TCase *tcase = tcase_create("quota-wire");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, not_inside_a_literal_of_the_client);
    tcase_add_test(tcase, not_inside_a_response);
    tcase_add_loop_test(tcase, without_tls, 0, (int)(sizeof(clear) / sizeof(clear[0])));
    tcase_add_test(tcase, nothing_after_the_goodbye);
    suite_add_tcase(suite, tcase);
    return suite;
}
