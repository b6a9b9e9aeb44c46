/*
 * core/co: tasks, sleep, yield, cancellation and scopes, stepped by hand.
 */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "script.h"

static bool
sleep_20(struct co_task *self, struct script *s)
{
	(void)s;
	return co_sleep(self, 20);
}

static bool
yield(struct co_task *self, struct script *s)
{
	(void)s;
	return co_yield(self);
}

static bool
enter_timeout_15(struct co_task *self, struct script *s)
{
	self->error = 0;
	timeout_enter(self, &s->scope, 15);
	return true;
}

static bool
leave_timeout(struct co_task *self, struct script *s)
{
	self->error = timeout_leave(self, &s->scope) ? ETIMEDOUT : 0;
	return true;
}

static bool
enter_inner_5(struct co_task *self, struct script *s)
{
	self->error = 0;
	timeout_enter(self, &s->inner, 5);
	return true;
}

static bool
leave_inner(struct co_task *self, struct script *s)
{
	self->error = timeout_leave(self, &s->inner) ? ETIMEDOUT : 0;
	return true;
}

static bool
enter_shield(struct co_task *self, struct script *s)
{
	self->error = 0;
	shield_enter(self, &s->inner);
	return true;
}

static bool
leave_shield(struct co_task *self, struct script *s)
{
	self->error = 0;
	shield_leave(self, &s->inner);
	return true;
}

static struct script *
start(struct script *s)
{
	group_start(&group, &s->task);
	return s;
}

static void
creating_runs_nothing(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', yield, NULL, NULL);
	CHECK(s->task.state == CO_NEW);
	co_run(&sched);
	CHECK_STR(script_log, "");
	start(s);
	CHECK(s->task.state == CO_READY);
	CHECK_STR(script_log, "");
	co_run(&sched);
	CHECK_STR(script_log, "a:ok ");
	script_teardown();
}

static void
ready_is_fifo(void)
{
	script_setup();
	start(script_new('a', yield, yield, NULL));
	start(script_new('b', yield, NULL, NULL));
	start(script_new('c', yield, yield, NULL));
	co_run(&sched);
	CHECK_STR(script_log, "a:ok b:ok c:ok a:ok c:ok ");
	script_teardown();
}

static void
sleep_wakes_in_time_order(void)
{
	script_setup();
	start(script_new('a', sleep_20, NULL, NULL));
	start(script_new('b', sleep_10, NULL, NULL));
	start(script_new('c', sleep_10, NULL, NULL));
	co_run(&sched);
	CHECK(co_next_timer(&sched) == 10);
	co_advance(&sched, 9);
	co_run(&sched);
	CHECK_STR(script_log, "");
	co_advance(&sched, 10);
	co_run(&sched);
	CHECK_STR(script_log, "b:ok c:ok ");
	co_advance(&sched, 100);
	co_run(&sched);
	CHECK_STR(script_log, "b:ok c:ok a:ok ");
	CHECK(co_next_timer(&sched) == -1);
	script_teardown();
}

static void
many_timers_fire_in_order(void)
{
	static struct script *all[1000];
	int64_t last = 0;
	int i;

	script_setup();
	for (i = 0; i < 1000; i++) {
		all[i] = start(script_new('a', sleep_10, NULL, NULL));
		sched.now = (i * 7919) % 1000;
		co_run(&sched);
	}
	sched.now = 0;
	/* Some leave from the middle of the heap. */
	for (i = 0; i < 1000; i += 3)
		co_cancel(&all[i]->task);
	while (co_next_timer(&sched) != -1) {
		CHECK(co_next_timer(&sched) >= last);
		last = co_next_timer(&sched);
		co_advance(&sched, last);
	}
	co_run(&sched);
	script_teardown();
}

static void
cancel_ends_a_sleep(void)
{
	struct script *s;

	script_setup();
	s = start(script_new('a', sleep_10, NULL, NULL));
	co_run(&sched);
	CHECK(s->task.state == CO_WAITING);
	co_cancel(&s->task);
	co_cancel(&s->task);
	CHECK_STR(script_log, ""); /* only enqueued */
	co_run(&sched);
	CHECK_STR(script_log, "a:cancelled ");
	script_teardown();
}

