/*
 * Semaphore, event, queue, group, timeout and shield.
 */
#include "config.h"

#include "core/sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
semaphore_init(struct semaphore *s, size_t permits)
{
	s->free = permits;
	list_init(&s->waiters);
}

static void
semaphore_grant(struct semaphore *s)
{
	struct co_task *t;

	while (
	    (t = co_first_waiter(&s->waiters)) != NULL && t->want <= s->free) {
		s->free -= t->want;
		co_wake(t, 0);
	}
}

/* A big wish that is withdrawn may have stood before small ones. */
static void
semaphore_undo(struct co_task *t)
{
	semaphore_grant(t->wait);
}

bool
semaphore_acquire(struct co_task *self, struct semaphore *s, size_t permits)
{
	if (co_interrupted(self))
		return true;
	if (list_empty(&s->waiters) && permits <= s->free) {
		s->free -= permits;
		return true;
	}
	self->wait = s;
	self->want = permits;
	return co_suspend(self, &s->waiters, semaphore_undo);
}

void
semaphore_release(struct semaphore *s, size_t permits)
{
	s->free += permits;
	semaphore_grant(s);
}

void
event_flag_init(struct event_flag *e)
{
	memset(e, 0, sizeof *e);
	list_init(&e->waiters);
}

bool
event_flag_wait(struct co_task *self, struct event_flag *e)
{
	if (co_interrupted(self) || e->set)
		return true;
	return co_suspend(self, &e->waiters, NULL);
}

void
event_flag_set(struct event_flag *e)
{
	struct co_task *t;

	e->set = true;
	while ((t = co_first_waiter(&e->waiters)) != NULL)
		co_wake(t, 0);
	if (e->on_set != NULL)
		e->on_set(e->arg);
}

void
event_flag_unset(struct event_flag *e)
{
	e->set = false;
}

void
queue_init(struct queue *q, size_t size)
{
	memset(q, 0, sizeof *q);
	q->items = xcalloc(size, sizeof *q->items);
	q->size = size;
	list_init(&q->getters);
	list_init(&q->putters);
}

void
queue_clear(struct queue *q)
{
	free(q->items);
	q->items = NULL;
}

static void
queue_push(struct queue *q, void *item)
{
	q->items[(q->first + q->count) % q->size] = item;
	q->count++;
}

static void *
queue_shift(struct queue *q)
{
	void *item = q->items[q->first];

	q->first = (q->first + 1) % q->size;
	q->count--;
	return item;
}

bool
queue_put(struct co_task *self, struct queue *q, void *item)
{
	struct co_task *getter;

	if (co_interrupted(self))
		return true;
	if (q->closed) {
		self->error = EPIPE;
		return true;
	}
	if ((getter = co_first_waiter(&q->getters)) != NULL) {
		*(void **)getter->wait = item;
		co_wake(getter, 0);
		return true;
	}
	if (q->count < q->size) {
		queue_push(q, item);
		return true;
	}
	self->wait = item;
	return co_suspend(self, &q->putters, NULL);
}

bool
queue_get(struct co_task *self, struct queue *q, void **item)
{
	struct co_task *putter;

	*item = NULL;
	if (co_interrupted(self))
		return true;
	if (q->count > 0) {
		*item = queue_shift(q);
		if ((putter = co_first_waiter(&q->putters)) != NULL) {
			queue_push(q, putter->wait);
			co_wake(putter, 0);
		}
		return true;
	}
	if (q->closed) {
		self->error = EPIPE;
		return true;
	}
	self->wait = item;
	return co_suspend(self, &q->getters, NULL);
}

void
queue_close(struct queue *q)
{
	struct co_task *t;

	q->closed = true;
	while ((t = co_first_waiter(&q->getters)) != NULL)
		co_wake(t, EPIPE);
	while ((t = co_first_waiter(&q->putters)) != NULL)
		co_wake(t, EPIPE);
}

void
group_init(struct co_group *g, struct co_sched *s)
{
	g->sched = s;
	g->live = 0;
	list_init(&g->tasks);
	list_init(&g->waiters);
}

void
group_clear(struct co_group *g)
{
	if (g->live != 0)
		abort();
}

void
group_start(struct co_group *g, struct co_task *t)
{
	t->group = g;
	list_append(&g->tasks, &t->sibling);
	g->live++;
	co_start(t, g->sched);
}

bool
group_wait(struct co_task *self, struct co_group *g)
{
	if (co_interrupted(self) || g->live == 0)
		return true;
	return co_suspend(self, &g->waiters, NULL);
}

void
group_cancel(struct co_group *g)
{
	struct list *node;

	/* Cancelling only enqueues: no task leaves the group meanwhile. */
	for (node = g->tasks.next; node != &g->tasks; node = node->next)
		co_cancel(LIST_ITEM(node, struct co_task, sibling));
}

void
group_cancel_shielded(struct co_group *g)
{
	struct list *node;
	struct co_scope *scope;

	for (node = g->tasks.next; node != &g->tasks; node = node->next)
		for (scope = LIST_ITEM(node, struct co_task, sibling)->scope;
		     scope != NULL; scope = scope->outer)
			scope->shields = false;
	group_cancel(g);
}

void
group_left(struct co_group *g)
{
	struct co_task *t;

	if (--g->live > 0)
		return;
	while ((t = co_first_waiter(&g->waiters)) != NULL)
		co_wake(t, 0);
}

static void
scope_enter(struct co_task *self, struct co_scope *scope)
{
	memset(scope, 0, sizeof *scope);
	scope->task = self;
	scope->outer = self->scope;
	self->scope = scope;
}

static void
scope_leave(struct co_task *self, struct co_scope *scope)
{
	if (self->scope != scope)
		abort(); /* scopes end in the reverse order of their start */
	self->scope = scope->outer;
}

static void
timeout_expired(struct timer *timer)
{
	struct co_scope *scope = LIST_ITEM(timer, struct co_scope, timer);

	scope->expired = true;
	co_check_scopes(scope->task);
}

void
timeout_enter(struct co_task *self, struct co_scope *scope, int64_t usec)
{
	scope_enter(self, scope);
	timer_arm(&self->sched->timers, &scope->timer, self->sched->now + usec,
	    timeout_expired);
}

bool
timeout_leave(struct co_task *self, struct co_scope *scope)
{
	timer_disarm(&self->sched->timers, &scope->timer);
	scope_leave(self, scope);
	return scope->expired;
}

void
shield_enter(struct co_task *self, struct co_scope *scope)
{
	scope_enter(self, scope);
	scope->shields = true;
}

void
shield_leave(struct co_task *self, struct co_scope *scope)
{
	scope_leave(self, scope);
}
