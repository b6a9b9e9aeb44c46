/*
 * The fetch coroutine: one task, from its request to its record. Takes a
 * slot, does attempts, gives the slot back while it backs off.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/sync.h"
#include "fetch/record.h"
#include "fetch/retry.h"
#include "fetch/xfer.h"

/* Who is told what happens to tasks; a function may be NULL. */
struct fetch_observer {
	void (*started)(void *arg, const struct request *r);
	/* Waits this long, in microseconds, before it tries again. */
	void (*retrying)(void *arg, const struct record *r, int64_t delay);
	/* The record is final; it and what it borrows go away afterwards. */
	void (*ended)(void *arg, struct record *r);
	void *arg;
};

/* What the fetch tasks of a run share; all borrowed. */
struct fetch_env {
	const struct options *options;
	struct xfer_pool *pool;
	struct semaphore slots;	 /* transfers at once */
	struct semaphore extras; /* descriptors beyond one a transfer */
	struct event_flag *room; /* set while results are wanted; or NULL */
	struct retry_random random;
	struct fetch_observer observer;
	const char *cancel_cause; /* of a cancelled task's record */
	size_t running;
	size_t running_most;
};

/* What a transfer may need of env->extras. */
#define FETCH_EXTRAS_MAX 4

/* A new task for the request, which it takes; group_start starts it. */
struct co_task *fetch_new(struct fetch_env *env, struct request *request);

#endif
