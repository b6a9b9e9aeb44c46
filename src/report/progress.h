/*
 * A run's progress, while it goes on: a bar on the terminal, a line from time
 * to time, or events for programs. See PROGRESS in coget(1).
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loop.h"
#include "report/bar.h"
#include "report/figures.h"
#include "report/sink.h"

struct options;
struct record;

struct progress {
	struct loop *loop; /* borrowed */
	int mode;	   /* enum progress_mode, but AUTO */
	int64_t interval;  /* microseconds */
	struct bar bar;
	struct sink sink;
	struct loop_hook hook; /* writes to the sink */
	struct timer timer;    /* the next update */
	/* Of the run that goes on: */
	void (*look)(void *arg, struct figures *f);
	void *arg;
	int64_t began; /* loop_clock() */
	uint64_t requests;
	struct rates rates;
	int64_t cleared; /* loop_clock() when results took the bar's place */
	bool told;	 /* a line, so that there will be a last one */
};

/*
 * Decides how; watches_typing: somebody types targets on the terminal. Warns
 * where --progress-fd is not open.
 */
void progress_open(struct progress *p, const struct options *o, struct loop *l,
    bool color, bool watches_typing);
void progress_close(struct progress *p);

/* A run begins. look fills in what is not said to belong to progress. */
void progress_begin(struct progress *p, const char *mode, size_t jobs,
    void (*look)(void *arg, struct figures *f), void *arg);

/* The figures of now; may be asked whatever the mode is. */
void progress_look(struct progress *p, struct figures *f);

void progress_started(struct progress *p, const struct record *r);
void progress_retrying(
    struct progress *p, const struct record *r, int64_t delay);
void progress_ended(struct progress *p, const struct record *r);

/* The run has ended; so many tasks had each outcome. */
void progress_end(struct progress *p, const size_t *outcomes);

/*
 * The terminal is to be written by somebody else; arg is the progress. False:
 * it is not to be, as it takes nothing now.
 */
bool progress_clear_way(void *arg);

/* The same for stderr (msg_set_guard), and in a signal handler. */
void progress_guard(void *arg);
void progress_last(void *arg);

#endif
