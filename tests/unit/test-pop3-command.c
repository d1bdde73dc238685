/* POP3 commands as retention reads them. */
#include <string.h>

#include "kinamo/pop3-command.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *line;
    struct kinamo_pop3_command want;
} lines[] = {
    {"RETR 1", {KINAMO_POP3_RETR, 1, 0}},
    {"retr 20000", {KINAMO_POP3_RETR, 20000, 0}},
    {"RETR   7", {KINAMO_POP3_RETR, 7, 0}},
    {"RETR", {KINAMO_POP3_RETR, 0, 0}},
    {"RETR x", {KINAMO_POP3_RETR, 0, 0}},
    {"RETR 4294967296", {KINAMO_POP3_RETR, 0, 0}},
    {"RETR 18446744073709551617", {KINAMO_POP3_RETR, 0, 0}},
    {"TOP 3 99999999", {KINAMO_POP3_TOP, 3, 99999999}},
    {"Top 3  0", {KINAMO_POP3_TOP, 3, 0}},
    {"TOP 3", {KINAMO_POP3_TOP, 3, 0}},
    {"TOP 3 99999999999999999999999", {KINAMO_POP3_TOP, 3, UINT64_MAX}},
    {"RSET", {KINAMO_POP3_RSET, 0, 0}},
    {"rset now", {KINAMO_POP3_RSET, 0, 0}},
    {"QUIT", {KINAMO_POP3_QUIT, 0, 0}},
    {"Quit ", {KINAMO_POP3_QUIT, 0, 0}},
    {"QUITS", {KINAMO_POP3_OTHER, 0, 0}},
    {" QUIT", {KINAMO_POP3_OTHER, 0, 0}},
    {"QUIT\t", {KINAMO_POP3_OTHER, 0, 0}},
    {"RETR1", {KINAMO_POP3_OTHER, 0, 0}},
    {"DELE 1", {KINAMO_POP3_OTHER, 0, 0}},
    {"", {KINAMO_POP3_OTHER, 0, 0}},
    {" ", {KINAMO_POP3_OTHER, 0, 0}},
};

START_TEST(parse)
{
    const char *line = lines[_i].line;
    const struct kinamo_pop3_command *want = &lines[_i].want;
    struct kinamo_pop3_command got = kinamo_pop3_command_parse(line, strlen(line));

    ck_assert_msg(got.verb == want->verb && got.message == want->message &&
                      got.lines == want->lines,
                  "\"%s\": got %d %u %llu, want %d %u %llu", line, (int)got.verb, got.message,
                  (unsigned long long)got.lines, (int)want->verb, want->message,
                  (unsigned long long)want->lines);
}
END_TEST

START_TEST(a_nul_ends_the_line)
{
    ck_assert_int_eq(kinamo_pop3_command_parse("RSET\0x", 6).verb, KINAMO_POP3_RSET);
    ck_assert_int_eq(kinamo_pop3_command_parse("RETR 1\0002", 8).message, 1);
}
END_TEST

static const struct {
    const char *data;
    bool want;
} pending[] = {
    {"", false},
    {"NOOP\r\n", false},
    {"QUIT\r\n", true},
    {"RETR 2\r\nQUIT\r\n", true},
    {"RETR 2\nquit\n", true},
    {"RETR 2\r\nRETR 3\r\n", false},
    {"RETR 2\r\nQU", true},
    {"RETR 2\r\nQUIT x", true},
    {"RETR 2\r\nRE", false},
    {"RETR 2\r\nQX", false},
    {"QUITE\r\nNOOP\r\n", false},
    {"NOOP QUIT\r\n", false},
    {"\r\n\r\nQUIT\r\n", true},
};

START_TEST(quit_received)
{
    bool got = kinamo_pop3_quit_received(pending[_i].data, strlen(pending[_i].data));

    ck_assert_msg(got == pending[_i].want, "\"%s\": got %d", pending[_i].data, got);
}
END_TEST

Suite *pop3_command_suite(void)
{
    Suite *suite = suite_create("pop3-command");
    TCase *tcase = tcase_create("pop3-command");

    tcase_add_loop_test(tcase, parse, 0, LENGTH(lines));
    tcase_add_test(tcase, a_nul_ends_the_line);
    tcase_add_loop_test(tcase, quit_received, 0, LENGTH(pending));
    suite_add_tcase(suite, tcase);
    return suite;
}
