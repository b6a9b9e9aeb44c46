/*
 * Output formats, in one table: what a record is written as, and what stands
 * before, between and behind records.
 */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include <stdbool.h>

#include "output/result.h"

struct options;
struct record;
struct request;

struct format_ops {
	const char *head;    /* before everything */
	const char *first;   /* before the first record */
	const char *between; /* before each further one */
	const char *tail;    /* behind everything, if there was a record */
	const char *empty;   /* behind everything, if there was none */
	const char *lead;    /* before each record's JSON */
	const char *end;     /* behind it */
	bool is_json;
};

/* The table, by enum format. */
extern const struct format_ops format_table[];

/*
 * A result is made in two steps, so that what is between them can be kept:
 * the fields of the record as JSON, coget-record(5), behind the lead, with the
 * body, which is moved, beside them.
 */
void format_fields(struct result *to, struct record *r, const char *lead);

/*
 * The first fields alone, up to "rest": those of the place in the list. Of a
 * task that was not fetched because another one is equal, dedup_of points to
 * the index of that.
 */
void format_own_fields(
    struct buf *to, const struct request *r, const size_t *dedup_of);

/* Where nobody wants the fields: the body, which is moved. */
void format_body_alone(struct result *to, struct record *r);

/*
 * Then what is written of it. fine: the outcome is ok or skipped; heads: what
 * --head prints, or NULL.
 */
void format_close(struct result *to, const struct options *o, bool fine,
    const struct buf *heads);

/*
 * --stable: of the fields in the text, from start on, those that do not
 * depend on the moment, sorted. Leaves those before the body in the text and
 * appends those behind it.
 */
void format_stable(struct result *to, struct buf *after);

#endif
