/*
 * How many requests at once a host takes, learned as TCP learns what a path
 * takes (RFC 5681): first one more with each success, from the first trouble
 * on additive increase, multiplicative decrease. A level that met trouble is
 * remembered: just below it the limit rests, ever longer, before it probes
 * that level again. Knows neither clock nor tasks.
 */
#ifndef FETCH_AIMD_H
#define FETCH_AIMD_H

#include <stdbool.h>
#include <stddef.h>

#define AIMD_FIRST 4

struct aimd {
	size_t limit;	 /* at once, now */
	size_t most;	 /* and never more */
	size_t trouble;	 /* the level that met trouble last; 0: none did */
	size_t rest;	 /* windows that it rests below that */
	size_t progress; /* successes in the window */
	unsigned epoch;	 /* goes up with each decrease */
};

void aimd_init(struct aimd *a, size_t most);

/*
 * A request has succeeded that began in the epoch given, while so many were
 * at work, itself among them: no window of successes is one that leaves the
 * limit unused.
 */
void aimd_success(struct aimd *a, unsigned epoch, size_t running);

/*
 * One has met trouble. Those that began before the last decrease are no news.
 * Was it news?
 */
bool aimd_trouble(struct aimd *a, unsigned epoch, size_t running);

/* What the host is known to take. */
size_t aimd_learned(const struct aimd *a);

#endif
