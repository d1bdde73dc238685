/* The rounds of a comparison, and the table of what they showed. */
#include "kinamo-config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "statistics.h"

#define MAX_VARIANTS      8
#define MAX_ROUNDS        100
#define DEFAULT_ROUNDS    8
#define ROUNDS_IN_EARNEST 6
/* Even a run that is too small to judge a goal does not miss it by so many times. */
#define GROSS 3

/* What one variant used per unit, in milliseconds, in each round. */
struct result {
    double cpu[MAX_ROUNDS], wall[MAX_ROUNDS], ratio[MAX_ROUNDS];
    struct bench_samples samples;
};

static int missed;

void bench_miss(void)
{
    missed++;
}

int bench_missed(void)
{
    return missed;
}

static double from_environment(const char *name, double otherwise)
{
    const char *text = getenv(name);
    double value = text == NULL ? otherwise : strtod(text, NULL);

    ck_assert_msg(value > 0, "%s: got \"%s\", want a number above 0", name, text);
    return value;
}

int bench_rounds(void)
{
    double rounds = from_environment("BENCH_ROUNDS", DEFAULT_ROUNDS);

    ck_assert_msg(rounds >= 1 && rounds <= MAX_ROUNDS, "BENCH_ROUNDS: want 1 to %d", MAX_ROUNDS);
    return (int)rounds;
}

int bench_size(int full)
{
    double size = full * from_environment("BENCH_SCALE", 1);

    return size < 1 ? 1 : (int)size;
}

bool bench_in_earnest(void)
{
    return bench_rounds() >= ROUNDS_IN_EARNEST && from_environment("BENCH_SCALE", 1) >= 1;
}

void bench_print_services(const char *services)
{
    char *output = live_must(
        "for s in %s; do echo \"   service $s: $(doveconf service/$s 2>/dev/null | "
        "grep -E '^ *(client_limit|process_limit|process_min_avail|service_count|"
        "restart_request_count) =' | sed 's/^ *//' | paste -sd, | sed 's/,/, /g')\"; done",
        services);

    (void)fputs(output, stdout);
    free(output);
}

static double cpu_of(const struct bench_comparison *comparison)
{
    return bench_servers_cpu() + (comparison->own_cpu ? bench_own_cpu() : 0);
}

static void run(const struct bench_comparison *comparison, const struct bench_variant *variant,
                int round, struct result *result)
{
    struct live *live = live_start_test(variant->name, &variant->options);
    double cpu;
    double wall;

    if (comparison->prepare != NULL) {
        comparison->prepare(variant, comparison->units);
    }
    if (round == 0 && variant == comparison->variants) {
        bench_print_services(comparison->services);
    }
    bench_samples_use(&result->samples);
    cpu = cpu_of(comparison);
    wall = bench_now();
    comparison->load(variant, comparison->units);
    wall = bench_now() - wall;
    cpu = cpu_of(comparison) - cpu;
    live_stop(live);
    ck_assert_msg(cpu > 0, "%s: CPU: got %.3f seconds", variant->name, cpu);
    result->cpu[round] = cpu * 1e3 / comparison->units;
    result->wall[round] = wall * 1e3 / comparison->units;
}

const char *bench_verdict(double goal, double *figures, int rounds)
{
    if (!bench_in_earnest()) {
        return "not judged";
    }
    if (statistics_median(figures, rounds) <= goal) {
        return "kept";
    }
    if (statistics_median_at_least(figures, rounds) <= goal) {
        return "kept within the noise";
    }
    bench_miss();
    return "MISSED";
}

static void print_samples(double goal, struct bench_samples *samples,
                          struct bench_samples *reference)
{
    double median;

    if (samples->count == 0) {
        return;
    }
    median = statistics_percentile(samples->values, samples->count, 0.50);
    (void)printf("   %-28s p50 %.3f ms, p99 %.3f ms of %d\n", "", median,
                 statistics_percentile(samples->values, samples->count, 0.99), samples->count);
    if (goal > 0) {
        bench_judge(median / statistics_percentile(reference->values, reference->count, 0.50), goal,
                    "%-28s p50 beside the reference's", "");
    }
}

static void print_result(const struct bench_comparison *comparison, int number,
                         struct result *results, int rounds)
{
    const struct bench_variant *variant = &comparison->variants[number];
    struct result *result = &results[number];
    double ratio = statistics_median(result->ratio, rounds);

    (void)printf("   %-28s %10.3f ms %10.3f ms %8.3f (%.3f..%.3f)", variant->name,
                 statistics_median(result->cpu, rounds), statistics_median(result->wall, rounds),
                 ratio, result->ratio[0], result->ratio[rounds - 1]);
    if (variant->goal > 0) {
        (void)printf("  at most %.2f: %s", variant->goal,
                     bench_verdict(variant->goal, result->ratio, rounds));
        ck_assert_msg(bench_in_earnest() || ratio <= variant->goal * GROSS,
                      "ratio: got %.3f, want at most %.2f, or something near", ratio,
                      variant->goal);
    }
    (void)printf("\n");
    print_samples(variant->goal > 0 ? comparison->latency_goal : 0, &result->samples,
                  &results[0].samples);
}

void bench_compare(const struct bench_comparison *comparison)
{
    static struct result results[MAX_VARIANTS];
    int rounds = bench_rounds();
    int count = 0;

    memset(results, 0, sizeof(results));
    (void)printf("-- %s: %d rounds of %d\n", comparison->name, rounds, comparison->units);
    for (int round = 0; round < rounds; round++) {
        count = 0;
        for (const struct bench_variant *v = comparison->variants; v->name != NULL; v++) {
            struct result *result = &results[count++];

            ck_assert_int_le(count, MAX_VARIANTS);
            run(comparison, v, round, result);
            result->ratio[round] = result->cpu[round] / results[0].cpu[round];
        }
    }
    (void)printf("   per %-24s %13s %13s %8s (spread)\n", comparison->unit, "CPU", "wall", "ratio");
    for (int i = 0; i < count; i++) {
        print_result(comparison, i, results, rounds);
    }
    for (int i = 0; i < count; i++) {
        free(results[i].samples.values);
    }
    (void)fflush(stdout);
}

void bench_judge(double figure, double goal, const char *format, ...)
{
    bool kept = figure <= goal;
    va_list args;

    va_start(args, format);
    (void)printf("   ");
    (void)vprintf(format, args);
    va_end(args);
    (void)printf(": %.3f  at most %.3f: %s\n", figure, goal,
                 !bench_in_earnest() ? "not judged"
                 : kept              ? "kept"
                                     : "MISSED");
    if (bench_in_earnest() && !kept) {
        bench_miss();
    }
    (void)fflush(stdout);
}
