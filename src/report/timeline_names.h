/*
 * What parts of a timeline are called, and how figures are shown.
 */
#ifndef REPORT_TIMELINE_NAMES_H
#define REPORT_TIMELINE_NAMES_H

#include <stdint.h>

#include "report/timeline.h"

struct buf;

/* For people, in their language. */
const char *timeline_state_label(enum task_state state);

/* "sequential", "concurrent": part of machine-readable formats. */
const char *timeline_kind_name(enum timeline_kind kind);

/* Appends "12.3 ms", "1.234 s". */
void timeline_put_time(struct buf *to, int64_t usec);

/* The same for the mark of an axis of that length: "200 ms", "1.5 s". */
void timeline_put_mark(struct buf *to, int64_t usec, int64_t length);

/*
 * Appends a text in about so many columns: without its middle where it is
 * longer, as the ends of names tell tasks apart. Returns the columns.
 */
size_t timeline_put_short(
    struct buf *to, const char *text, size_t width, const char *ellipsis);

/* Appends how many tasks of which outcome: "297 ok, 3 timeout". */
void timeline_put_outcomes(
    struct buf *to, const size_t outcomes[OUTCOME_COUNT]);

/* Appends "300 tasks (297 ok, 3 timeout) in 1.234 s, 50 at once". */
void timeline_put_totals(struct buf *to, const struct timeline_run *run);

/* Both were measured: appends "sequential 2.000 s, ..."; else nothing. */
void timeline_put_gain(struct buf *to, const struct timeline *t);

/*
 * What the names of all tasks begin with, up to a slash that is not a part of
 * it: its length, 0 where it is not worth while.
 */
size_t timeline_common_prefix(struct timeline_run *run);

/* The distance of the marks of an axis: 1, 2 or 5 times a power of ten, such
 * that there are at most so many. */
int64_t timeline_step(int64_t length, int most);

#endif
