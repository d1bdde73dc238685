/* The record of what a user was told: survives the dict, refuses what is not ours. */
#include <stdio.h>
#include <string.h>

#include "kinamo/notice-state.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define GUID          "0123456789abcdef0123456789abcdef"

static const struct {
    const char *name, *text;
    bool good;
} texts[] = {
    {"absent", NULL, true},
    {"empty state", "1 0 -", true},
    {"one topic", "1 7 - STORAGE/quota:95:1732491234:s", true},
    {"guids", "1 7 " GUID "," GUID " a:1:2:p b:100:3:f", true},
    {"escaped name", "1 1 - STORAGE/User%20quota%3a:80:1:s", true},
    {"empty text", "", false},
    {"other version", "2 0 -", false},
    {"no guid", "1 0 ", false},
    {"short guid", "1 0 abc", false},
    {"long guid", "1 0 " GUID "0", false},
    {"five guids", "1 0 " GUID "," GUID "," GUID "," GUID "," GUID, false},
    {"trailing blank", "1 0 - ", false},
    {"no name", "1 0 - :80:1:s", false},
    {"threshold", "1 0 - a:101:1:s", false},
    {"status", "1 0 - a:80:1:x", false},
    {"cut", "1 0 - a:80:1:", false},
    {"bad escape", "1 0 - a%2:80:1:s", false},
    {"NUL by escape", "1 0 - a%00:80:1:s", false},
    {"number too long", "1 99999999999999999999999 -", false},
    {"newline", "1 0 -\n", false},
};

START_TEST(parse)
{
    struct kinamo_notice_state state;
    bool got = kinamo_notice_state_parse(texts[_i].text, &state);

    ck_assert_msg(got == texts[_i].good, "%s: got %d", texts[_i].name, got);
    if (!got) {
        ck_assert_uint_eq(state.topic_count + state.guid_count, 0);
    }
}
END_TEST

START_TEST(formats_what_it_parses)
{
    char text[KINAMO_STATE_TEXT_SIZE];
    struct kinamo_notice_state state;

    if (!texts[_i].good || texts[_i].text == NULL) {
        return;
    }
    ck_assert(kinamo_notice_state_parse(texts[_i].text, &state));
    kinamo_notice_state_format(&state, text);
    ck_assert_str_eq(text, texts[_i].text);
}
END_TEST

START_TEST(topics)
{
    struct kinamo_notice_state state = {0};
    const struct kinamo_told told = {95, 1234, KINAMO_TOLD_PENDING};

    ck_assert_uint_eq(kinamo_notice_state_get(&state, "STORAGE/q").threshold, 0);
    ck_assert(kinamo_notice_state_set(&state, "STORAGE/q", &told));
    ck_assert_uint_eq(kinamo_notice_state_get(&state, "STORAGE/q").threshold, 95);
    ck_assert_uint_eq(kinamo_notice_state_get(&state, "MESSAGE/q").threshold, 0);
    ck_assert(kinamo_notice_state_set(&state, "STORAGE/q", &(struct kinamo_told){0}));
    ck_assert_uint_eq(state.topic_count, 0);
    ck_assert(!kinamo_notice_state_set(&state, "", &told));
}
END_TEST

static void fill_topics(struct kinamo_notice_state *state)
{
    const struct kinamo_told told = {100, INT64_C(1) << 60, KINAMO_TOLD_SENT};

    for (int i = 0; i < KINAMO_STATE_MAX_TOPICS + 1; i++) {
        char name[KINAMO_STATE_MAX_TOPIC + 1];

        memset(name, 1, sizeof(name) - 1);
        name[sizeof(name) - 1] = '\0';
        name[0] = (char)('a' + i);
        ck_assert_int_eq(kinamo_notice_state_set(state, name, &told), i < KINAMO_STATE_MAX_TOPICS);
    }
}

static void fill_guids(struct kinamo_notice_state *state)
{
    for (int i = 0; i < KINAMO_STATE_MAX_GUIDS + 1; i++) {
        char guid[KINAMO_GUID_LENGTH + 1];

        (void)snprintf(guid, sizeof(guid), "%032d", i);
        kinamo_notice_state_add_guid(state, guid);
    }
}

/* The longest state there can be fits and comes back. */
START_TEST(full_state)
{
    char text[KINAMO_STATE_TEXT_SIZE];
    struct kinamo_notice_state state = {.sequence = UINT64_C(1) << 60};
    struct kinamo_notice_state again;

    fill_topics(&state);
    fill_guids(&state);
    kinamo_notice_state_format(&state, text);
    ck_assert(kinamo_notice_state_parse(text, &again));
    ck_assert_uint_eq(again.topic_count, KINAMO_STATE_MAX_TOPICS);
    ck_assert_str_eq(again.guid[0], "00000000000000000000000000000001");
    ck_assert_str_eq(again.guid[3], "00000000000000000000000000000004");
}
END_TEST

Suite *notice_state_suite(void)
{
    Suite *suite = suite_create("notice-state");
    TCase *tcase = tcase_create("notice-state");

    tcase_add_loop_test(tcase, parse, 0, LENGTH(texts));
    tcase_add_loop_test(tcase, formats_what_it_parses, 0, LENGTH(texts));
    tcase_add_test(tcase, topics);
    tcase_add_test(tcase, full_state);
    suite_add_tcase(suite, tcase);
    return suite;
}
