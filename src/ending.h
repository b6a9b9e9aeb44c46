/*
 * How the process ends before its work is done: signals. Handlers get no
 * argument, so this is the process's own state.
 */
#ifndef ENDING_H
#define ENDING_H

#include "core/loop.h"

#define ENDING_SIGNALS 3

struct ending {
	struct loop_signal signals[ENDING_SIGNALS];
};

/*
 * Catches SIGINT, SIGTERM and (but under nohup) SIGHUP. The first one calls
 * taken in the loop; the second one ends the process at once, wherever it is.
 */
void ending_catch(struct ending *e, struct loop *l,
    void (*taken)(void *arg, int signo), void *arg);
void ending_release(struct ending *e);

/* "interrupted by SIGINT", of a signal that is caught. */
const char *ending_cause(int signo);

/*
 * Called with arg when a second signal ends the process, to clean the
 * terminal: in a signal handler. NULL: nothing is.
 */
void ending_clean(void (*clean)(void *arg), void *arg);

/* Stops the process, as SIGTSTP does where nobody catches it. */
void ending_stop(void);

/*
 * Does the program end by SIGPIPE when the reader of its output is gone? Where
 * it was ignored when the program began, that is an output that failed.
 */
bool ending_by_pipe(void);

/* Ends as whoever waits for us expects: by the signal. */
void ending_by_signal(int signo) __attribute__((noreturn));

#endif
