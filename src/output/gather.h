/*
 * Gather: puts results in order. Every input from 0 on hands in one result,
 * some time; they are taken in input order, or as they come.
 *
 * The window bounds how far ahead of the oldest missing result inputs may
 * start, and so how many finished ones are held: in memory as long as the
 * spool has some, then in the spool's file.
 */
#ifndef OUTPUT_GATHER_H
#define OUTPUT_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/sync.h"
#include "output/result.h"

struct gather_slot;
struct response;

struct gather {
	bool ordered;
	size_t window;
	size_t next;		  /* place of the oldest input not let go */
	struct gather_slot *ring; /* owned; window places, if ordered */
	struct list ready;	  /* results, if not ordered */
	struct semaphore room;	  /* a permit an input that may start */
	struct spool *spool;	  /* borrowed */
	bool taken;		  /* the one that is next, by gather_take */
	bool failed;		  /* the spool could not be read */
};

void gather_init(
    struct gather *g, size_t window, bool ordered, struct spool *spool);
void gather_clear(struct gather *g);

/* Await: the next input, in order of their places, may start. */
bool gather_admit(struct co_task *self, struct gather *g);

/* Is it this input's turn, and nobody's result before its own? */
bool gather_is_next(const struct gather *g, size_t place);

/* The result of an admitted input; takes its contents. */
void gather_put(struct gather *g, size_t place, struct result *result);

/*
 * The result whose turn it is, the caller's to free; gather_let_go is to
 * follow. NULL: it has not come. One that could not be read is empty, and
 * failed is set: no more can be relied on.
 */
struct result *gather_take(struct gather *g);

/*
 * The oldest input's result has gone its way, by gather_take, or without ever
 * being put where gather_is_next.
 */
void gather_let_go(struct gather *g);

/*
 * The response of an input that receives its body; NULL: no longer. Ordered
 * only; borrowed.
 */
void gather_set_response(struct gather *g, size_t place, struct response *r);

/* That of the input whose turn it is, or NULL. */
struct response *gather_response(const struct gather *g);

#endif
