/*
 * The fetch coroutine: one task, from its request to its record. Goes through
 * the gate for each attempt, and tells it what the attempt met.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/sync.h"
#include "fetch/cache.h"
#include "fetch/gate.h"
#include "fetch/record.h"
#include "fetch/retry.h"
#include "fetch/xfer.h"

/* Who is told what happens to tasks; a function may be NULL. */
struct fetch_observer {
	void (*started)(void *arg, const struct record *r);
	/* Waits this long, in microseconds, before it tries again. */
	void (*retrying)(void *arg, const struct record *r, int64_t delay);
	/* A host is not asked for so long; takes fewer at once; is given up. */
	void (*paused)(void *arg, const struct host *h, int64_t usec);
	void (*slowed)(void *arg, const struct host *h);
	void (*given_up)(void *arg, const struct host *h);
	/* An attempt begins to receive; with NULL it has ended. Or NULL. */
	void (*receiving)(
	    void *arg, const struct request *r, struct response *response);
	/* The record is final; it and what it borrows go away afterwards. */
	void (*ended)(void *arg, struct record *r);
	void *arg;
};

/* What the fetch tasks of a run share; all borrowed. */
struct fetch_env {
	const struct options *options;
	struct xfer_pool *pool;
	struct cache *cache;
	struct gate gate;
	struct retry_random random;
	struct fetch_observer observer;
	bool keeps_logs;	  /* of tasks, in their records */
	const char *cancel_cause; /* of a cancelled task's record */
};

/* The descriptors beyond one that an attempt may need. */
#define FETCH_EXTRAS_MAX 7

/*
 * For split.c: what an attempt says of the host that answered last, and who
 * is to be told what that led to (host.h).
 */
void fetch_make_report(const struct fetch_env *env, struct record *r,
    const struct xfer *x, unsigned epoch, struct host_report *report);
void fetch_tell(const struct fetch_env *env, const struct host *h, int changes);

/* A new task for the request, which it takes; group_start starts it. */
struct co_task *fetch_new(struct fetch_env *env, struct request *request);

#endif
