/*
 * Statistics of few values: what is in the middle, how far they spread, and
 * how sure that is.
 */
#ifndef BASE_STATISTICS_H
#define BASE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

struct statistics {
	double mean, stddev, median, min, max;
};

/*
 * Of so many values, one at least. The standard deviation is that of a sample
 * (n - 1); 0 of one value.
 */
void statistics_of(struct statistics *s, const double *values, size_t count);

/* What lies between: the middle one, or half way between the two. */
double statistics_median(const double *values, size_t count);

#define STATISTICS_RESAMPLES 10000

struct interval {
	double low, high;
};

/*
 * The 95 % interval of the median by the percentile bootstrap (Efron): the
 * values are drawn anew, with replacement, STATISTICS_RESAMPLES times. The
 * same values and seed give the same interval.
 */
struct interval statistics_bootstrap(
    const double *values, size_t count, uint64_t seed);

#endif
