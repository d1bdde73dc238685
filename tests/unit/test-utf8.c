/* UTF-8: RFC 3629, and the malformed forms that it names. */
#include <string.h>

#include "kinamo/utf8.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *name, *text;
    bool want;
} cases[] = {
    {"nothing", "", true},
    {"ASCII", "Trash", true},
    {"two bytes", "Gesch\303\244ft", true},
    {"three bytes", "\342\202\254", true},
    {"four bytes", "\360\237\223\254", true},
    {"U+0080, the least of two", "\302\200", true},
    {"U+0800, the least of three", "\340\240\200", true},
    {"U+10000, the least of four", "\360\220\200\200", true},
    {"U+10FFFF, the last", "\364\217\277\277", true},
    {"U+D7FF, before the surrogates", "\355\237\277", true},
    {"U+E000, after the surrogates", "\356\200\200", true},
    {"U+110000, after the last", "\364\220\200\200", false},
    {"a surrogate", "\355\240\200", false},
    {"the last surrogate", "\355\277\277", false},
    {"a slash in two bytes", "\300\257", false},
    {"a slash in three bytes", "\340\200\257", false},
    {"a slash in four bytes", "\360\200\200\257", false},
    {"a continuation alone", "a\200", false},
    {"cut after one of two", "a\303", false},
    {"cut after two of three", "\342\202", false},
    {"cut after three of four", "\360\237\223", false},
    {"broken off by a letter", "\342\202a", false},
    {"five bytes", "\370\210\200\200\200", false},
    {"0xff", "\377", false},
    {"Latin-1", "caf\351", false},
};

START_TEST(is_valid)
{
    bool got = kinamo_utf8_is_valid(cases[_i].text, strlen(cases[_i].text));

    ck_assert_msg(got == cases[_i].want, "%s: got %d, want %d", cases[_i].name, got,
                  cases[_i].want);
}
END_TEST

Suite *utf8_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tcase = tcase_create("utf8");

    tcase_add_loop_test(tcase, is_valid, 0, LENGTH(cases));
    suite_add_tcase(suite, tcase);
    return suite;
}
