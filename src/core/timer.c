/*
 * Timers in a binary heap.
 */
#include "config.h"

#include "core/timer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
timer_heap_init(struct timer_heap *h)
{
	memset(h, 0, sizeof *h);
}

void
timer_heap_clear(struct timer_heap *h)
{
	free(h->timers);
	timer_heap_init(h);
}

static bool
earlier(const struct timer *a, const struct timer *b)
{
	if (a->when != b->when)
		return a->when < b->when;
	return a->order < b->order;
}

static void
put(struct timer_heap *h, size_t place, struct timer *t)
{
	h->timers[place - 1] = t;
	t->place = place;
}

static void
sift_up(struct timer_heap *h, size_t place, struct timer *t)
{
	while (place > 1 && earlier(t, h->timers[place / 2 - 1])) {
		put(h, place, h->timers[place / 2 - 1]);
		place /= 2;
	}
	put(h, place, t);
}

static void
sift_down(struct timer_heap *h, size_t place, struct timer *t)
{
	size_t child;

	while ((child = place * 2) <= h->count) {
		if (child < h->count &&
		    earlier(h->timers[child], h->timers[child - 1]))
			child++;
		if (!earlier(h->timers[child - 1], t))
			break;
		put(h, place, h->timers[child - 1]);
		place = child;
	}
	put(h, place, t);
}

void
timer_arm(struct timer_heap *h, struct timer *t, int64_t when,
    void (*fire)(struct timer *))
{
	if (h->count == h->size) {
		h->size = h->size != 0 ? h->size * 2 : 64;
		h->timers = xreallocarray(
		    h->timers, h->size, sizeof *h->timers);
	}
	t->when = when;
	t->fire = fire;
	t->order = h->armed++;
	h->count++;
	sift_up(h, h->count, t);
}

void
timer_disarm(struct timer_heap *h, struct timer *t)
{
	size_t place = t->place;
	struct timer *last;

	if (place == 0)
		return;
	t->place = 0;
	last = h->timers[--h->count];
	if (last == t)
		return;
	if (place > 1 && earlier(last, h->timers[place / 2 - 1]))
		sift_up(h, place, last);
	else
		sift_down(h, place, last);
}

struct timer *
timer_first(const struct timer_heap *h)
{
	return h->count > 0 ? h->timers[0] : NULL;
}
