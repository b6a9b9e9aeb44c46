/*
 * A run: the root coroutine, from the source over the fetch tasks to the
 * gathered results. Owns all that lives only as long.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <time.h>

#include "core/loop.h"
#include "fetch/fetch.h"
#include "input/options.h"
#include "input/source.h"
#include "output/format.h"
#include "output/gather.h"
#include "output/stream.h"
#include "output/writer.h"
#include "report/totals.h"
#include "report/progress.h"
#include "report/timeline.h"
#include "report/trace.h"
#include "capacity.h"
#include "history.h"
#include "stop_rules.h"

struct differences;

/* What a run is given; all borrowed. */
struct run_setup {
	struct loop *loop;
	const struct options *options;
	struct source *source;
	struct request_rules rules;
	struct capacity capacity;
	bool sequential;
	struct stream *out;	 /* NULL: results go nowhere */
	struct stream *told;	 /* what -w says, if not out; or NULL */
	struct history *history; /* or NULL */
	struct multi *multi;	 /* whose connections are kept, or NULL */
	struct differences *differences; /* of several runs, or NULL */
	bool rehearses;			 /* writes no files */
	struct progress *progress;
	struct trace trace;
	struct timeline *timeline; /* or NULL */
	const char *skip_cause;	   /* not NULL: nothing is fetched */
	const char *stop_cause;	   /* not NULL: everything is cancelled */
};

/* What came of it. */
struct run_result {
	struct totals totals;
	uint64_t transfers;
	bool starved;	    /* there was no descriptor or memory to connect */
	bool input_failed;  /* a list, or an upload, could not be read */
	bool output_failed; /* a file could not be written */
	bool results_lost;  /* what was kept could not be read: all ended */
	bool deadline_passed;
	time_t modified; /* the newest of the bodies, for -R; 0: not known */
};

struct run {
	const struct run_setup *setup;
	struct run_result *result;
	struct co_group root;  /* the reader and the root coroutine */
	struct co_group tasks; /* the fetch tasks */
	struct queue targets;
	struct co_task *root_task; /* until it ends */
	struct source_count count; /* of targets to come */
	struct reader *reader;	   /* until the queue is closed */
	struct co_task *deadline;  /* while it waits, or NULL */
	struct files files;
	struct xfer_pool pool;
	struct cache cache;
	struct fetch_env env;
	struct spool spool;
	struct gather gather;
	struct semaphore unfinished; /* a permit a task that may have begun */
	size_t lent;		     /* of them, beyond what is usual */
	struct writer writer;
	struct stop_rules stop;
	const struct format_ops *format;
	struct result in_hand; /* of the record that ended */
	int64_t began;	       /* loop_clock() */
	size_t started;
	bool streams;  /* bodies, while they come */
	bool stopping; /* starts nothing more; all else is cancelled */
	bool aborted;  /* and nothing is written any more */
};

/*
 * Runs to the end. While it lasts, *current is the run, for run_interrupt
 * and run_abort.
 */
void run_all(const struct run_setup *setup, struct run_result *result,
    struct run **current);

/* Starts nothing more; the rest is recorded as cancelled, for this cause. */
void run_interrupt(struct run *r, const char *cause);

/*
 * Results cannot be kept; the problem is told, unless *told, which is set:
 * starts nothing more, as run_interrupt with that cause.
 */
void run_cannot_keep(
    struct run *r, const char *problem, bool *told, const char *cause);

/* A task has its record: another one may begin. */
void run_task_ended(struct run *r);

/* The output is gone: ends without any more records. */
void run_abort(struct run *r);

#endif
