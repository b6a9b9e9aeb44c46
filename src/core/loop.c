/*
 * The event loop. Owns the event base and the scheduler.
 */
#include "config.h"

#include "core/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/library_memory.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"

/*
 * Rounds of hooks and tasks, and bodies called in one round, before
 * descriptors and signals get their turn again: tasks that wake each other
 * without end must not keep them out.
 */
#define ROUNDS_MAX 8
#define STEPS_MAX  1024

int64_t
loop_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

int64_t
loop_wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* libevent's callback for the scheduler's timer: the turn does the rest. */
static void
timer_due(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;

	(void)fd;
	(void)what;
	l->timer_when = -1;
}

/*
 * libevent's own lines, as ours. What it could not tell the system to watch
 * (no room for it, ENOSPC), it forgets: nobody would be woken.
 */
static void
on_log(int severity, const char *text)
{
	const int error = errno;

	if (severity < EVENT_LOG_WARN)
		return;
	if ((error == ENOSPC || error == ENOMEM) &&
	    strncmp(text, "Epoll ", 6) == 0)
		msg_die(EXIT_LOCAL, "libevent: %s", text);
	msg_warn("libevent: %s", text);
}

void
loop_init(struct loop *l)
{
	struct event_config *config;

	event_set_mem_functions(library_malloc, library_realloc, free);
	event_set_log_callback(on_log);
	config = event_config_new();
	memset(l, 0, sizeof *l);
	list_init(&l->reap_hooks);
	list_init(&l->flush_hooks);
	co_sched_init(&l->sched);
	co_advance(&l->sched, loop_clock());
	l->timer_when = -1;
	if (config != NULL) {
		event_config_set_flag(config,
		    EVENT_BASE_FLAG_NOLOCK |
			EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST |
			EVENT_BASE_FLAG_PRECISE_TIMER);
		l->base = event_base_new_with_config(config);
		event_config_free(config);
	}
	if (l->base != NULL)
		l->timer = event_new(l->base, -1, 0, timer_due, l);
	if (l->timer == NULL)
		msg_die(EXIT_LOCAL, _("cannot start the event loop"));
}

void
loop_clear(struct loop *l)
{
	event_free(l->timer);
	event_base_free(l->base);
	libevent_global_shutdown();
	co_sched_clear(&l->sched);
}

void
loop_set_debug(struct loop *l, struct loop_debug *debug)
{
	l->debug = debug;
	l->sched.call = loop_debug_call;
	l->sched.arg = debug;
}

int64_t
loop_piece_begin(const struct loop *l)
{
	return l->debug != NULL ? loop_clock() : 0;
}

void
loop_piece_end(struct loop *l, const char *name, int64_t began)
{
	if (l->debug != NULL)
		loop_debug_add(l->debug, name, began);
}

static bool
run_hooks(struct loop *l, struct list *hooks)
{
	struct list *node;
	struct loop_hook *hook;
	bool did = false;
	int64_t began;

	for (node = hooks->next; node != hooks; node = node->next) {
		hook = LIST_ITEM(node, struct loop_hook, link);
		began = loop_piece_begin(l);
		if (hook->run(hook->arg))
			did = true;
		loop_piece_end(
		    l, hook->name != NULL ? hook->name : "a hook", began);
	}
	return did;
}

static void
advance(struct loop *l)
{
	int64_t began = loop_piece_begin(l);

	co_advance(&l->sched, loop_clock());
	loop_piece_end(l, "timers", began);
}

/* Sets libevent's timer to the scheduler's earliest one. */
static void
set_timer(struct loop *l)
{
	int64_t wait, when = co_next_timer(&l->sched);
	struct timeval tv;

	if (when == l->timer_when)
		return;
	l->timer_when = when;
	if (when == -1) {
		event_del(l->timer);
		return;
	}
	wait = when - loop_clock();
	if (wait < 0)
		wait = 0;
	tv.tv_sec = (time_t)(wait / USEC_PER_SEC);
	tv.tv_usec = (suseconds_t)(wait % USEC_PER_SEC);
	event_add(l->timer, &tv);
}

