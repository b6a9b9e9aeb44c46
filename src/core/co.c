/*
 * Tasks and their scheduler.
 *
 * A task's state says where its link stands: READY on the ready list, WAITING
 * on a wait list or nowhere, else nowhere. All changes go through become().
 */
#include "config.h"

#include "core/co.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/sync.h"

void
co_sched_init(struct co_sched *s)
{
	memset(s, 0, sizeof *s);
	list_init(&s->ready);
	timer_heap_init(&s->timers);
}

void
co_sched_clear(struct co_sched *s)
{
	timer_heap_clear(&s->timers);
}

void
co_task_init(struct co_task *t, co_body *body, void (*clear)(struct co_task *))
{
	memset(t, 0, sizeof *t);
	list_init(&t->link);
	list_init(&t->sibling);
	t->body = body;
	t->clear = clear;
	t->state = CO_NEW;
}

static void
become_ready(struct co_task *t)
{
	t->state = CO_READY;
	list_append(&t->sched->ready, &t->link);
}

void
co_start(struct co_task *t, struct co_sched *s)
{
	t->sched = s;
	become_ready(t);
}

void
co_finish(struct co_task *self)
{
	if (self->scope != NULL)
		abort(); /* its timer would outlive the frame */
	self->state = CO_DONE;
	self->line = -1; /* a resume from here on aborts */
}

/* After the body's end. */
static void
bury(struct co_task *t)
{
	struct co_group *group = t->group;

	list_remove(&t->sibling);
	if (t->clear != NULL)
		t->clear(t);
	free(t);
	if (group != NULL)
		group_left(group);
}

bool
co_step(struct co_sched *s)
{
	struct co_task *t;

	if ((t = co_first_waiter(&s->ready)) == NULL)
		return false;
	list_remove(&t->link);
	t->state = CO_RUNNING;
	s->turns++;
	if (s->call != NULL)
		s->call(s->arg, t);
	else
		t->body(t);
	if (t->state == CO_DONE)
		bury(t);
	else if (t->state == CO_RUNNING)
		abort(); /* returned, but neither waits nor has ended */
	return true;
}

void
co_run(struct co_sched *s)
{
	while (co_step(s))
		;
}

void
co_advance(struct co_sched *s, int64_t now)
{
	struct timer *t;

	if (now > s->now)
		s->now = now;
	while ((t = timer_first(&s->timers)) != NULL && t->when <= s->now) {
		timer_disarm(&s->timers, t);
		s->fired++;
		t->fire(t);
	}
}

int64_t
co_next_timer(const struct co_sched *s)
{
	const struct timer *t = timer_first(&s->timers);

	return t != NULL ? t->when : -1;
}

/* What an await of this task ends with now: 0, ECANCELED or ETIMEDOUT. */
static int
interruption(const struct co_task *t)
{
	const struct co_scope *scope;

	for (scope = t->scope; scope != NULL; scope = scope->outer) {
		if (scope->expired)
			return ETIMEDOUT;
		if (scope->shields)
			return 0;
	}
	return t->cancelled ? ECANCELED : 0;
}

bool
co_interrupted(struct co_task *self)
{
	self->error = interruption(self);
	return self->error != 0;
}

bool
co_suspend(
    struct co_task *self, struct list *waiters, void (*undo)(struct co_task *))
{
	self->state = CO_WAITING;
	self->undo = undo;
	if (waiters != NULL)
		list_append(waiters, &self->link);
	return false;
}

void
co_wake(struct co_task *t, int error)
{
	if (t->state != CO_WAITING)
		abort();
	list_remove(&t->link);
	timer_disarm(&t->sched->timers, &t->timer);
	t->undo = NULL;
	t->error = error;
	become_ready(t);
}

void
co_check_scopes(struct co_task *t)
{
	void (*undo)(struct co_task *) = t->undo;
	int error = interruption(t);

	if (t->state != CO_WAITING || error == 0)
		return;
	co_wake(t, error);
	if (undo != NULL)
		undo(t);
}

void
co_cancel(struct co_task *t)
{
	t->cancelled = true;
	co_check_scopes(t);
}

static void
sleep_over(struct timer *timer)
{
	co_wake(LIST_ITEM(timer, struct co_task, timer), 0);
}

bool
co_sleep_among(struct co_task *self, struct list *waiters, int64_t usec)
{
	if (co_interrupted(self))
		return true;
	timer_arm(&self->sched->timers, &self->timer, self->sched->now + usec,
	    sleep_over);
	return co_suspend(self, waiters, NULL);
}

bool
co_sleep(struct co_task *self, int64_t usec)
{
	return co_sleep_among(self, NULL, usec);
}

bool
co_yield(struct co_task *self)
{
	if (co_interrupted(self))
		return true;
	become_ready(self);
	return false;
}

struct co_task *
co_first_waiter(const struct list *waiters)
{
	if (list_empty(waiters))
		return NULL;
	return LIST_ITEM(waiters->next, struct co_task, link);
}
