/*
 * Folding: what a group of tasks did, by columns of time, so that many tasks
 * are drawn in few rows.
 */
#ifndef REPORT_TIMELINE_FOLD_H
#define REPORT_TIMELINE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/timeline.h"

struct fold {
	size_t columns;
	int64_t length;		       /* of all columns; microseconds, not 0 */
	int64_t (*cells)[STATE_COUNT]; /* microseconds of all tasks; owned */
	/* Of the group: */
	size_t tasks;
	size_t first, last; /* their indexes */
	size_t outcomes[OUTCOME_COUNT];
	int64_t states[STATE_COUNT];
	int64_t began, ended; /* the first, the last */
	int64_t longest;      /* task, held included */
};

void fold_init(struct fold *f, size_t columns, int64_t length);
void fold_clear(struct fold *f);

/* Forgets the group. */
void fold_reset(struct fold *f);

void fold_add(struct fold *f, const struct timeline_row *row);

/* The tasks with these places are the group. */
void fold_group(
    struct fold *f, struct timeline_run *run, size_t first, size_t count);

/*
 * What most of the time in a column went to; STATE_COUNT: to nothing. Of a
 * group, work goes before waiting, be it less: most tasks wait at any time.
 */
enum task_state fold_state(const struct fold *f, size_t column);

/* Is it something that the task does itself, on the network? */
bool fold_is_work(enum task_state state);

/* The number of tasks a row, for at most so many rows; a rather round one. */
size_t fold_size(size_t tasks, size_t rows);

#endif
