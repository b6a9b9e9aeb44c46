/*
 * Folding.
 */
#include "config.h"

#include "report/timeline_fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "report/timeline_names.h"

/* Waiting for less than this part of a column is not seen. */
#define LITTLE 16

void
fold_init(struct fold *f, size_t columns, int64_t length)
{
	memset(f, 0, sizeof *f);
	f->columns = columns;
	f->length = length > 0 ? length : 1;
	f->cells = xcalloc(columns, sizeof *f->cells);
}

void
fold_clear(struct fold *f)
{
	free(f->cells);
	f->cells = NULL;
}

void
fold_reset(struct fold *f)
{
	memset(f->cells, 0, f->columns * sizeof *f->cells);
	memset(f->outcomes, 0, sizeof f->outcomes);
	memset(f->states, 0, sizeof f->states);
	f->tasks = 0;
	f->began = f->ended = f->longest = 0;
}

/* Where a column begins. */
static int64_t
column_at(const struct fold *f, size_t column)
{
	return (
	    int64_t)((double)f->length * (double)column / (double)f->columns);
}

static void
add_span(struct fold *f, const struct task_span *span)
{
	const int64_t end = span->begin + span->length;
	int64_t at = span->begin, next;
	size_t column = (size_t)((double)(at > 0 ? at : 0) *
	    (double)f->columns / (double)f->length);

	f->states[span->state] += span->length;
	/* Rounding may have gone up, or down. */
	while (column > 0 && column_at(f, column) > at)
		column--;
	for (; at < end && column < f->columns; column++) {
		next = column_at(f, column + 1);
		if (next <= at)
			continue;
		if (next > end)
			next = end;
		f->cells[column][span->state] += next - at;
		at = next;
	}
}

void
fold_add(struct fold *f, const struct timeline_row *row)
{
	const int64_t end = row->ended + row->held;
	size_t i;

	for (i = 0; i < row->span_count; i++)
		add_span(f, &row->spans[i]);
	if (f->tasks == 0)
		f->first = row->index;
	f->last = row->index;
	if (f->tasks == 0 || row->began < f->began)
		f->began = row->began;
	if (end > f->ended)
		f->ended = end;
	if (end - row->began > f->longest)
		f->longest = end - row->began;
	f->outcomes[row->outcome]++;
	f->tasks++;
}

void
fold_group(struct fold *f, struct timeline_run *run, size_t first, size_t count)
{
	struct timeline_row row;
	size_t i;

	fold_reset(f);
	for (i = first; i < first + count && i < run->count; i++)
		if (timeline_row(run, i, &row))
			fold_add(f, &row);
}

bool
fold_is_work(enum task_state state)
{
	return state >= STATE_DNS && state <= STATE_RECEIVE;
}

enum task_state
fold_state(const struct fold *f, size_t column)
{
	const int64_t *cell = f->cells[column];
	const int64_t little = f->length / (int64_t)f->columns / LITTLE;
	enum task_state most = STATE_COUNT;
	bool better;
	int i;

	for (i = 0; i < STATE_COUNT; i++) {
		if (cell[i] == 0 ||
		    (cell[i] < little && !fold_is_work((enum task_state)i)))
			continue;
		better = most == STATE_COUNT || cell[i] > cell[most];
		if (f->tasks > 1 && most != STATE_COUNT &&
		    fold_is_work((enum task_state)i) != fold_is_work(most))
			better = fold_is_work((enum task_state)i);
		if (better)
			most = (enum task_state)i;
	}
	return most;
}

size_t
fold_size(size_t tasks, size_t rows)
{
	const size_t size = tasks <= rows ? 1 : (tasks + rows - 1) / rows;
	const size_t step = (size_t)timeline_step((int64_t)size, 8);

	return (size + step - 1) / step * step;
}
