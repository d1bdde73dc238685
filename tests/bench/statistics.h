/* Order statistics of a few measurements. All sort their values. */
#ifndef KINAMO_BENCH_STATISTICS_H
#define KINAMO_BENCH_STATISTICS_H

/* The value below which a fraction (0 to 1) of the values lie, by the nearest rank. count > 0. */
double statistics_percentile(double *values, int count, double fraction);
/* The middle value, or the mean of the two in the middle. count > 0. */
double statistics_median(double *values, int count);
/* The lower end of the 95 % confidence interval of the median by the sign test, which supposes
   nothing about how the values are spread. With fewer than 6 values, the smallest. count > 0. */
double statistics_median_at_least(double *values, int count);
/* In how many of all pairs the value of a is above that of b, half for a draw: 0.5 if there is
   nothing to tell them apart (Mann and Whitney's U by the number of pairs). counts > 0. */
double statistics_area(double *a, int a_count, double *b, int b_count);

#endif
