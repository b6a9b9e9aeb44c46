/*
 * Ending early.
 */
#include "config.h"

#include "ending.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/temporary.h"

static const struct {
	int number;
	const char *cause;
} caught[ENDING_SIGNALS] = {
    {SIGINT, "interrupted by SIGINT"},
    {SIGTERM, "interrupted by SIGTERM"},
    {SIGHUP, "interrupted by SIGHUP"},
};

/* So soon after the first one the same signal is no second one. */
#define ECHO_WITHIN 50 /* milliseconds */

/* No signal interrupts the handler of another: libevent sees to that. */
static volatile sig_atomic_t first_signal;
static int64_t first_at;
static void (*pass_on)(int); /* libevent's handler: tells the loop */

static void (*volatile clean_call)(void *);
static void *volatile clean_arg;

/* Milliseconds; may be called by a handler. */
static int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * timeout(1) signals its child and then its group, which is the same once
 * more: nobody means that.
 */
static bool
is_echo(int signo)
{
	return signo == first_signal && clock_now() - first_at < ECHO_WITHIN;
}

/* The loop may be far from its next turn: the second signal does not wait. */
static void
on_signal(int signo)
{
	int saved = errno;

	if (first_signal == 0) {
		first_signal = signo;
		first_at = clock_now();
		pass_on(signo);
		errno = saved;
		return;
	}
	if (is_echo(signo))
		return;
	temporary_remove_all();
	if (clean_call != NULL)
		clean_call(clean_arg);
	signal(signo, SIG_DFL);
	raise(signo);
}

void
ending_clean(void (*clean)(void *arg), void *arg)
{
	clean_call = NULL;
	clean_arg = arg;
	clean_call = clean;
}

void
ending_stop(void)
{
	struct sigaction action, old;

	memset(&action, 0, sizeof action);
	action.sa_handler = SIG_DFL;
	sigaction(SIGTSTP, &action, &old);
	raise(SIGTSTP); /* goes on at SIGCONT */
	sigaction(SIGTSTP, &old, NULL);
}

/* What the caller made of it; systemd's services have it ignored. */
static bool catches_pipe, ends_by_pipe;

static bool
is_ignored(int signo)
{
	struct sigaction old;

	return sigaction(signo, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
}

bool
ending_by_pipe(void)
{
	return catches_pipe ? ends_by_pipe : !is_ignored(SIGPIPE);
}

void
ending_catch(struct ending *e, struct loop *l,
    void (*taken)(void *arg, int signo), void *arg)
{
	struct sigaction action;
	size_t i;

	if (!catches_pipe)
		ends_by_pipe = !is_ignored(SIGPIPE);
	catches_pipe = true;
	signal(SIGPIPE, SIG_IGN); /* a write fails, and we end by it later */
#ifdef SIGXFSZ
	signal(SIGXFSZ, SIG_IGN); /* a write fails, and is reported */
#endif
	for (i = 0; i < ENDING_SIGNALS; i++) {
		/*
		 * The wish of nohup or trap is obeyed. SIGINT is ignored in
		 * background jobs of scripts, but whoever sends it there
		 * means it.
		 */
		if (caught[i].number != SIGINT && is_ignored(caught[i].number))
			continue;
		loop_signal_init(
		    &e->signals[i], l, caught[i].number, taken, arg);
		/* Before libevent's handler, which knows only the loop. */
		sigaction(caught[i].number, NULL, &action);
		pass_on = action.sa_handler;
		action.sa_handler = on_signal;
		sigaction(caught[i].number, &action, NULL);
	}
}

void
ending_release(struct ending *e)
{
	size_t i;

	for (i = 0; i < ENDING_SIGNALS; i++)
		loop_signal_clear(&e->signals[i]);
}

const char *
ending_cause(int signo)
{
	size_t i = 0;

	while (caught[i].number != signo)
		i++;
	return caught[i].cause;
}

void
ending_by_signal(int signo)
{
	fflush(NULL);
	signal(signo, SIG_DFL);
	raise(signo);
	_exit(128 + signo); /* where it is blocked */
}