static void
cancel_is_sticky(void)
{
	struct script *s;

	script_setup();
	s = start(script_new('a', sleep_10, sleep_10, yield));
	co_run(&sched);
	co_cancel(&s->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:cancelled a:cancelled a:cancelled ");
	script_teardown();
}

static void
cancel_before_the_first_run(void)
{
	struct script *s;

	script_setup();
	s = start(script_new('a', sleep_10, NULL, NULL));
	co_cancel(&s->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:cancelled ");
	script_teardown();
}

static void
cancel_of_a_ready_task_keeps_what_it_was_handed(void)
{
	struct script *s;

	script_setup();
	s = start(script_new('a', sleep_10, sleep_10, NULL));
	co_run(&sched);
	co_advance(&sched, 10); /* woken, not yet run */
	co_cancel(&s->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:cancelled ");
	script_teardown();
}

static void
timeout_ends_the_await(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', enter_timeout_15, sleep_20, sleep_20);
	s->steps[3] = leave_timeout;
	s->steps[4] = sleep_10;
	start(s);
	co_run(&sched);
	co_advance(&sched, 15);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:timeout a:timeout a:timeout ");
	co_advance(&sched, 25); /* the sleep behind the scope is whole */
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:timeout a:timeout a:timeout a:ok ");
	script_teardown();
}

static void
timeout_not_reached(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', enter_timeout_15, sleep_10, leave_timeout);
	start(s);
	co_run(&sched);
	co_advance(&sched, 10);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:ok a:ok ");
	script_teardown();
}

static void
timeouts_nest(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', enter_timeout_15, enter_inner_5, sleep_20);
	s->steps[3] = leave_inner;
	s->steps[4] = sleep_20;
	s->steps[5] = leave_timeout;
	start(s);
	co_run(&sched);
	co_advance(&sched, 5);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:ok a:timeout a:timeout ");
	co_advance(&sched, 15);
	co_run(&sched);
	CHECK_STR(
	    script_log, "a:ok a:ok a:timeout a:timeout a:timeout a:timeout ");
	script_teardown();
}

static void
shield_holds_cancellation_off(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', enter_shield, sleep_10, leave_shield);
	s->steps[3] = sleep_10;
	start(s);
	co_run(&sched);
	co_cancel(&s->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok ");
	co_advance(&sched, 10);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:ok a:ok a:cancelled ");
	script_teardown();
}

static void
shield_holds_outer_timeout_off(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', enter_timeout_15, enter_shield, sleep_20);
	s->steps[3] = leave_shield;
	s->steps[4] = sleep_20;
	s->steps[5] = leave_timeout;
	start(s);
	co_run(&sched);
	co_advance(&sched, 15);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:ok ");
	co_advance(&sched, 20);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:ok a:ok a:ok a:timeout a:timeout ");
	script_teardown();
}

static void
cancel_inside_timeout(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', enter_timeout_15, sleep_20, leave_timeout);
	start(s);
	co_run(&sched);
	co_cancel(&s->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok a:cancelled a:ok ");
	script_teardown();
}

/* The signal that a child process dies of while doing this. */
static int
dies_of(void (*what)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		what();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
resume_at_a_bad_line(void)
{
	struct script *s;

	script_setup();
	s = start(script_new('a', sleep_10, NULL, NULL));
	co_run(&sched);
	s->task.line = 99999;
	co_wake(&s->task, 0);
	co_run(&sched);
}

static void
resume_after_the_end(void)
{
	struct script *s;

	script_setup();
	s = script_new('a', NULL, NULL, NULL);
	s->task.sched = &sched;
	s->task.state = CO_RUNNING;
	s->task.body(&s->task);
	s->task.body(&s->task);
}

static void
wake_twice(void)
{
	struct script *s;

	script_setup();
	s = start(script_new('a', sleep_10, NULL, NULL));
	co_run(&sched);
	co_wake(&s->task, 0);
	co_wake(&s->task, 0);
}

static void
leave_a_group_alive(void)
{
	script_setup();
	start(script_new('a', sleep_10, NULL, NULL));
	group_clear(&group);
}

static bool
suspends_nowhere(struct co_task *self, struct script *s)
{
	(void)self;
	(void)s;
	return false;
}

static void
return_without_waiting(void)
{
	script_setup();
	start(script_new('a', suspends_nowhere, NULL, NULL));
	co_run(&sched);
}

static void
end_inside_a_scope(void)
{
	script_setup();
	start(script_new('a', enter_timeout_15, NULL, NULL));
	co_run(&sched);
}

static void
misuse_traps(void)
{
	CHECK(dies_of(resume_at_a_bad_line) == SIGABRT);
	CHECK(dies_of(resume_after_the_end) == SIGABRT);
	CHECK(dies_of(wake_twice) == SIGABRT);
	CHECK(dies_of(leave_a_group_alive) == SIGABRT);
	CHECK(dies_of(return_without_waiting) == SIGABRT);
	CHECK(dies_of(end_inside_a_scope) == SIGABRT);
}

TAP_MAIN({"creating a task runs nothing", creating_runs_nothing},
    {"ready tasks run first in, first out", ready_is_fifo},
    {"sleeps end in the order of time", sleep_wakes_in_time_order},
    {"a thousand timers fire in order", many_timers_fire_in_order},
    {"cancel ends a sleep", cancel_ends_a_sleep},
    {"cancel is sticky", cancel_is_sticky},
    {"cancel before the first run", cancel_before_the_first_run},
    {"cancel of a ready task keeps what it was handed",
	cancel_of_a_ready_task_keeps_what_it_was_handed},
    {"a timeout ends the await and the next, up to its scope's end",
	timeout_ends_the_await},
    {"a timeout that is not reached", timeout_not_reached},
    {"timeouts nest", timeouts_nest},
    {"a shield holds cancellation off", shield_holds_cancellation_off},
    {"a shield holds an outer timeout off", shield_holds_outer_timeout_off},
    {"cancel inside a timeout is no timeout", cancel_inside_timeout},
    {"misuse traps: bad resume, double wake, lost wait, live group",
	misuse_traps})
