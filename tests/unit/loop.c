/*
 * core/loop: the scheduler on libevent, with real pipes and a real clock.
 */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "base/units.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "tap.h"

static struct loop loop;
static struct co_group group;

struct waiter {
	struct co_task task;
	struct loop_fd watch;
	int error;
	int64_t woke;
};

static struct {
	int count;
	int errors[4];
	int64_t times[4];
} seen;

static void
waiter_body(struct co_task *self)
{
	struct waiter *w = (struct waiter *)self;

	CO_BEGIN(self);
	CO_AWAIT(self, loop_fd_wait(self, &w->watch));
	seen.errors[seen.count] = self->error;
	seen.times[seen.count++] = loop_clock();
	CO_END(self);
}

static void
sleeper_body(struct co_task *self)
{
	CO_BEGIN(self);
	CO_AWAIT(self, co_sleep(self, 30 * USEC_PER_MSEC));
	seen.errors[seen.count] = self->error;
	seen.times[seen.count++] = loop_clock();
	CO_END(self);
}

static void
waiter_clear(struct co_task *self)
{
	loop_fd_clear(&((struct waiter *)self)->watch);
}

static struct waiter *
start(int fd)
{
	struct waiter *w = xcalloc(1, sizeof *w);

	co_task_init(
	    &w->task, fd == -1 ? sleeper_body : waiter_body, waiter_clear);
	if (fd != -1)
		loop_fd_init(&w->watch, &loop, fd);
	group_start(&group, &w->task);
	return w;
}

static void
setup(void)
{
	memset(&seen, 0, sizeof seen);
	loop_init(&loop);
	group_init(&group, &loop.sched);
}

static void
teardown(void)
{
	group_clear(&group);
	loop_clear(&loop);
}

static void
sleep_lasts(void)
{
	int64_t began;

	setup();
	start(-1);
	began = loop_clock();
	loop_run(&loop, &group);
	CHECK(seen.count == 1 && seen.errors[0] == 0);
	CHECK(seen.times[0] - began >= 29 * USEC_PER_MSEC);
	teardown();
}

static void
pipe_wakes(void)
{
	int fds[2];

	setup();
	CHECK(pipe(fds) == 0 && write(fds[1], "x", 1) == 1);
	start(fds[0]);
	loop_run(&loop, &group);
	CHECK(seen.count == 1 && seen.errors[0] == 0);
	teardown();
	close(fds[0]);
	close(fds[1]);
}

/* A hook that acts in the third turn, while a task waits. */
static struct waiter *hooked;
static int turns;

static bool
cancel_in_third_turn(void *arg)
{
	(void)arg;
	if (++turns == 3)
		co_cancel(&hooked->task);
	return turns <= 3;
}

static bool
nudge_in_third_turn(void *arg)
{
	(void)arg;
	if (++turns == 3)
		loop_fd_nudge(&hooked->watch);
	return turns <= 3;
}

static void
run_hooked(bool (*run)(void *))
{
	struct loop_hook hook;
	int fds[2];

	setup();
	turns = 0;
	CHECK(pipe(fds) == 0);
	hooked = start(fds[0]);
	loop_add_reap_hook(&loop, &hook, run, NULL);
	loop_run(&loop, &group);
	loop_hook_remove(&hook);
	teardown();
	close(fds[0]);
	close(fds[1]);
}

static void
cancel_ends_a_descriptor_wait(void)
{
	run_hooked(cancel_in_third_turn);
	CHECK(seen.count == 1 && seen.errors[0] == ECANCELED);
}

static void
nudge_ends_a_descriptor_wait(void)
{
	run_hooked(nudge_in_third_turn);
	CHECK(seen.count == 1 && seen.errors[0] == 0);
}

static void
regular_file_is_ready(void)
{
	FILE *file = tmpfile();

	setup();
	start(fileno(file));
	loop_run(&loop, &group);
	CHECK(seen.count == 1 && seen.errors[0] == 0);
	teardown();
	fclose(file);
}

/* A body that keeps all others from their turn. */
static void
hog_body(struct co_task *self)
{
	CO_BEGIN(self);
	CO_AWAIT(self, co_yield(self));
	usleep(60 * 1000);
	CO_END(self);
}

static struct loop_piece hog;

static void
note_slow(void *arg, const struct loop_debug *d)
{
	CHECK(arg == &hog);
	hog = d->longest;
}

static void
debug_names_what_is_slow(void)
{
	struct loop_debug debug;
	struct co_task *task = xcalloc(1, sizeof *task);

	setup();
	memset(&hog, 0, sizeof hog);
	loop_debug_init(&debug, 50 * USEC_PER_MSEC, note_slow, &hog);
	loop_set_debug(&loop, &debug);
	co_task_init(task, hog_body, NULL);
	group_start(&group, task);
	start(-1);
	loop_run(&loop, &group);
	CHECK(debug.slow_turns >= 1 && debug.turns > debug.slow_turns);
	CHECK(hog.name != NULL && strcmp(hog.name, "hog_body") == 0);
	CHECK(hog.file != NULL && strstr(hog.file, "loop.c") != NULL);
	CHECK(hog.line > 0 && hog.usec >= 60 * USEC_PER_MSEC);
	CHECK(debug.usec_longest >= hog.usec);
	CHECK(loop.sched.fired >= 1);
	teardown();
}

TAP_MAIN({"a sleep lasts as long as it should", sleep_lasts},
    {"a readable pipe wakes its task", pipe_wakes},
    {"cancel ends the wait for a descriptor", cancel_ends_a_descriptor_wait},
    {"a nudge ends the wait for a descriptor", nudge_ends_a_descriptor_wait},
    {"a regular file is always ready", regular_file_is_ready},
    {"debug names what kept the loop from turning", debug_names_what_is_slow})
