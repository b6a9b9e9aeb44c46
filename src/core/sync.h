/*
 * What tasks await besides sleep: semaphore, event, bounded queue, group;
 * and the scopes timeout and shield. asyncio's vocabulary, on co.h.
 *
 * All wait lists are first in, first out, and waking hands the resource over:
 * the woken task has its permits, its item. An operation whose await ends
 * with an error took nothing.
 */
#ifndef CORE_SYNC_H
#define CORE_SYNC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "core/co.h"

/* A counting semaphore, asyncio.Semaphore. */
struct semaphore {
	size_t free; /* permits nobody has */
	struct list waiters;
};

void semaphore_init(struct semaphore *s, size_t permits);

/* Await: takes that many permits at once, behind those who wait already. */
bool semaphore_acquire(
    struct co_task *self, struct semaphore *s, size_t permits);

/* Gives permits back, to the first waiters where there are any. */
void semaphore_release(struct semaphore *s, size_t permits);

/* A flag to wait for, asyncio.Event. */
struct event_flag {
	bool set;
	struct list waiters;
	void (*on_set)(void *arg); /* called after them; or NULL */
	void *arg;		   /* borrowed */
};

void event_flag_init(struct event_flag *e);

/* Await: ends at once while the flag is set. */
bool event_flag_wait(struct co_task *self, struct event_flag *e);

/* Sets the flag and wakes all who wait. */
void event_flag_set(struct event_flag *e);
void event_flag_unset(struct event_flag *e);

/* A bounded queue of pointers, asyncio.Queue. It owns no item. */
struct queue {
	void **items; /* ring */
	size_t size;
	size_t count;
	size_t first;
	bool closed;
	struct list getters;
	struct list putters;
};

void queue_init(struct queue *q, size_t size);
void queue_clear(struct queue *q);

/*
 * Await: puts the item in, which must not be NULL; waits while the queue is
 * full. The error is EPIPE where the queue is closed; then, and where the
 * await was interrupted, the item is still the caller's.
 */
bool queue_put(struct co_task *self, struct queue *q, void *item);

/*
 * Await: *item is the oldest item; where the queue is closed and empty, the
 * error is EPIPE and *item is NULL. *item must stay valid: a frame's field.
 */
bool queue_get(struct co_task *self, struct queue *q, void **item);

/* No more puts; gets go on to the last item. */
void queue_close(struct queue *q);

/*
 * A group of tasks, asyncio.TaskGroup and gather: it owns them, and to leave
 * its scope is to wait for all of them. What they found is for them to hand
 * on; a frame is gone with its task.
 */
struct co_group {
	struct co_sched *sched; /* borrowed */
	struct list tasks;
	struct list waiters;
	size_t live;
};

void group_init(struct co_group *g, struct co_sched *s);

/* Aborts when a task of the group is still there. */
void group_clear(struct co_group *g);

/* Takes a new task and enqueues it. */
void group_start(struct co_group *g, struct co_task *t);

/* Await: ends when the group has no task. */
bool group_wait(struct co_task *self, struct co_group *g);

/* Cancels every task that is in the group now. */
void group_cancel(struct co_group *g);

/* The same, through the shields that they are in. */
void group_cancel_shielded(struct co_group *g);

/* For co.c: one task less. */
void group_left(struct co_group *g);

/*
 * A timeout over the awaits between enter and leave, asyncio.timeout: when it
 * expires, the await in progress and all later ones in the scope end with
 * ETIMEDOUT. The scope stands in the frame.
 */
void timeout_enter(struct co_task *self, struct co_scope *scope, int64_t usec);

/* Leaves the innermost scope; true when it had expired. */
bool timeout_leave(struct co_task *self, struct co_scope *scope);

/*
 * A shield over the awaits between enter and leave, asyncio.shield: they do
 * not see cancellation, nor timeouts that were entered outside. Both are in
 * force again at the first await behind the scope.
 */
void shield_enter(struct co_task *self, struct co_scope *scope);
void shield_leave(struct co_task *self, struct co_scope *scope);

#endif
