/*
 * The summary: what a run did, what concurrency gained, and what it was held
 * back by.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/totals.h"

struct buf;
struct comparison;
struct options;

/* How it is shown. */
struct summary {
	const struct totals *sequential;     /* measured, or NULL */
	const struct totals *concurrent;     /* measured, or NULL */
	const struct comparison *comparison; /* of several runs, or NULL */
	const struct options *options;
	long jobs;   /* slots */
	size_t runs; /* that were merged; 0: it is of one */
	bool color;
};

/* At least one of the two runs is there. */
void summary_print(FILE *to, const struct summary *s);

/* The same as a JSON object in one line, see coget-record(5). */
void summary_put_json(struct buf *to, const struct summary *s);

/*
 * What concurrency could gain at most: the time of the longest task, or that
 * of all of them in so many slots. Microseconds.
 */
int64_t summary_bound(const struct totals *t, long jobs);

/* Why a concurrent run did not take less time. */
enum limited_by {
	LIMITED_BY_NOTHING, /* that is worth a word */
	LIMITED_BY_SLOTS,   /* -j */
	LIMITED_BY_HOST,    /* --parallel-max-host */
	LIMITED_BY_PAUSE,   /* a host asked for it */
	LIMITED_BY_RATE,    /* --rate, --rate-host */
	LIMITED_BY_FILES,   /* open files: ulimit -n */
	LIMITED_BY_OUTPUT,  /* a slow reader */
	LIMITED_BY_TASK,    /* one long task */
};

enum limited_by summary_limited_by(const struct totals *t, long jobs);

/* Its name in JSON, NULL of LIMITED_BY_NOTHING. */
const char *limited_by_name(enum limited_by by);

#endif