void
loop_run(struct loop *l, struct co_group *root)
{
	int rounds, steps;
	bool more;

	for (;;) {
		advance(l);
		rounds = 0;
		do {
			more = run_hooks(l, &l->reap_hooks);
			steps = 0;
			while (steps < STEPS_MAX && co_step(&l->sched))
				steps++;
			more = more || steps > 0;
		} while (more && ++rounds < ROUNDS_MAX);
		run_hooks(l, &l->flush_hooks);
		if (l->debug != NULL)
			loop_debug_turn(l->debug);
		if (root->live == 0)
			break;
		/* A flush may have woken tasks. */
		more = more || co_first_waiter(&l->sched.ready) != NULL;
		set_timer(l);
		if (event_base_loop(l->base,
			EVLOOP_ONCE | (more ? EVLOOP_NONBLOCK : 0)) != 0 &&
		    !more)
			/* tasks wait, but nothing can wake them */
			msg_die(EXIT_LOCAL, _("the event loop has failed"));
	}
}

static void
add_hook(
    struct list *hooks, struct loop_hook *hook, bool (*run)(void *), void *arg)
{
	hook->run = run;
	hook->arg = arg;
	hook->name = NULL;
	list_append(hooks, &hook->link);
}

void
loop_add_reap_hook(
    struct loop *l, struct loop_hook *hook, bool (*run)(void *), void *arg)
{
	add_hook(&l->reap_hooks, hook, run, arg);
}

void
loop_add_flush_hook(
    struct loop *l, struct loop_hook *hook, bool (*run)(void *), void *arg)
{
	add_hook(&l->flush_hooks, hook, run, arg);
}

void
loop_hook_remove(struct loop_hook *hook)
{
	list_remove(&hook->link);
}

static void
fd_ready(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	loop_fd_nudge(arg);
}

/* epoll knows pipes, sockets and terminals; the rest is always ready. */
static bool
can_wait(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || isatty(fd));
}

void
loop_fd_init(struct loop_fd *f, struct loop *l, int fd)
{
	memset(f, 0, sizeof *f);
	if (!can_wait(fd))
		return;
	f->event = event_new(l->base, fd, EV_READ, fd_ready, f);
	if (f->event == NULL)
		msg_die(EXIT_LOCAL, _("cannot watch descriptor %d"), fd);
}

void
loop_fd_clear(struct loop_fd *f)
{
	if (f->event != NULL)
		event_free(f->event);
	f->event = NULL;
}

static void
fd_undo(struct co_task *self)
{
	struct loop_fd *f = self->wait;

	event_del(f->event);
	f->waiter = NULL;
}

bool
loop_fd_wait(struct co_task *self, struct loop_fd *f)
{
	if (f->event == NULL)
		return co_yield(self); /* always ready, but others first */
	if (co_interrupted(self))
		return true;
	if (event_add(f->event, NULL) != 0)
		xmalloc_exhausted();
	self->wait = f;
	f->waiter = self;
	return co_suspend(self, NULL, fd_undo);
}

void
loop_fd_nudge(struct loop_fd *f)
{
	struct co_task *t = f->waiter;

	if (t == NULL)
		return;
	event_del(f->event);
	f->waiter = NULL;
	co_wake(t, 0);
}

static void
signal_taken(evutil_socket_t signo, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)what;
	s->taken(s->arg, (int)signo);
}

void
loop_signal_init(struct loop_signal *s, struct loop *l, int signo,
    void (*taken)(void *arg, int signo), void *arg)
{
	s->taken = taken;
	s->arg = arg;
	s->event = evsignal_new(l->base, signo, signal_taken, s);
	if (s->event == NULL || event_add(s->event, NULL) != 0)
		msg_die(EXIT_LOCAL, _("cannot catch signal %d"), signo);
}

void
loop_signal_clear(struct loop_signal *s)
{
	if (s->event != NULL)
		event_free(s->event);
	s->event = NULL;
}
