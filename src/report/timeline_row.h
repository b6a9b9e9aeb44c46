/*
 * Rows of pictures: a task, or a group of them, with what is said of it.
 */
#ifndef REPORT_TIMELINE_ROW_H
#define REPORT_TIMELINE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "report/timeline_fold.h"

struct timeline;
struct timeline_file;
struct timeline_run;

/* Columns of a name. */
#define LABEL_COLUMNS 28

/* What a picture of one run needs; its tasks are in groups, of one where they
 * are few. */
struct block {
	struct timeline_run *run;
	size_t group, rows;
	int height, gap; /* of a row */
	bool has_head;
	bool has_charts;
	size_t prefix; /* of all names: it is left out */
};

struct picture {
	struct timeline *t;
	struct timeline_file *f;
	struct buf *to;
	int64_t length; /* of the axis: that of the longest run */
	struct fold fold;
	struct buf scratch;
};

/* Where a moment is. */
double picture_x(const struct picture *p, int64_t usec);

void picture_put_text(
    struct picture *p, const char *class, double x, double y, const char *text);

/* The row of that number, from 0; top is where the first one begins. */
void timeline_row_put(
    struct picture *p, const struct block *b, size_t number, int top);

#endif
