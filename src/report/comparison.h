/*
 * What several runs of the same targets measured, one way and the other: the
 * times of each way, and whether the responses were the same.
 */
#ifndef REPORT_COMPARISON_H
#define REPORT_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/statistics.h"

struct buf;

/* So many tasks that were answered differently are named. */
#define COMPARISON_EXAMPLES 10

/* A way to run, and how long it took in each round. */
struct way {
	bool sequential;
	long jobs;
	double *times; /* seconds; owned */
	size_t count;
	double user, system; /* CPU seconds of all rounds together */
	bool cut;	     /* at least one was interrupted */
};

struct comparison {
	struct way *ways; /* the first is what others are compared with;
			     owned */
	size_t way_count;
	size_t rounds; /* that are asked for */
	bool is_sweep; /* over numbers of slots */
	bool warm;     /* connections are kept between runs */
	bool warmed_up;
	uint64_t seed;

	size_t compared; /* tasks with more than one response */
	size_t differing;
	char *examples[COMPARISON_EXAMPLES]; /* owned */
	size_t example_count;
};

/* All zero at first. */
void comparison_clear(struct comparison *c);

/* A further way to run. */
void comparison_add_way(struct comparison *c, bool sequential, long jobs);

/* A run has ended, after so many seconds. */
void comparison_add_time(struct way *w, double seconds);

/* The slots of the last way; no more than there are. */
long comparison_last_jobs(const struct comparison *c, long most);

/* Has every way been measured? */
bool comparison_is_complete(const struct comparison *c);

/*
 * By how much a way was faster than the first: the median over all rounds of
 * one time divided by the other, and its 95 % bootstrap interval.
 */
struct ratio {
	double median;
	struct interval interval;
};

void comparison_ratio(
    const struct comparison *c, const struct way *w, struct ratio *ratio);

/* Lines of the summary: of the times, and of the connections and responses. */
void comparison_print_times(
    FILE *to, const struct comparison *c, size_t most_at_once, bool color);
void comparison_print_rest(FILE *to, const struct comparison *c);

/* Fields of the JSON summary: "results", as hyperfine's, and "comparison". */
void comparison_put_json(struct buf *to, const struct comparison *c);

/* A bar for each way, in the width of the terminal that it goes to. */
void comparison_print_chart(FILE *to, const struct comparison *c, bool color);

/* The same as a picture, a whole SVG file. */
void comparison_put_svg(struct buf *to, const struct comparison *c);

#endif
