/*
 * Who watches a run: progress, the signals that ask what it does, --debug.
 * Signals belong to the process, so this is part of how it is put together.
 */
#ifndef WATCHING_H
#define WATCHING_H

#include <stdbool.h>

#include "core/loop.h"
#include "input/source.h"
#include "output/stream.h"
#include "report/progress.h"

struct run;
struct run_result;

/* SIGUSR1, and SIGINFO where there is one. */
#define WATCHING_SIGNALS 2

struct watching {
	struct loop *loop; /* borrowed */
	struct progress progress;
	struct loop_debug debug;
	bool debugs;
	struct loop_signal looks[WATCHING_SIGNALS], stops;
	struct run **run; /* the one that goes on, or NULL; borrowed */
};

/* Until the loop takes the signals that ask, they do nothing. */
void watching_prepare(void);

/* Everything is borrowed, and open; told may be NULL; run: see run_all. */
void watching_start(struct watching *w, struct loop *l, const struct options *o,
    bool color, const struct source *source, struct stream *out,
    struct stream *told, struct run **run);
void watching_end(struct watching *w);

/* A run has ended. */
void watching_ran(const struct watching *w, const struct run_result *result);

#endif
