/* The order statistics of the bench. */
#include "tests/bench/statistics.h"
#include "unit.h"

#define MAX_VALUES 12

/* The values of each case are 1 to count, so that a value is its rank. */
static const struct {
    const char *name;
    int count;
    double median, p50, p99, median_at_least;
} cases[] = {
    {"one value", 1, 1, 1, 1, 1},
    {"two", 2, 1.5, 1, 2, 1},
    {"odd", 3, 2, 2, 3, 1},
    {"five tell nothing about the median", 5, 3, 3, 5, 1},
    {"six: at least the smallest", 6, 3.5, 3, 6, 1},
    {"eight: still the smallest", 8, 4.5, 4, 8, 1},
    {"nine: the second", 9, 5, 5, 9, 2},
    {"twelve: the third", 12, 6.5, 6, 12, 3},
};

static void expect(int i, const char *what, double got, double want)
{
    ck_assert_msg(got == want, "%s, %s: got %g, want %g", cases[i].name, what, got, want);
}

START_TEST(ranks)
{
    double values[MAX_VALUES];
    int count = cases[_i].count;

    for (int i = 0; i < count; i++) {
        values[i] = count - i;
    }
    expect(_i, "median", statistics_median(values, count), cases[_i].median);
    expect(_i, "p50", statistics_percentile(values, count, 0.50), cases[_i].p50);
    expect(_i, "p99", statistics_percentile(values, count, 0.99), cases[_i].p99);
    expect(_i, "at least", statistics_median_at_least(values, count), cases[_i].median_at_least);
}
END_TEST

Suite *statistics_suite(void)
{
    Suite *suite = suite_create("statistics");
    TCase *tcase = tcase_create("statistics");

    tcase_add_loop_test(tcase, ranks, 0, (int)(sizeof(cases) / sizeof(cases[0])));
    suite_add_tcase(suite, tcase);
    return suite;
}
