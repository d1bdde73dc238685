/* CAPA announces what really happens (RFC 2449 6.7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3.h"
#include "suites.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* The lines of the answer, each followed by one space. */
static char *ask_capa(struct talk *conversation)
{
    static char text[1024];
    size_t used = 0;
    const char *line;

    talk(conversation, "C: CAPA\nS: +OK*\n");
    while ((line = talk_line(conversation)) != NULL && strcmp(line, ".") != 0) {
        int length = snprintf(text + used, sizeof(text) - used, "%s ", line);

        ck_assert_int_lt(length, (int)(sizeof(text) - used));
        used += (size_t)length;
    }
    ck_assert_ptr_nonnull(line);
    return text;
}

static const struct {
    const char *min, *mode, *expire, *before, *after;
} announcements[] = {
    {"0", "enforce", "0", "EXPIRE 0 USER ", "EXPIRE 0 "},
    {"7", "enforce", "30", "EXPIRE 7 USER ", "EXPIRE 30 "},
    {"never", "enforce", "never", "EXPIRE NEVER USER ", "EXPIRE NEVER "},
    {"", "enforce", "0", NULL, "EXPIRE 0 "},
    {"0", "warn", "0", "EXPIRE 0 USER ", NULL},
    {"0", "observe", "0", "EXPIRE 0 USER ", NULL},
    {"0", "off", "0", "EXPIRE 0 USER ", NULL},
};

static void expect_expire(const char *capa, const char *want)
{
    const char *got = strstr(capa, "EXPIRE ");

    if (want == NULL) {
        ck_assert_msg(got == NULL, "got %s", capa);
    } else {
        ck_assert_msg(got != NULL && strncmp(got, want, strlen(want)) == 0, "got %s, want %s", capa,
                      want);
        ck_assert_msg(strstr(got + 1, "EXPIRE") == NULL, "announced twice: %s", capa);
    }
    ck_assert_msg(strstr(capa, "UIDL ") != NULL && strstr(capa, "PIPELINING ") != NULL,
                  "the rest is missing: %s", capa);
}

START_TEST(expire)
{
    struct live *live = live_start(
        &(struct live_options){.settings = {{"kinamo_pop3_expire_min", announcements[_i].min},
                                            {"kinamo_pop3_mode", announcements[_i].mode},
                                            {"kinamo_pop3_expire", announcements[_i].expire}}});
    struct talk *conversation = talk_open("pop3s");

    talk(conversation, "S: +OK *\n");
    expect_expire(ask_capa(conversation), announcements[_i].before);
    talk(conversation,
         "C: USER " LIVE_JAN "\nS: +OK*\nC: PASS " LIVE_JAN_PASSWORD "\nS: +OK Logged in.\n");
    expect_expire(ask_capa(conversation), announcements[_i].after);
    expect_expire(ask_capa(conversation), announcements[_i].after);
    pop3_quit(conversation, "+OK *");
    live_stop(live);
}
END_TEST

/* Commands that arrive together, also with the password or in pieces, are answered in order. */
START_TEST(pipelined)
{
    struct live *live = live_start(NULL);
    struct talk *conversation = talk_open("pop3s");

    live_deliver_many(LIVE_JAN, 2);
    talk(conversation, "S: +OK *\nC: USER " LIVE_JAN "\nS: +OK*\n");
    pop3_write(conversation, "PASS " LIVE_JAN_PASSWORD "|CAPA|STAT|RETR 1|CAPA|NOOP|CA");
    talk(conversation, "S: +OK Logged in.\n"
                       "S: +OK\nS* EXPIRE 0\nS: .\n"
                       "S: +OK 2 *\n"
                       "S: +OK * octets\nS* This is message 1.\nS: .\n"
                       "S: +OK\nS: CAPA\nS* EXPIRE 0\nS: .\n"
                       "S: +OK\n");
    pop3_write(conversation, "PA|LIST|");
    talk(conversation, "S: +OK\nS* EXPIRE 0\nS: .\nS: +OK 2 messages:\nS: 1 *\nS: 2 *\nS: .\n");
    pop3_quit(conversation, "+OK *");
    pop3_expect_subjects(LIVE_JAN, "INBOX", "2 ");
    live_stop(live);
}
END_TEST

/* A message that looks like the answer is sent as it is. */
START_TEST(a_message_is_no_answer)
{
    struct live *live = live_start(NULL);
    struct talk *conversation;

    live_deliver(LIVE_JAN, "+OK\nCAPA\nTOP\n.\n\n+OK\nCAPA\n.\n");
    conversation = pop3_jan();
    talk(conversation, "C: RETR 1\nS: +OK * octets\n");
    for (const char *line = talk_line(conversation); strcmp(line, ".") != 0;
         line = talk_line(conversation)) {
        ck_assert_msg(strstr(line, "EXPIRE") == NULL, "got %s", line);
    }
    pop3_quit(conversation, "+OK *");
    ck_assert_int_eq(live_messages(LIVE_JAN, "INBOX"), 0);
    live_stop(live);
}
END_TEST

Suite *pop3_capa_suite(void)
{
    Suite *suite = suite_create("pop3-capa");
    TCase *tcase = tcase_create("pop3-capa");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, expire, 0, LENGTH(announcements));
    tcase_add_test(tcase, pipelined);
    tcase_add_test(tcase, a_message_is_no_answer);
    suite_add_tcase(suite, tcase);
    return suite;
}
