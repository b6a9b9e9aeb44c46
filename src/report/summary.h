/*
 * The summary: what a run did, and what concurrency gained.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fetch/record.h"

struct host_limit {
	char *host;
	size_t limit, trouble;
};

/* What a run adds up. */
struct totals {
	size_t outcomes[OUTCOME_COUNT];
	int64_t time_tasks;   /* of all tasks, one after the other; usec */
	int64_t time_run;     /* measured; usec */
	int64_t time_blocked; /* of it: the reader was slow; usec */
	size_t unmodified;
	size_t known; /* that were not fetched: their records were there */
	size_t most_at_once;
	bool cut;		   /* it was interrupted */
	bool settled;		   /* what --return-when waits for came */
	struct host_limit *limits; /* that were learned; owned */
	size_t limit_count;
};

void totals_clear(struct totals *t);

void totals_add(struct totals *t, const struct record *r);

/*
 * A host takes so many requests at once, as far as is known; trouble is the
 * number that met trouble, 0: none did.
 */
void totals_add_limit(
    struct totals *t, const char *host, size_t limit, size_t trouble);

/* Were there tasks, and had all of them nothing new (304, --time-cond,
 * --changed-only)? */
bool totals_unmodified(const struct totals *t);

/* Every task ok or skipped, or what was waited for there? */
bool totals_fine(const struct totals *t);

/* How it is shown. */
struct summary {
	const struct totals *sequential; /* measured, or NULL */
	const struct totals *concurrent; /* measured, or NULL */
	long jobs;
	bool color;
};

/* At least one of the two runs is there. */
void summary_print(FILE *to, const struct summary *s);

#endif
