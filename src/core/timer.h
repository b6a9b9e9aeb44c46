/*
 * Timers in a binary heap, earliest first, first in first out among equals.
 * Knows no clock: the caller says what time it is. Times are microseconds
 * from any fixed start.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include <stddef.h>
#include <stdint.h>

struct timer {
	int64_t when;
	void (*fire)(struct timer *);
	uint64_t order; /* of arming, among equal times */
	size_t place;	/* in the heap, from 1; 0 is not armed */
};

struct timer_heap {
	struct timer **timers; /* owned; the timers are borrowed */
	size_t count;
	size_t size;
	uint64_t armed; /* ever */
};

void timer_heap_init(struct timer_heap *h);
void timer_heap_clear(struct timer_heap *h);

/* Arms a timer that is not armed; it must stay where it is till disarmed. */
void timer_arm(struct timer_heap *h, struct timer *t, int64_t when,
    void (*fire)(struct timer *));

/* Nothing happens to a timer that is not armed. */
void timer_disarm(struct timer_heap *h, struct timer *t);

/* The earliest timer, or NULL. */
struct timer *timer_first(const struct timer_heap *h);

#endif
