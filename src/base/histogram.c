/*
 * Logarithmic histograms: a power of two is divided into equal steps.
 */
#include "config.h"

#include "base/histogram.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* Steps in each power of two: at most 1/128 wide. */
#define BITS  7
#define STEPS (1 << BITS)
#define SIZE  ((44 - BITS + 1) * STEPS)

static size_t
place_of(int64_t value)
{
	int shift = 0;

	while (value >> shift >= 2 * STEPS)
		shift++;
	return (size_t)(shift * STEPS + (value >> shift));
}

/* The middle of what is counted there. */
static int64_t
value_at(size_t place)
{
	int shift = place < 2 * STEPS ? 0 : (int)(place / STEPS) - 1;
	int64_t first = (int64_t)(place - (size_t)(shift * STEPS)) << shift;

	return first + ((INT64_C(1) << shift) - 1) / 2;
}

void
histogram_clear(struct histogram *h)
{
	free(h->counts);
	memset(h, 0, sizeof *h);
}

void
histogram_add(struct histogram *h, int64_t value)
{
	histogram_add_many(h, value, 1);
}

void
histogram_add_many(struct histogram *h, int64_t value, uint64_t count)
{
	if (count == 0)
		return;
	if (value < 0)
		value = 0;
	if (value > HISTOGRAM_MOST)
		value = HISTOGRAM_MOST;
	if (h->counts == NULL)
		h->counts = xcalloc(SIZE, sizeof *h->counts);
	if (h->total == 0 || value < h->least)
		h->least = value;
	if (value > h->most)
		h->most = value;
	h->total += count;
	h->counts[place_of(value)] += count;
}

void
histogram_join(struct histogram *h, const struct histogram *other)
{
	size_t place;

	if (other->total == 0)
		return;
	if (h->counts == NULL)
		h->counts = xcalloc(SIZE, sizeof *h->counts);
	if (h->total == 0 || other->least < h->least)
		h->least = other->least;
	if (other->most > h->most)
		h->most = other->most;
	h->total += other->total;
	for (place = 0; place < SIZE; place++)
		h->counts[place] += other->counts[place];
}

bool
histogram_step(
    const struct histogram *h, size_t *place, int64_t *value, uint64_t *count)
{
	if (h->counts == NULL)
		return false;
	while (*place < SIZE && h->counts[*place] == 0)
		++*place;
	if (*place == SIZE)
		return false;
	*value = value_at(*place);
	*count = h->counts[*place];
	++*place;
	return true;
}

int64_t
histogram_quantile(const struct histogram *h, double q)
{
	uint64_t rank, seen = 0;
	int64_t value;
	size_t place;

	if (h->total == 0)
		return 0;
	rank = (uint64_t)ceil(q * (double)h->total);
	if (rank >= h->total)
		return h->most;
	for (place = 0; place < SIZE - 1; place++)
		if ((seen += h->counts[place]) >= rank && seen > 0)
			break;
	value = value_at(place);
	if (value < h->least)
		return h->least;
	return value < h->most ? value : h->most;
}
