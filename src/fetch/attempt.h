/*
 * The frame of the fetch coroutine, and one attempt of it, from the gate to
 * what the gate is told. For fetch.c and fetch_look.c alone.
 */
#ifndef FETCH_ATTEMPT_H
#define FETCH_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sync.h"
#include "fetch/fetch.h"

/* Looking a name up takes a pair of sockets and what the resolver opens. */
#define ATTEMPT_EXTRAS_OF_NAME 3

struct fetch {
	struct co_task task;
	struct fetch_env *env;	 /* borrowed */
	struct request *request; /* owned */
	struct xfer *xfer;	 /* during an attempt */
	struct cached *cached;	 /* during an attempt; or NULL */
	struct split *split;	 /* its further ranges, or NULL; owned */
	struct host *host;	 /* held */
	struct record record;
	size_t extras;	/* that an attempt needs */
	unsigned epoch; /* of what is known of the host, at its beginning */
	int64_t since;	/* loop_clock() when it began to wait, or to fetch */
	int64_t delay;	/* before the next attempt */
	struct co_scope timeout, shield, ending;
	bool timed_out; /* by --task-timeout */
	bool waits;	/* for the gate */
	bool entered;	/* the gate */
	bool restarted; /* -C: nothing could be resumed */
	bool anew;	/* so the next attempt asks for all, */
	int64_t least;	/* of so many bytes at least */
	bool shielded;
	bool distrusts; /* what the cache has */
	bool was_split; /* an attempt: the next one is not */
};

/* What has passed since the last call; each moment counts once. */
int64_t attempt_lap(struct fetch *f);

/* From now on it waits for its turn, if it has to. */
void attempt_wait(struct fetch *f);

/* Its turn has come, or it waits no more; nothing where it did not wait. */
void attempt_wait_ended(struct fetch *f);

/* Opens the transfer; xfer_perform is to follow. */
void attempt_begin(struct fetch *f);

/* The body's first range, if not all of it, is there: its slot is free. */
void attempt_first_ended(struct fetch *f);

/* The others have ended, too, or it is too late for them. */
void attempt_ranges_ended(struct fetch *f);

/* Nothing more comes. */
void attempt_received(struct fetch *f);

/* The record takes in what came of it, and the gate is left. */
void attempt_end(struct fetch *f);

/*
 * Through the gate again; report may be NULL. Returns what gate_leave does;
 * gate_go_on is to follow.
 */
int attempt_leave(struct fetch *f, const struct host_report *report);

/* The transfer goes away; another one may follow. */
void attempt_close(struct fetch *f);

#endif
