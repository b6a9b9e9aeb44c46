/*
 * Gather: puts results in order. Every input from 0 on hands in one text,
 * some time; they leave in input order, or as they come.
 *
 * The window bounds how far ahead of the oldest missing result inputs may
 * start, and so how many finished ones are held.
 */
#ifndef OUTPUT_GATHER_H
#define OUTPUT_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "core/sync.h"

/* A place in the ring. */
struct gather_slot {
	struct buf text;
	bool done;
};

struct gather {
	bool ordered;
	size_t window;
	size_t next;		  /* index of the oldest input not yet let go */
	struct gather_slot *ring; /* owned; window places, if ordered */
	struct semaphore room;	  /* a permit an input that may start */
	void (*emit)(void *arg, struct buf *text);
	void *arg;
};

/* emit gets each result in its turn, and may take its contents. */
void gather_init(struct gather *g, size_t window, bool ordered,
    void (*emit)(void *arg, struct buf *text), void *arg);
void gather_clear(struct gather *g);

/* Await: the next input, in order of their indexes, may start. */
bool gather_admit(struct co_task *self, struct gather *g);

/* The result of an admitted input; takes the text's contents. */
void gather_put(struct gather *g, size_t index, struct buf *text);

#endif
