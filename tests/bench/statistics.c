/* Order statistics of a few measurements. */
#include "statistics.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void sort(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), compare);
}

double statistics_percentile(double *values, int count, double fraction)
{
    int rank = (int)ceil(fraction * count);

    sort(values, count);
    return values[rank < 1 ? 0 : rank - 1];
}

double statistics_median(double *values, int count)
{
    sort(values, count);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

double statistics_median_at_least(double *values, int count)
{
    /* Each value lies below the true median with probability 1/2: how many do is binomial. */
    double probability = pow(0.5, count);
    double below = probability;
    int rank = 0;

    sort(values, count);
    for (;;) {
        probability = probability * (count - rank) / (rank + 1);
        below += probability;
        if (below > 0.025) {
            return values[rank];
        }
        rank++;
    }
}

double statistics_area(double *a, int a_count, double *b, int b_count)
{
    double above = 0;
    int below = 0;
    int same = 0;

    sort(a, a_count);
    sort(b, b_count);
    for (int i = 0; i < a_count; i++) {
        while (below < b_count && b[below] < a[i]) {
            below++;
        }
        for (same = below; same < b_count && b[same] == a[i]; same++) {
        }
        above += below + (same - below) / 2.0;
    }
    return above / a_count / b_count;
}
