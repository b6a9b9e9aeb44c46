/*
 * What tasks wait for before an attempt, and how long. Whoever can say why
 * nothing of his goes on has a clock a reason, of which one goes at a time; a
 * waiter takes the difference between its coming and its going. So a change
 * of reason costs the same for one waiter and for a million.
 */
#ifndef FETCH_WAIT_H
#define FETCH_WAIT_H

#include <stdint.h>

enum wait_reason {
	WAIT_SLOT,   /* of the run (-j), or for the scheduler */
	WAIT_HOST,   /* its limit of attempts at once */
	WAIT_PAUSE,  /* the host asked for it: Retry-After, RateLimit */
	WAIT_RATE,   /* --rate, --rate-host */
	WAIT_FILES,  /* open files: ulimit -n */
	WAIT_OUTPUT, /* the reader of the output is slow */
	WAIT_COUNT,
	WAIT_NONE = WAIT_COUNT, /* no clock goes */
};

struct wait_clock {
	int64_t spent[WAIT_COUNT]; /* microseconds, without the one that goes */
	int64_t since;		   /* it goes */
	enum wait_reason reason;
};

/* All zero but that no clock goes. */
void wait_clock_init(struct wait_clock *c);

/* From now on it is that reason's clock that goes. */
void wait_clock_set(struct wait_clock *c, enum wait_reason reason, int64_t now);

/* Adds sign times what the clocks show. */
void wait_clock_add(
    const struct wait_clock *c, int64_t now, int sign, int64_t to[WAIT_COUNT]);

/* Makes the sum of the waits equal to total; what is missing was for a slot. */
void wait_settle(int64_t waits[WAIT_COUNT], int64_t total);

#endif
