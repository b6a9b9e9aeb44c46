/*
 * Summaries of several runs put together: parts of one list, on as many
 * machines, or one after the other.
 */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include <stddef.h>

#include "report/totals.h"

struct merge_run;

/* All zero at first. */
struct merge {
	struct totals totals;
	size_t count;		/* of all runs; one may stand for several */
	struct merge_run *runs; /* owned */
	size_t run_count;
};

void merge_clear(struct merge *m);

/*
 * Adds the summaries of a file, "-" is stdin: one at least. Returns 0, or -1
 * and the cause (owned by the caller), which names the file, with *usage
 * saying whether what is there is no summary, or else it cannot be read.
 */
int merge_add_file(
    struct merge *m, const char *name, bool *usage, char **cause);

/*
 * When all are there: sets how long it took, from the first start to the last
 * end by the machines' clocks, and the most slots and tasks at once of runs
 * that overlap. Returns the slots.
 */
long merge_end(struct merge *m);

#endif
