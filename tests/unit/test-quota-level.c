/* When a user is told that the mailbox is getting full. */
#include "kinamo/quota-level.h"
#include "unit.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define NOW           1000000
#define DAY           86400

static const struct {
    const char *text;
    unsigned int count, last;
} lists[] = {
    {"80 90 95 100", 4, 100},
    {"80,90", 2, 90},
    {" 1  2 ", 2, 2},
    {"100", 1, 100},
    {"1 2 3 4 5 6 7 8", 8, 8},
    {"", 0, 0},
    {"0", 0, 0},
    {"101", 0, 0},
    {"90 80", 0, 0},
    {"80 80", 0, 0},
    {"80%", 0, 0},
    {"80 x", 0, 0},
    {"-5", 0, 0},
    {"4294967376", 0, 0},
    {"1 2 3 4 5 6 7 8 9", 0, 0},
};

START_TEST(threshold_list)
{
    struct kinamo_quota_thresholds thresholds;
    bool good = kinamo_quota_thresholds_parse(lists[_i].text, &thresholds);

    ck_assert_msg(good == (lists[_i].count > 0), "\"%s\": got %d", lists[_i].text, good);
    if (good) {
        ck_assert_uint_eq(thresholds.count, lists[_i].count);
        ck_assert_uint_eq(thresholds.percent[thresholds.count - 1], lists[_i].last);
    }
}
END_TEST

static const struct kinamo_quota_policy policy = {
    .thresholds = {.count = 4, .percent = {80, 90, 95, 100}},
    .repeat = DAY,
    .rearm = 2,
};

static const struct {
    const char *name;
    uint64_t used;
    struct kinamo_told told;
    enum kinamo_quota_action action;
    unsigned int threshold;
} looks[] = {
    {"empty", 0, {0, 0, 0}, KINAMO_QUOTA_NOTHING, 0},
    {"one below", 799, {0, 0, 0}, KINAMO_QUOTA_NOTHING, 0},
    {"reached", 800, {0, 0, 0}, KINAMO_QUOTA_WARN, 80},
    {"between two", 949, {0, 0, 0}, KINAMO_QUOTA_WARN, 90},
    {"several crossed at once", 960, {0, 0, 0}, KINAMO_QUOTA_WARN, 95},
    {"full", 1000, {0, 0, 0}, KINAMO_QUOTA_WARN, 100},
    {"beyond full", 1500, {0, 0, 0}, KINAMO_QUOTA_WARN, 100},
    {"the same level again", 850, {80, NOW - 10, KINAMO_TOLD_SENT}, KINAMO_QUOTA_NOTHING, 80},
    {"one more", 900, {80, NOW - 10, KINAMO_TOLD_SENT}, KINAMO_QUOTA_WARN, 90},
    {"just inside the margin", 780, {80, NOW, KINAMO_TOLD_SENT}, KINAMO_QUOTA_NOTHING, 80},
    {"just outside the margin", 779, {80, NOW, KINAMO_TOLD_SENT}, KINAMO_QUOTA_REARM, 0},
    {"falls by two thresholds", 899, {100, NOW, KINAMO_TOLD_SENT}, KINAMO_QUOTA_REARM, 90},
    {"falls to the next", 970, {100, NOW, KINAMO_TOLD_SENT}, KINAMO_QUOTA_REARM, 95},
    {"back within the margin", 800, {80, NOW, KINAMO_TOLD_SENT}, KINAMO_QUOTA_NOTHING, 80},
    {"reminder is due", 850, {80, NOW - DAY, KINAMO_TOLD_SENT}, KINAMO_QUOTA_REMIND, 80},
    {"reminder one second early",
     850,
     {80, NOW - DAY + 1, KINAMO_TOLD_SENT},
     KINAMO_QUOTA_NOTHING,
     80},
    {"no reminder inside the margin",
     790,
     {80, NOW - DAY, KINAMO_TOLD_SENT},
     KINAMO_QUOTA_NOTHING,
     80},
    {"a rise needs no waiting", 1000, {95, NOW, KINAMO_TOLD_SENT}, KINAMO_QUOTA_WARN, 100},
    {"somebody is about to", 850, {80, NOW - 10, KINAMO_TOLD_PENDING}, KINAMO_QUOTA_NOTHING, 80},
    {"somebody never finished",
     850,
     {80, NOW - KINAMO_QUOTA_PENDING, KINAMO_TOLD_PENDING},
     KINAMO_QUOTA_WARN,
     80},
    {"failed just now", 850, {80, NOW - 1, KINAMO_TOLD_FAILED}, KINAMO_QUOTA_NOTHING, 80},
    {"failed a while ago",
     850,
     {80, NOW - KINAMO_QUOTA_RETRY, KINAMO_TOLD_FAILED},
     KINAMO_QUOTA_WARN,
     80},
    {"clock was a little ahead", 850, {80, NOW + 60, KINAMO_TOLD_SENT}, KINAMO_QUOTA_NOTHING, 80},
    {"clock was years ahead",
     850,
     {80, NOW + 1000 * DAY, KINAMO_TOLD_SENT},
     KINAMO_QUOTA_REMIND,
     80},
    {"a threshold the policy no longer has",
     850,
     {85, NOW, KINAMO_TOLD_SENT},
     KINAMO_QUOTA_NOTHING,
     85},
};

