/* Templates: what they expand to, what no value can do, how sizes read. */
#include <stdio.h>
#include <string.h>

#include "kinamo/template-english.h"
#include "kinamo/template.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct kinamo_variable variables[] = {
    {"percent", "95"},
    {"folders", "Werk: 1,2 GB\nArchief: 3 MB"},
    {"evil", "x\r\nBcc: spam@evil.example\x01"},
    {"empty", ""},
    {NULL, NULL},
};

static const struct {
    const char *name, *text;
    enum kinamo_template_kind kind;
    const char *want, *error;
} expansions[] = {
    {"plain", "Hallo", KINAMO_TEMPLATE_LINE, "Hallo", ""},
    {"variable", "%{percent} %%", KINAMO_TEMPLATE_LINE, "95 %", ""},
    {"two in a row", "%{percent}%{percent}", KINAMO_TEMPLATE_LINE, "9595", ""},
    {"empty value", "<%{empty}>", KINAMO_TEMPLATE_LINE, "<>", ""},
    {"lines in a text", "%{folders}", KINAMO_TEMPLATE_TEXT, "Werk: 1,2 GB\nArchief: 3 MB", ""},
    {"lines in a line", "%{folders}", KINAMO_TEMPLATE_LINE, "Werk: 1,2 GB Archief: 3 MB", ""},
    {"no header is added", "Subject %{evil}", KINAMO_TEMPLATE_LINE,
     "Subject x  Bcc: spam@evil.example ", ""},
    {"no carriage return in a text", "%{evil}", KINAMO_TEMPLATE_TEXT, "x \nBcc: spam@evil.example ",
     ""},
    {"values are not expanded again", "%%{percent}", KINAMO_TEMPLATE_LINE, "%{percent}", ""},
    {"unknown variable", "%{password}", KINAMO_TEMPLATE_LINE, "", "unknown variable %{password}"},
    {"prefix of a name", "%{percen}", KINAMO_TEMPLATE_LINE, "", "unknown variable %{percen}"},
    {"not closed", "a %{percent", KINAMO_TEMPLATE_LINE, "",
     "\"%\" that starts no variable (write %% for a percent sign)"},
    {"lone percent", "95 %", KINAMO_TEMPLATE_LINE, "",
     "\"%\" that starts no variable (write %% for a percent sign)"},
    {"old style", "%u", KINAMO_TEMPLATE_LINE, "",
     "\"%\" that starts no variable (write %% for a percent sign)"},
    {"does not fit", "0123456789012345678901234567890123456789012345678901234567890123",
     KINAMO_TEMPLATE_LINE, "", "the text is longer than 64 bytes"},
    {"fits just so", "012345678901234567890123456789012345678901234567890123456789012",
     KINAMO_TEMPLATE_LINE, "012345678901234567890123456789012345678901234567890123456789012", ""},
};

START_TEST(expand)
{
    const struct kinamo_template_part part = {expansions[_i].text, strlen(expansions[_i].text)};
    char error[KINAMO_TEMPLATE_ERROR_SIZE] = "";
    char out[64];
    bool good =
        kinamo_template_expand(&part, variables, expansions[_i].kind, out, sizeof(out), error);

    ck_assert_msg(good == (*expansions[_i].error == '\0'), "%s: got %d", expansions[_i].name, good);
    ck_assert_msg(strcmp(out, expansions[_i].want) == 0, "%s: got %s, want %s", expansions[_i].name,
                  out, expansions[_i].want);
    ck_assert_msg(strcmp(error, expansions[_i].error) == 0, "%s: got %s, want %s",
                  expansions[_i].name, error, expansions[_i].error);
}
END_TEST

static const char *const template = "# a comment: Subject: no\n"
                                    "Subject:  Full \r\n"
                                    "Alert: Bijna vol\n"
                                    "\n"
                                    "Subject: of the body\n\nEnd\n";

static const struct {
    const char *field, *want;
} fields[] = {
    {"Subject", "Full"}, {"Alert", "Bijna vol"},         {"Ale", NULL},
    {"Body", NULL},      {"# a comment", "Subject: no"}, {NULL, "Subject: of the body\n\nEnd\n"},
};

START_TEST(find)
{
    struct kinamo_template_part part = {"", 0};
    bool found = kinamo_template_find(template, fields[_i].field, &part);

    ck_assert_int_eq(found, fields[_i].want != NULL);
    if (found) {
        ck_assert_msg(part.length == strlen(fields[_i].want) &&
                          memcmp(part.text, fields[_i].want, part.length) == 0,
                      "got %.*s, want %s", (int)part.length, part.text, fields[_i].want);
    }
}
END_TEST

