/*
 * The event loop: turns the scheduler of co.h with libevent. Knows no HTTP
 * and no libcurl; those who do join in with a hook.
 *
 * One turn: the hooks reap what has finished outside, ready tasks run until
 * none is ready, the flush hooks write, and libevent waits for more. Nothing
 * runs a task's body from inside a callback.
 */
#ifndef CORE_LOOP_H
#define CORE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "core/co.h"
#include "core/loop_debug.h"
#include "core/sync.h"

struct event;
struct event_base;

struct loop {
	struct event_base *base;
	struct co_sched sched;
	struct list reap_hooks;
	struct list flush_hooks;
	struct event *timer;	  /* for the scheduler's earliest timer */
	int64_t timer_when;	  /* what it is set for, or -1 */
	struct loop_debug *debug; /* borrowed; NULL: nobody wants to know */
};

/* Joins the turn; stands in its owner. Returns true when it did something. */
struct loop_hook {
	struct list link;
	bool (*run)(void *arg);
	void *arg;	  /* borrowed */
	const char *name; /* what it does, for people; set after it joined;
			     borrowed; or NULL */
};

/* Dies (EXIT_LOCAL) when libevent cannot start. */
void loop_init(struct loop *l);
void loop_clear(struct loop *l);

/* From now on the figures are kept there; borrowed. */
void loop_set_debug(struct loop *l, struct loop_debug *debug);

/*
 * For callbacks of libevent that may take long: when it began, and that it
 * has ended. Without --debug they do nothing.
 */
int64_t loop_piece_begin(const struct loop *l);
void loop_piece_end(struct loop *l, const char *name, int64_t began);

/* Turns until the group has no task. */
void loop_run(struct loop *l, struct co_group *root);

/* The monotonic clock in microseconds. */
int64_t loop_clock(void);

/* Microseconds since 1970. */
int64_t loop_wall_clock(void);

/* Before ready tasks run, again and again while it returns true. */
void loop_add_reap_hook(
    struct loop *l, struct loop_hook *hook, bool (*run)(void *), void *arg);

/* Once a turn, after the tasks. */
void loop_add_flush_hook(
    struct loop *l, struct loop_hook *hook, bool (*run)(void *), void *arg);

void loop_hook_remove(struct loop_hook *hook);

/* A descriptor to read from. Regular files and devices are always ready. */
struct loop_fd {
	struct event *event; /* NULL: always ready */
	struct co_task *waiter;
};

/* The descriptor stays the caller's. */
void loop_fd_init(struct loop_fd *f, struct loop *l, int fd);
void loop_fd_clear(struct loop_fd *f);

/* Await: ends when the descriptor can be read, or at loop_fd_nudge. */
bool loop_fd_wait(struct co_task *self, struct loop_fd *f);
void loop_fd_nudge(struct loop_fd *f);

/* A signal that is taken in the loop, between tasks. */
struct loop_signal {
	struct event *event;
	void (*taken)(void *arg, int signo);
	void *arg; /* borrowed */
};

/* Dies (EXIT_LOCAL) where the signal cannot be caught. */
void loop_signal_init(struct loop_signal *s, struct loop *l, int signo,
    void (*taken)(void *arg, int signo), void *arg);

/* Nothing happens to one that was never initialized but is all zero. */
void loop_signal_clear(struct loop_signal *s);

#endif