START_TEST(look)
{
    const struct kinamo_quota_usage usage = {.used = looks[_i].used, .limit = 1000};
    struct kinamo_quota_decision got = kinamo_quota_decide(&policy, &usage, &looks[_i].told, NOW);

    ck_assert_msg(got.action == looks[_i].action && got.threshold == looks[_i].threshold,
                  "%s: got action %d threshold %u, want %d %u", looks[_i].name, (int)got.action,
                  got.threshold, (int)looks[_i].action, looks[_i].threshold);
}
END_TEST

START_TEST(lowered_limit_is_seen)
{
    const struct kinamo_told told = {0, 0, KINAMO_TOLD_SENT};
    const struct kinamo_quota_usage before = {.used = 500, .limit = 1000};
    const struct kinamo_quota_usage after = {.used = 500, .limit = 510};

    ck_assert_int_eq(kinamo_quota_decide(&policy, &before, &told, NOW).action,
                     KINAMO_QUOTA_NOTHING);
    ck_assert_uint_eq(kinamo_quota_decide(&policy, &after, &told, NOW).threshold, 95);
}
END_TEST

START_TEST(unlimited_says_nothing)
{
    const struct kinamo_told told = {95, 0, KINAMO_TOLD_SENT};
    const struct kinamo_quota_usage usage = {.used = UINT64_MAX, .limit = 0};

    ck_assert_int_eq(kinamo_quota_decide(&policy, &usage, &told, NOW).action, KINAMO_QUOTA_NOTHING);
}
END_TEST

START_TEST(no_reminder_without_repeat)
{
    const struct kinamo_told told = {80, 0, KINAMO_TOLD_SENT};
    const struct kinamo_quota_usage usage = {.used = 850, .limit = 1000};
    struct kinamo_quota_policy once = policy;

    once.repeat = 0;
    ck_assert_int_eq(kinamo_quota_decide(&once, &usage, &told, NOW).action, KINAMO_QUOTA_NOTHING);
}
END_TEST

/* Usage that swings inside the margin is said once, however often it is looked at. */
START_TEST(oscillation_is_silent)
{
    struct kinamo_told told = {0, 0, KINAMO_TOLD_SENT};
    int warned = 0;

    for (int i = 0; i < 1000; i++) {
        const struct kinamo_quota_usage usage = {.used = i % 2 == 0 ? 805 : 785, .limit = 1000};
        struct kinamo_quota_decision decision = kinamo_quota_decide(&policy, &usage, &told, NOW);

        if (decision.action != KINAMO_QUOTA_NOTHING) {
            told = (struct kinamo_told){decision.threshold, NOW, KINAMO_TOLD_SENT};
            warned += decision.action == KINAMO_QUOTA_WARN;
        }
    }
    ck_assert_int_eq(warned, 1);
}
END_TEST