START_TEST(no_body)
{
    struct kinamo_template_part part;

    ck_assert(!kinamo_template_find("Subject: x", NULL, &part));
    ck_assert(!kinamo_template_find("", NULL, &part));
    ck_assert(kinamo_template_find("\nonly a body", NULL, &part));
}
END_TEST

static const struct {
    uint64_t bytes;
    char mark;
    const char *want;
} sizes[] = {
    {0, '.', "0 B"},
    {1023, '.', "1023 B"},
    {1024, '.', "1 kB"},
    {1536, ',', "1,5 kB"},
    {10 * 1024 - 1, '.', "10 kB"},
    {UINT64_C(1288490188), '.', "1.2 GB"},
    {UINT64_C(1288490188), ',', "1,2 GB"},
    {UINT64_C(1) << 30, '.', "1 GB"},
    {(UINT64_C(1) << 30) - 1, '.', "1 GB"},
    {UINT64_C(512) << 20, '.', "512 MB"},
    {UINT64_C(1) << 40, '.', "1 TB"},
    {UINT64_MAX, '.', "16 EB"},
};

START_TEST(size)
{
    char out[24];

    kinamo_size_print(sizes[_i].bytes, sizes[_i].mark, "B", out);
    ck_assert_str_eq(out, sizes[_i].want);
}
END_TEST

static const struct {
    const char *text, *want;
} lines[] = {
    {"plain", "plain"},
    {"La bo\xc3\xaete est pleine \xc3\xa0 95\xc2\xa0%", "La boite est pleine a 95 %"},
    {"l\xe2\x80\x99heure \xe2\x80\x93 \xe2\x82\xac", "l'heure - ?"},
    {"a\r\n* OK b", "a  * OK b"},
    {"\xf0\x9f\x93\xac!", "?!"},
    {"cut \xc3", "cut ?"},
    {"bad \xff\xfe \x80", "bad ?? ?"},
};

START_TEST(ascii_line)
{
    char out[64];

    kinamo_ascii_line(lines[_i].text, out, sizeof(out));
    ck_assert_str_eq(out, lines[_i].want);
}
END_TEST

static const char *const notices[] = {"quota-storage", "quota-message", "pop3-removal",
                                      "tls-required"};

static const char *shipped(const char *language, const char *notice)
{
    static char text[16384];
    char path[512];
    size_t length;
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/conf.d/templates/%s/%s.txt", KINAMO_SRCDIR, language,
                   notice);
    file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    length = fread(text, 1, sizeof(text) - 1, file);
    text[length] = '\0';
    (void)fclose(file);
    return text;
}

START_TEST(built_in_is_what_is_shipped)
{
    ck_assert_str_eq(kinamo_template_english(notices[_i]), shipped("en", notices[_i]));
}
END_TEST

static const char *const shipped_languages[] = {"en", "nl", "fr", "de"};

/* Every field and body of every shipped file expands with the variables it may use. */
START_TEST(shipped_files_expand)
{
    static const struct kinamo_variable all[] = {
        {"user", "u"}, {"domain", "d"}, {"root", "r"},     {"percent", "95"}, {"threshold", "95"},
        {"used", "1"}, {"limit", "2"},  {"trash", "3"},    {"junk", "4"},     {"folders", "f"},
        {"pop3", "p"}, {"days", "7"},   {"protocol", "x"}, {NULL, NULL},
    };
    static const char *const parts[] = {"Subject", "Alert", "Overquota", "Pop3", "Pop3-Days", NULL};
    const char *text = shipped(shipped_languages[_i / 4], notices[_i % 4]);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct kinamo_template_part part;
        char error[KINAMO_TEMPLATE_ERROR_SIZE];
        char out[4096];

        if (!kinamo_template_find(text, parts[i], &part)) {
            ck_assert_msg(i >= 2 && _i % 4 >= 2, "%s is missing", parts[i]);
            continue;
        }
        ck_assert_msg(
            kinamo_template_expand(&part, all, KINAMO_TEMPLATE_TEXT, out, sizeof(out), error),
            "%s %s: %s", shipped_languages[_i / 4], notices[_i % 4], error);
    }
}
END_TEST

Suite *template_suite(void)
{
    Suite *suite = suite_create("template");
    TCase *tcase = tcase_create("template");

    tcase_add_loop_test(tcase, expand, 0, LENGTH(expansions));
    tcase_add_loop_test(tcase, find, 0, LENGTH(fields));
    tcase_add_test(tcase, no_body);
    tcase_add_loop_test(tcase, built_in_is_what_is_shipped, 0, LENGTH(notices));
    tcase_add_loop_test(tcase, shipped_files_expand, 0, 4 * LENGTH(notices));
    tcase_add_loop_test(tcase, size, 0, LENGTH(sizes));
    tcase_add_loop_test(tcase, ascii_line, 0, LENGTH(lines));
    suite_add_tcase(suite, tcase);
    return suite;
}
