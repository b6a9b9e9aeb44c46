/*
 * Statistics.
 */
#include "config.h"

#include "base/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts them. */
static double
median_of(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return count % 2 == 1 ? values[count / 2]
			      : (values[count / 2 - 1] + values[count / 2]) / 2;
}

double
statistics_median(const double *values, size_t count)
{
	double *copy = xreallocarray(NULL, count, sizeof *copy), median;

	memcpy(copy, values, count * sizeof *copy);
	median = median_of(copy, count);
	free(copy);
	return median;
}

void
statistics_of(struct statistics *s, const double *values, size_t count)
{
	double squares = 0, sum = 0;
	size_t i;

	s->min = s->max = values[0];
	for (i = 0; i < count; i++) {
		sum += values[i];
		s->min = fmin(s->min, values[i]);
		s->max = fmax(s->max, values[i]);
	}
	s->mean = sum / (double)count;
	for (i = 0; i < count; i++)
		squares += (values[i] - s->mean) * (values[i] - s->mean);
	s->stddev = count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
	s->median = statistics_median(values, count);
}

/* SplitMix64: good enough to draw, and the same everywhere. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Of sorted values; between two of them in proportion. */
static double
quantile(const double *sorted, size_t count, double q)
{
	double at = q * (double)(count - 1);
	size_t below = (size_t)at;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] +
	    (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

struct interval
statistics_bootstrap(const double *values, size_t count, uint64_t seed)
{
	double *medians = xreallocarray(
	    NULL, STATISTICS_RESAMPLES, sizeof *medians);
	double *drawn = xreallocarray(NULL, count, sizeof *drawn);
	struct interval result;
	size_t i, j;

	for (i = 0; i < STATISTICS_RESAMPLES; i++) {
		for (j = 0; j < count; j++)
			drawn[j] = values[next_random(&seed) % count];
		medians[i] = median_of(drawn, count);
	}
	qsort(medians, STATISTICS_RESAMPLES, sizeof *medians, compare);
	result.low = quantile(medians, STATISTICS_RESAMPLES, 0.025);
	result.high = quantile(medians, STATISTICS_RESAMPLES, 0.975);
	free(drawn);
	free(medians);
	return result;
}
