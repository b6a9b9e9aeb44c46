/*
 * A task for the tests of core/: does one step after the other from a script
 * and notes each end of an await in a shared log, "NAME:ERROR ".
 */
#ifndef TESTS_SCRIPT_H
#define TESTS_SCRIPT_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/co.h"
#include "core/sync.h"
#include "tap.h"

struct script;

/* One step: an awaitable operation, or something that is done at once. */
typedef bool step_fn(struct co_task *self, struct script *s);

struct script {
	struct co_task task;
	char name;
	step_fn *steps[8];
	int at;
	struct co_scope scope, inner;
	void *item;
	int ended; /* error of the last await */
};

static struct co_sched sched;
static struct co_group group;
static char script_log[512];
static int script_live; /* frames not yet freed */

static void
script_setup(void)
{
	co_sched_init(&sched);
	group_init(&group, &sched);
	script_log[0] = '\0';
	script_live = 0;
}

static void
script_teardown(void)
{
	CHECK(group.live == 0);
	CHECK(script_live == 0);
	CHECK(sched.timers.count == 0);
	group_clear(&group);
	co_sched_clear(&sched);
}

static void
script_note(char name, int error)
{
	size_t len = strlen(script_log);
	const char *what = error == 0 ? "ok"
	    : error == ECANCELED      ? "cancelled"
	    : error == ETIMEDOUT      ? "timeout"
	    : error == EPIPE	      ? "closed"
	    : error == EHOSTDOWN      ? "down"
				      : "?";

	snprintf(
	    script_log + len, sizeof script_log - len, "%c:%s ", name, what);
}

static void
script_body(struct co_task *self)
{
	struct script *s = (struct script *)self;

	CO_BEGIN(self);
	for (s->at = 0; s->at < 8 && s->steps[s->at] != NULL; s->at++) {
		CO_AWAIT(self, s->steps[s->at](self, s));
		s->ended = self->error;
		script_note(s->name, self->error);
	}
	CO_END(self);
}

static void
script_clear(struct co_task *self)
{
	(void)self;
	script_live--;
}

/* A new task that does these steps; not yet started. */
static inline struct script *
script_new(char name, step_fn *first, step_fn *second, step_fn *third)
{
	struct script *s = xcalloc(1, sizeof *s);

	co_task_init(&s->task, script_body, script_clear);
	s->name = name;
	s->steps[0] = first;
	s->steps[1] = second;
	s->steps[2] = third;
	script_live++;
	return s;
}

/* A step. */
static inline bool
sleep_10(struct co_task *self, struct script *s)
{
	(void)s;
	return co_sleep(self, 10);
}

#endif
