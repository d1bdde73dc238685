/* Log lines: stable, and no value can forge one. */
#include <stdio.h>
#include <string.h>

#include "kinamo/record.h"
#include "unit.h"

static const struct {
    const char *name, *value, *want;
} escapes[] = {
    {"address is bare", "jan@kinamo.example", "jan@kinamo.example"},
    {"empty is quoted", "", "\"\""},
    {"space is quoted", "a b", "\"a b\""},
    {"a forged field stays a value", "x result=ok", "\"x result=ok\""},
    {"equals sign is quoted", "a=b", "\"a=b\""},
    {"newline cannot end the line", "a\nkinamo: event=x", "\"a\\x0akinamo: event=x\""},
    {"carriage return", "a\rb", "\"a\\x0db\""},
    {"quote cannot end the value", "a\" b=\"c", "\"a\\\" b=\\\"c\""},
    {"backslash", "a\\x0a", "\"a\\\\x0a\""},
    {"control and escape sequences", "\x01\x1b[31m", "\"\\x01\\x1b[31m\""},
    {"delete", "\x7f", "\"\\x7f\""},
    {"UTF-8 as bytes", "\xc3\xa9", "\"\\xc3\\xa9\""},
};

START_TEST(escape)
{
    char line[1024];

    kinamo_record_escape(line, sizeof(line), 0, escapes[_i].value);
    ck_assert_msg(strcmp(line, escapes[_i].want) == 0, "%s: got %s, want %s", escapes[_i].name,
                  line, escapes[_i].want);
}
END_TEST

START_TEST(renders_fields_in_order)
{
    struct kinamo_record record;
    char line[KINAMO_RECORD_LINE_SIZE];

    kinamo_record_init(&record, "kinamo_test");
    kinamo_record_text(&record, "user", "jan@kinamo.example");
    kinamo_record_text(&record, "absent", NULL);
    kinamo_record_number(&record, "uid", -3);
    kinamo_record_text(&record, "cause", "stream error");
    kinamo_record_render(&record, line, sizeof(line));
    ck_assert_str_eq(line,
                     "event=kinamo_test user=jan@kinamo.example uid=-3 cause=\"stream error\"");
}
END_TEST

START_TEST(long_value_is_cut)
{
    struct kinamo_record record;
    char value[5000];
    char line[KINAMO_RECORD_LINE_SIZE];
    size_t length;

    memset(value, '\n', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    kinamo_record_init(&record, "kinamo_test");
    for (int i = 0; i < KINAMO_RECORD_MAX_FIELDS + 3; i++) {
        kinamo_record_text(&record, "v", value);
    }
    length = kinamo_record_render(&record, line, sizeof(line));
    ck_assert_uint_eq(length, strlen(line));
    ck_assert_uint_lt(length, sizeof(line));
    ck_assert_ptr_null(strchr(line, '\n'));
    ck_assert_ptr_nonnull(strstr(line, "..."));
}
END_TEST

/* Also one that would be bare: the end must be seen. */
START_TEST(long_bare_value_is_cut)
{
    char value[KINAMO_RECORD_MAX_VALUE + 2];
    char want[KINAMO_RECORD_MAX_VALUE + sizeof("\"...\"")];
    char line[1024];

    memset(value, 'a', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    (void)snprintf(want, sizeof(want), "\"%.*s...\"", KINAMO_RECORD_MAX_VALUE, value);
    kinamo_record_escape(line, sizeof(line), 0, value);
    ck_assert_str_eq(line, want);
    /* One less is not too long. */
    kinamo_record_escape(line, sizeof(line), 0, value + 1);
    ck_assert_str_eq(line, value + 1);
}
END_TEST

START_TEST(small_buffers_are_not_overrun)
{
    struct kinamo_record record;
    char line[64];

    kinamo_record_init(&record, "kinamo_test");
    kinamo_record_text(&record, "user", "a b\"\\\n");
    for (size_t size = 0; size < 40; size++) {
        memset(line, 'X', sizeof(line));
        kinamo_record_render(&record, line, size);
        if (size > 0) {
            ck_assert_uint_lt(strlen(line), size);
        }
        for (size_t i = size; i < sizeof(line); i++) {
            ck_assert_msg(line[i] == 'X', "size %zu: byte %zu was written", size, i);
        }
    }
}
END_TEST

Suite *record_suite(void)
{
    Suite *suite = suite_create("record");
    TCase *tcase = tcase_create("record");

    tcase_add_loop_test(tcase, escape, 0, (int)(sizeof(escapes) / sizeof(escapes[0])));
    tcase_add_test(tcase, renders_fields_in_order);
    tcase_add_test(tcase, long_value_is_cut);
    tcase_add_test(tcase, long_bare_value_is_cut);
    tcase_add_test(tcase, small_buffers_are_not_overrun);
    suite_add_tcase(suite, tcase);
    return suite;
}
