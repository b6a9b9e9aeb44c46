/*
 * Figures of the loop. Calls nobody but who asked for slow turns.
 */
#include "config.h"

#include "core/loop_debug.h"

#include <string.h>

#include "core/loop.h"

void
loop_debug_init(struct loop_debug *d, int64_t limit,
    void (*slow)(void *arg, const struct loop_debug *d), void *arg)
{
	memset(d, 0, sizeof *d);
	d->limit = limit;
	d->slow = slow;
	d->arg = arg;
}

static void
add(struct loop_debug *d, const struct loop_piece *piece)
{
	d->usec += piece->usec;
	if (piece->usec >= d->longest.usec)
		d->longest = *piece;
}

void
loop_debug_add(struct loop_debug *d, const char *name, int64_t began)
{
	struct loop_piece piece = {name, NULL, 0, loop_clock() - began};

	add(d, &piece);
}

void
loop_debug_call(void *arg, struct co_task *t)
{
	struct loop_piece piece = {NULL, NULL, t->line, 0};
	int64_t began = loop_clock();

	t->body(t);
	/* The frame is still there; its first call says what it is. */
	piece.name = t->kind != NULL ? t->kind->name : "a task";
	piece.file = t->kind != NULL ? t->kind->file : NULL;
	piece.usec = loop_clock() - began;
	add(arg, &piece);
}

void
loop_debug_turn(struct loop_debug *d)
{
	d->turns++;
	if (d->usec > d->usec_longest)
		d->usec_longest = d->usec;
	if (d->usec > d->limit) {
		d->slow_turns++;
		if (d->slow != NULL)
			d->slow(d->arg, d);
	}
	d->usec = 0;
	memset(&d->longest, 0, sizeof d->longest);
}
