/*
 * Coroutines without stacks, and their scheduler: asyncio's task and loop
 * turn in C. Knows no event library, no clock and no HTTP.
 *
 * A coroutine is a body (a function) and a frame: a heap struct of its own
 * whose first member is a struct co_task. The body is called again at each
 * resume and goes on behind its last await:
 *
 *	static void
 *	greet_body(struct co_task *self)
 *	{
 *		struct greet *g = (struct greet *)self;
 *
 *		CO_BEGIN(self);
 *		for (g->i = 0; g->i < 3; g->i++) {
 *			CO_AWAIT(self, co_sleep(self, USEC_PER_SEC));
 *			if (self->error != 0)
 *				break;
 *			puts("hello");
 *		}
 *		CO_END(self);
 *	}
 *
 * The seven rules of a body:
 * 1. What must survive an await is a field of the frame; locals are derived
 *    again before CO_BEGIN.
 * 2. Nothing with an effect stands before CO_BEGIN: it runs at every resume.
 * 3. No await inside a switch; break only leaves a loop.
 * 4. One await a line.
 * 5. An awaited operation returns true = already done, false = suspended;
 *    its outcome is in self->error.
 * 6. Only the scheduler calls bodies; whoever wakes a task only enqueues it.
 * 7. One way out; the frame's clear hook releases what is left.
 *
 * Cancellation is sticky (as in libdill): it undoes the wait, which ends with
 * ECANCELED, and every later await completes at once with ECANCELED, but
 * inside a shield. An expired timeout does the same with ETIMEDOUT until its
 * scope is left.
 */
#ifndef CORE_CO_H
#define CORE_CO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/list.h"
#include "core/timer.h"

struct co_task;
struct co_group;

typedef void co_body(struct co_task *self);

/* What it is, for people: the body's name, and the file it stands in. */
struct co_kind {
	const char *name;
	const char *file; /* as the compiler was told it */
};

enum co_state {
	CO_NEW,	    /* created; nothing has run */
	CO_READY,   /* on the ready list */
	CO_RUNNING, /* its body is being called */
	CO_WAITING, /* on a wait list, or for an event from outside */
	CO_DONE,
};

/*
 * A scope in which awaits end earlier (timeout) or do not see what happens
 * outside (shield). Stands in the frame; scopes nest. See sync.h.
 */
struct co_scope {
	struct co_scope *outer;
	struct co_task *task;
	struct timer timer;
	bool shields;
	bool expired;
};

struct co_task {
	struct list link;	/* on the ready list or one wait list */
	struct list sibling;	/* in its group */
	struct co_sched *sched; /* borrowed */
	struct co_group *group; /* borrowed */
	co_body *body;
	const struct co_kind *kind;	 /* NULL: it never ran */
	void (*clear)(struct co_task *); /* what the frame owns; or NULL */
	void (*undo)(struct co_task *);	 /* leaves what it waits for */
	void *wait;		/* what it waits for, for undo; borrowed */
	size_t want;		/* how much of it */
	struct timer timer;	/* of a sleep */
	struct co_scope *scope; /* innermost */
	int line;		/* of the source, where it waits */
	int error;		/* outcome of the last await: 0 or errno */
	enum co_state state;
	bool cancelled;
};

struct co_sched {
	struct list ready;
	struct timer_heap timers;
	int64_t now;	/* microseconds, as the last co_advance said */
	uint64_t turns; /* bodies called */
	uint64_t fired; /* timers */
	/* Calls the task's body, for who wants to see it run; or NULL. */
	void (*call)(void *arg, struct co_task *t);
	void *arg; /* borrowed */
};

#define CO_BEGIN(self)                                                         \
	static const struct co_kind co_kind_here = {__func__, __FILE__};       \
	(self)->kind = &co_kind_here;                                          \
	switch ((self)->line) {                                                \
	case 0:

#define CO_AWAIT(self, operation)                                              \
	do {                                                                   \
		(self)->line = __LINE__;                                       \
		if (!(operation))                                              \
			return;                                                \
		__attribute__((fallthrough));                                  \
	case __LINE__:;                                                        \
	} while (0)

#define CO_END(self)                                                           \
	co_finish(self);                                                       \
	break;                                                                 \
	default:                                                               \
		abort(); /* resumed where it does not wait */                  \
		}

void co_sched_init(struct co_sched *s);
void co_sched_clear(struct co_sched *s);

/* Calls the bodies of ready tasks until none is ready. */
void co_run(struct co_sched *s);

/* Calls one body; false when no task was ready. */
bool co_step(struct co_sched *s);

/* Says what time it is, in microseconds, and fires what is due. */
void co_advance(struct co_sched *s, int64_t now);

/* When co_advance has something to do next, or -1: no timer. */
int64_t co_next_timer(const struct co_sched *s);

/*
 * Makes the task that stands first in a heap frame (calloc, xcalloc). Runs
 * nothing: group_start (sync.h) does, and from then on the scheduler owns the
 * frame: after the body's end it calls clear, which may be NULL, and frees it.
 */
void co_task_init(
    struct co_task *t, co_body *body, void (*clear)(struct co_task *));

/* Enqueues a new task; for sync.c. */
void co_start(struct co_task *t, struct co_sched *s);

/*
 * Cancels the task: now where it waits, else at its next await. A task that
 * never ran does run, and finds its first await cancelled.
 */
void co_cancel(struct co_task *t);

/* Await: lasts the time given, in microseconds from now. */
bool co_sleep(struct co_task *self, int64_t usec);

/*
 * The same on a wait list (may be NULL), where co_wake may end it earlier:
 * with that error.
 */
bool co_sleep_among(struct co_task *self, struct list *waiters, int64_t usec);

/* Await: goes behind all tasks that are ready now. */
bool co_yield(struct co_task *self);

/*
 * For those who write awaitable operations. An operation first asks
 * co_interrupted: when that is true, the await is over (self->error is set)
 * and nothing may be taken. Then it either sets error to 0 and returns true,
 * or returns co_suspend().
 */
bool co_interrupted(struct co_task *self);

/*
 * Suspends the task: at the end of the wait list, or, with a NULL list, for
 * an event from outside. Undo, which may be NULL, is called when the wait is
 * interrupted, after the task has left the list. Returns false.
 */
bool co_suspend(
    struct co_task *self, struct list *waiters, void (*undo)(struct co_task *));

/* Ends the wait of a waiting task with the error given: it becomes ready. */
void co_wake(struct co_task *t, int error);

/* The first task of a wait list, or NULL. */
struct co_task *co_first_waiter(const struct list *waiters);

/* For sync.c: what ends early in the task's scopes is looked at again. */
void co_check_scopes(struct co_task *t);

/* For CO_END alone. */
void co_finish(struct co_task *self);

#endif
