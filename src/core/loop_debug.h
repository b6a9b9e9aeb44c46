/*
 * What the loop does, in figures, for who wants to know (--debug): how often
 * it turned, and what kept it from turning. asyncio's debug mode in spirit.
 * Without one of these the loop reads no clock for it.
 */
#ifndef CORE_LOOP_DEBUG_H
#define CORE_LOOP_DEBUG_H

#include <stdint.h>

#include "core/co.h"

/* The longest piece of a turn: a coroutine's body, or a hook (line 0). */
struct loop_piece {
	const char *name, *file; /* file: NULL of a hook */
	int line;		 /* where it went on; 0: at its beginning */
	int64_t usec;
};

struct loop_debug {
	int64_t limit; /* a turn that takes longer is slow; microseconds */
	/* There was one; called in it, at its end. Or NULL. */
	void (*slow)(void *arg, const struct loop_debug *d);
	void *arg; /* borrowed */
	/* Of the turn that goes on, waiting aside. */
	int64_t usec;
	struct loop_piece longest;
	/* Of all turns. */
	uint64_t turns, slow_turns;
	int64_t usec_longest;
};

/* limit in microseconds; slow may be NULL. */
void loop_debug_init(struct loop_debug *d, int64_t limit,
    void (*slow)(void *arg, const struct loop_debug *d), void *arg);

/* A piece of the turn has run since then (loop_clock()). */
void loop_debug_add(struct loop_debug *d, const char *name, int64_t began);

/* Calls the body of a task: co_sched.call. arg is the loop_debug. */
void loop_debug_call(void *arg, struct co_task *t);

/* The turn is over. */
void loop_debug_turn(struct loop_debug *d);

#endif