static const struct {
    const char *name;
    uint64_t used, limit, min_free;
    enum kinamo_quota_action action;
    unsigned int threshold;
} min_frees[] = {
    {"comes first", 710, 1000, 300, KINAMO_QUOTA_WARN, 70},
    {"not yet", 700, 1000, 300, KINAMO_QUOTA_NOTHING, 0},
    {"a percentage comes first", 810, 1000, 50, KINAMO_QUOTA_WARN, 80},
    {"between percentages", 961, 1000, 40, KINAMO_QUOTA_WARN, 96},
    {"as large as the limit: ignored", 10, 1000, 1000, KINAMO_QUOTA_NOTHING, 0},
    {"nearly the limit", 6, 1000, 995, KINAMO_QUOTA_WARN, 1},
    {"more than full", 1100, 1000, 300, KINAMO_QUOTA_WARN, 100},
    {"no overflow", UINT64_MAX - 10, UINT64_MAX, UINT64_MAX / 2, KINAMO_QUOTA_WARN, 95},
};

START_TEST(min_free)
{
    const struct kinamo_told told = {0, 0, KINAMO_TOLD_SENT};
    const struct kinamo_quota_usage usage = {min_frees[_i].used, min_frees[_i].limit};
    struct kinamo_quota_policy with = policy;
    struct kinamo_quota_decision got;

    with.min_free = min_frees[_i].min_free;
    got = kinamo_quota_decide(&with, &usage, &told, NOW);
    ck_assert_msg(got.action == min_frees[_i].action && got.threshold == min_frees[_i].threshold,
                  "%s: got action %d threshold %u, want %d %u", min_frees[_i].name, (int)got.action,
                  got.threshold, (int)min_frees[_i].action, min_frees[_i].threshold);
}
END_TEST

static const struct {
    const char *name;
    struct kinamo_told told;
    uint64_t period;
    bool want;
} dues[] = {
    {"never told", {0, 0, KINAMO_TOLD_SENT}, DAY, true},
    {"told in this period", {100, NOW - 1, KINAMO_TOLD_SENT}, DAY, false},
    {"told in the last period", {100, NOW - DAY, KINAMO_TOLD_SENT}, DAY, true},
    {"once and for all", {100, 0, KINAMO_TOLD_SENT}, 0, false},
    {"failed", {100, NOW - KINAMO_QUOTA_RETRY, KINAMO_TOLD_FAILED}, 0, true},
};

START_TEST(due)
{
    ck_assert_msg(kinamo_told_is_due(&dues[_i].told, dues[_i].period, NOW) == dues[_i].want,
                  "%s: want %d", dues[_i].name, dues[_i].want);
}
END_TEST

START_TEST(percent)
{
    ck_assert_uint_eq(kinamo_quota_percent(&(struct kinamo_quota_usage){999, 1000}), 99);
    ck_assert_uint_eq(kinamo_quota_percent(&(struct kinamo_quota_usage){1041, 1000}), 104);
    ck_assert_uint_eq(kinamo_quota_percent(&(struct kinamo_quota_usage){5, 0}), 0);
    ck_assert_uint_eq(kinamo_quota_percent(&(struct kinamo_quota_usage){UINT64_MAX, 1}), 10000);
    /* By 48 of 2^62 below 80 %. */
    ck_assert_uint_eq(
        kinamo_quota_percent(&(struct kinamo_quota_usage){0x5000000000000000, 0x6400000000000030}),
        79);
    ck_assert_uint_eq(kinamo_quota_percent(&(struct kinamo_quota_usage){UINT64_MAX, UINT64_MAX}),
                      100);
}
END_TEST

Suite *quota_level_suite(void)
{
    Suite *suite = suite_create("quota-level");
    TCase *tcase = tcase_create("quota-level");

    tcase_add_loop_test(tcase, threshold_list, 0, LENGTH(lists));
    tcase_add_loop_test(tcase, look, 0, LENGTH(looks));
    tcase_add_test(tcase, lowered_limit_is_seen);
    tcase_add_test(tcase, unlimited_says_nothing);
    tcase_add_test(tcase, no_reminder_without_repeat);
    tcase_add_test(tcase, oscillation_is_silent);
    tcase_add_loop_test(tcase, min_free, 0, LENGTH(min_frees));
    tcase_add_loop_test(tcase, due, 0, LENGTH(dues));
    tcase_add_test(tcase, percent);
    suite_add_tcase(suite, tcase);
    return suite;
}
