/*
 * Lanes: numbers from 0 on, of which each taken is the smallest free one, so
 * that what goes on at once can be drawn side by side.
 */
#ifndef REPORT_LANES_H
#define REPORT_LANES_H

#include <stddef.h>
#include <stdint.h>

struct lanes {
	uint64_t *taken; /* a bit a lane; owned */
	size_t words;
	size_t first; /* no lane is free in a word before this one */
};

/* All zero at first. */
void lanes_clear(struct lanes *l);

size_t lanes_take(struct lanes *l);
void lanes_give(struct lanes *l, size_t lane);

#endif
