/*
 * What a run adds up of its records, in bounded memory however many there
 * are.
 */
#ifndef REPORT_TOTALS_H
#define REPORT_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "fetch/record.h"
#include "report/causes.h"

/* So many of the slowest tasks are named. */
#define TOTALS_SLOWEST 3

struct host_limit {
	char *host;
	size_t limit, trouble;
};

struct slow_task {
	size_t index;
	char *name; /* owned */
	int64_t time;
};

/* All times are microseconds. All zero at first. */
struct totals {
	size_t outcomes[OUTCOME_COUNT];
	size_t records;
	size_t attempts;
	int64_t size_download;
	int64_t time_tasks;   /* of all tasks, one after the other */
	int64_t time_backoff; /* of it: without a slot, between attempts */
	int64_t time_setup;   /* of connections that those had not needed */
	int64_t started_at;   /* the run, since 1970; 0: not known */
	int64_t time_run;     /* measured */
	int64_t time_blocked; /* of it: the reader was slow */
	int64_t time_rate;    /* so long --rate takes for all attempts */
	int64_t time_paced;   /* by that, longer than all tasks one by one */
	int64_t waits[WAIT_COUNT]; /* of all tasks in the queue */
	size_t unmodified;
	size_t known; /* that were not fetched: their records were there */
	size_t most_at_once;
	bool cut;		   /* it was interrupted */
	bool settled;		   /* what --return-when waits for came */
	struct host_limit *limits; /* that were learned; owned */
	size_t limit_count;
	struct histogram times;			  /* of tasks */
	struct slow_task slowest[TOTALS_SLOWEST]; /* the slowest first */
	size_t slowest_count;
	struct causes causes; /* of failures */
	uint64_t *hosts;      /* hashes of those connected to; owned */
	size_t host_count;
};

void totals_clear(struct totals *t);

void totals_add(struct totals *t, const struct record *r);

/*
 * Adds all that another run has, but when and how long it ran, and how much at
 * once: that does not add up.
 */
void totals_join(struct totals *t, const struct totals *other);

/* Is the task among the slowest? Of its name a copy is kept. */
void totals_note_slow(
    struct totals *t, size_t index, const char *name, int64_t time);

/*
 * A host takes so many requests at once, as far as is known; trouble is the
 * number that met trouble, 0: none did.
 */
void totals_add_limit(
    struct totals *t, const char *host, size_t limit, size_t trouble);

/*
 * What the tasks would have taken one after the other: the sum of their
 * times, without the connections that only concurrency needed, or longer
 * where --rate wants that.
 */
int64_t totals_one_by_one(const struct totals *t);

/* --rate takes so long for all attempts: for one run, once it has ended. */
void totals_set_rate(struct totals *t, int64_t usec);

/* How long the tasks had slots, all together, without those connections. */
int64_t totals_in_slots(const struct totals *t);

/* Were there tasks, and had all of them nothing new (304, --time-cond,
 * --changed-only)? */
bool totals_unmodified(const struct totals *t);

/* Every task ok or skipped, or what was waited for there? */
bool totals_fine(const struct totals *t);

#endif
