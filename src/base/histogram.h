/*
 * A histogram of values over many orders of magnitude in bounded memory, as
 * HdrHistogram's: exact up to 255, from there on in steps of less than 1 %.
 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger values are counted as this one; in microseconds half a year. */
#define HISTOGRAM_MOST ((INT64_C(1) << 44) - 1)

/* All zero at first. */
struct histogram {
	uint64_t *counts; /* 38 KiB, from the first value on; owned */
	uint64_t total;
	int64_t least, most; /* exactly */
};

void histogram_clear(struct histogram *h);

/* Negative values count as 0. */
void histogram_add(struct histogram *h, int64_t value);

/* So many of that value. */
void histogram_add_many(struct histogram *h, int64_t value, uint64_t count);

/* All that the other one has, as if it had been added here. */
void histogram_join(struct histogram *h, const struct histogram *other);

/*
 * What was counted, in steps: those of about that value, off by less than 1 %.
 * From *place on, 0 at first, which becomes that of the next step; false:
 * there is none. To add a step's value as often makes the same histogram, but
 * for its least and most.
 */
bool histogram_step(
    const struct histogram *h, size_t *place, int64_t *value, uint64_t *count);

/*
 * The least value that a part q (0 to 1) of all does not exceed, off by less
 * than 1 %; q 1 is the largest, exactly. 0 where there is none.
 */
int64_t histogram_quantile(const struct histogram *h, double q);

#endif
