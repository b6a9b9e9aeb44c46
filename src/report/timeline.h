/*
 * The timeline: what every task of a run did from when to when, collected
 * while the run goes on and drawn when all are over. Of each kind of run the
 * last one is kept. In memory are 16 bytes a task; the rest is in a store.
 *
 * The floors below keep the logs of tasks (task_log.h) where fetch_env says
 * so, and the writer tells how long results were held.
 */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fetch/record.h"
#include "fetch/task_log.h"
#include "report/lanes.h"
#include "report/store.h"

struct timeline_file;
struct timeline_options;
struct timeline_place;

enum timeline_kind {
	TIMELINE_SEQUENTIAL,
	TIMELINE_CONCURRENT,
	TIMELINE_KINDS,
};

struct timeline_run {
	enum timeline_kind kind;
	bool exists;
	bool cut;	   /* it ended before all was fetched */
	int64_t began;	   /* loop_clock() */
	int64_t wall;	   /* the same moment, since 1970 */
	int64_t length;	   /* of all that is to be seen; microseconds */
	size_t count;	   /* tasks: their places are smaller */
	size_t index_most; /* of them */
	size_t outcomes[OUTCOME_COUNT];
	int64_t states[STATE_COUNT]; /* of all tasks; microseconds */
	int64_t time_tasks;	     /* as that of struct totals */
	size_t most_at_once;	     /* attempts */
	struct lanes lanes;
	struct timeline_place *places; /* owned */
	size_t place_count;
	struct store store; /* of rows */
	struct buf row;	    /* scratch, as the next two */
	struct buf texts;
	struct task_span *spans;
	size_t span_size;
};

/* A task; all times are microseconds since the run began. */
struct timeline_row {
	size_t index;
	int64_t began, ended; /* without being held */
	int64_t held;
	int64_t time_total; /* of the last attempt */
	int attempts;	    /* 0: it has no lane */
	size_t lane;
	enum outcome outcome;
	long response_code;
	long long size;		       /* of the body */
	const struct task_span *spans; /* STATE_HELD too */
	size_t span_count;
	/* Text, without passwords; "" where there is none. */
	const char *name, *url, *host;
	const char *har; /* an entry but for its end, or NULL */
	size_t har_len;
};

struct timeline {
	const struct timeline_options *options; /* borrowed */
	struct timeline_run runs[TIMELINE_KINDS];
	struct timeline_run *current; /* or NULL */
	struct timeline_file *files;  /* owned; as many as the options say */
	bool has_har;
};

/*
 * Creates the files under their temporary names. Returns 0, or -1 and the
 * cause (the caller's); either way timeline_clear is to follow.
 */
int timeline_open(
    struct timeline *t, const struct timeline_options *o, char **cause);
void timeline_clear(struct timeline *t);

/* From now on tasks belong to this run, which is forgotten if it was there. */
void timeline_begin_run(struct timeline *t, enum timeline_kind kind);
void timeline_end_run(struct timeline *t, size_t most_at_once, bool cut);

/* A task has begun its first attempt. */
void timeline_started(struct timeline *t, const struct record *r);

/* A task has ended, at that loop_clock(). */
void timeline_ended(struct timeline *t, const struct record *r, int64_t now);

/* The result of the task at that place, which has ended, was held so long. */
void timeline_held(struct timeline *t, size_t at, int64_t usec);

/*
 * The task at that place, until the next call. False: there is none, or the
 * store cannot be read (its problem).
 */
bool timeline_row(
    struct timeline_run *run, size_t at, struct timeline_row *row);

/* Draws on a terminal, or what is none. */
void timeline_print(struct timeline *t, FILE *to, bool color);

/*
 * Writes the files. Returns 0, or -1 where one could not be written: that has
 * been told.
 */
int timeline_write(struct timeline *t);

#endif
