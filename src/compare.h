/*
 * --compare: the same targets several times, one way and the other in turn,
 * each result printed once.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/comparison.h"
#include "run.h"

/* How one of the runs is to be. */
struct run_way {
	bool sequential;
	bool prints; /* else its results are thrown away */
	long jobs;
	struct multi *multi;		 /* borrowed; or NULL */
	struct differences *differences; /* borrowed; or NULL */
};

/* Who runs; all borrowed. */
struct compare_runner {
	const struct options *options;
	struct loop *loop;
	const struct capacity *capacity; /* the largest of all runs */
	void (*run)(
	    void *arg, const struct run_way *way, struct run_result *result);
	/* Is it over: has a signal come, is the output gone? */
	bool (*is_over)(void *arg);
	void *arg;
};

/*
 * Runs as often as the options say. *printed is the run whose results were
 * printed; *sequential the last sequential one, all zero if there was none.
 * Both are to be cleared by the caller, as the comparison.
 */
void compare_runs(const struct compare_runner *r, struct comparison *c,
    struct run_result *printed, struct run_result *sequential);

/* The largest number of slots of all runs. */
long compare_most_jobs(const struct options *o);

#endif
