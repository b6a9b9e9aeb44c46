/*
 * Histograms, and statistics of few values.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "base/histogram.h"
#include "base/statistics.h"
#include "tap.h"

static void
medians(void)
{
	static const double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2};

	CHECK(statistics_median(odd, 3) == 2);
	CHECK(odd[0] == 3); /* it is left alone */
	CHECK(statistics_median(even, 4) == 2.5);
	CHECK(statistics_median(even, 1) == 4);
}

static void
spread(void)
{
	static const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
	struct statistics s;

	statistics_of(&s, values, 8);
	CHECK(s.mean == 5 && s.median == 4.5 && s.min == 2 && s.max == 9);
	CHECK(fabs(s.stddev - sqrt(32.0 / 7)) < 1e-12);
	statistics_of(&s, values, 1);
	CHECK(s.mean == 2 && s.median == 2 && s.stddev == 0);
}

static void
intervals(void)
{
	double values[100], wide[10];
	struct interval a, b, c;
	size_t i;

	for (i = 0; i < 100; i++)
		values[i] = (double)(i * 37 % 100);
	a = statistics_bootstrap(values, 100, 1);
	b = statistics_bootstrap(values, 100, 1);
	c = statistics_bootstrap(values, 100, 2);
	CHECK(a.low == b.low && a.high == b.high);
	/* another seed: about the same */
	CHECK(fabs(a.low - c.low) < 5 && fabs(a.high - c.high) < 5);
	/* by order statistics: about 40 to 60 of 100 equal steps */
	CHECK(a.low > 35 && a.low < 44 && a.high > 55 && a.high < 65);
	for (i = 0; i < 10; i++)
		wide[i] = 3;
	a = statistics_bootstrap(wide, 10, 1);
	CHECK(a.low == 3 && a.high == 3);
	wide[0] = 7;
	a = statistics_bootstrap(wide, 1, 1);
	CHECK(a.low == 7 && a.high == 7);
}

/* It holds the true median about as often as it says. */
static void
coverage(void)
{
	uint64_t state = 12345;
	double values[21];
	struct interval in;
	int round, held = 0;
	size_t i;

	for (round = 0; round < 100; round++) {
		for (i = 0; i < 21; i++) {
			state = state * UINT64_C(6364136223846793005) +
			    UINT64_C(1442695040888963407);
			values[i] = (double)(state >> 33) / (double)(1U << 31);
		}
		in = statistics_bootstrap(values, 21, (uint64_t)round);
		held += in.low <= 0.5 && in.high >= 0.5;
	}
	CHECK(held >= 88);
}

static void
small_values(void)
{
	struct histogram h = {0};
	int64_t i;

	CHECK(histogram_quantile(&h, 0.5) == 0);
	for (i = 1; i <= 100; i++)
		histogram_add(&h, i);
	CHECK(histogram_quantile(&h, 0) == 1);
	CHECK(histogram_quantile(&h, 0.5) == 50);
	CHECK(histogram_quantile(&h, 0.9) == 90);
	CHECK(histogram_quantile(&h, 0.99) == 99);
	CHECK(histogram_quantile(&h, 1) == 100);
	histogram_clear(&h);
	CHECK(h.total == 0 && h.counts == NULL);
}

/* Its steps make it again, and parts the whole. */
static void
steps(void)
{
	struct histogram h = {0}, again = {0}, both = {0};
	size_t place = 0, count = 0;
	int64_t value, i;
	uint64_t n;

	CHECK(!histogram_step(&h, &place, &value, &n) && place == 0);
	histogram_join(&both, &h);
	CHECK(both.total == 0 && both.counts == NULL);
	for (i = 0; i < 1000; i++)
		histogram_add(&h, i * i * i * i);
	while (histogram_step(&h, &place, &value, &n)) {
		histogram_add_many(&again, value, n);
		count++;
	}
	CHECK(count > 500 && again.total == 1000);
	again.least = h.least;
	again.most = h.most;
	histogram_join(&both, &h);
	histogram_join(&both, &again);
	histogram_add_many(&both, 5, 0);
	CHECK(both.total == 2000 && both.most == h.most);
	for (i = 0; i <= 100; i++) {
		CHECK(histogram_quantile(&h, (double)i / 100) ==
		    histogram_quantile(&again, (double)i / 100));
		CHECK(histogram_quantile(&h, (double)i / 100) ==
		    histogram_quantile(&both, (double)i / 100));
	}
	histogram_clear(&h);
	histogram_clear(&again);
	histogram_clear(&both);
}

/* Alone in a histogram, and between others, each is found within 1 %. */
static void
accuracy(void)
{
	int64_t value, got, worst = 0;

	for (value = 1; value < HISTOGRAM_MOST; value += value / 777 + 1) {
		struct histogram h = {0};

		histogram_add(&h, 0);
		histogram_add(&h, value);
		histogram_add(&h, HISTOGRAM_MOST);
		got = histogram_quantile(&h, 0.5);
		if (llabs(got - value) * 100 > value)
			worst = value;
		histogram_clear(&h);
	}
	CHECK(worst == 0);
}

static void
extremes(void)
{
	struct histogram h = {0};

	histogram_add(&h, -5);
	histogram_add(&h, INT64_MAX);
	CHECK(histogram_quantile(&h, 0.5) == 0);
	CHECK(histogram_quantile(&h, 1) == HISTOGRAM_MOST);
	CHECK(histogram_quantile(&h, 0.999) == HISTOGRAM_MOST);
	CHECK(h.total == 2);
	histogram_clear(&h);
	histogram_add(&h, 123456789);
	CHECK(histogram_quantile(&h, 0) == 123456789);
	CHECK(histogram_quantile(&h, 1) == 123456789);
	histogram_clear(&h);
}

TAP_MAIN({"medians", medians}, {"mean, deviation and range", spread},
    {"bootstrap intervals", intervals},
    {"intervals hold the median as often as they say", coverage},
    {"a histogram of small values is exact", small_values},
    {"histograms: steps, and parts put together", steps},
    {"a histogram is off by less than 1 %", accuracy},
    {"values out of a histogram's range", extremes})
