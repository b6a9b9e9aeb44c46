/*
 * Output formats, in one table: what a record is written as, and what stands
 * before, between and behind records.
 */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include <stdbool.h>

#include "base/buf.h"

struct options;
struct record;

struct format_ops {
	const char *head;    /* before everything */
	const char *first;   /* before the first record */
	const char *between; /* before each further one */
	const char *tail;    /* behind everything, if there was a record */
	const char *empty;   /* behind everything, if there was none */
	/* Appends the record; may take its body. */
	void (*record)(
	    struct buf *to, struct record *r, const struct options *o);
};

/* The table, by enum format. */
extern const struct format_ops format_table[];

/*
 * Appends the record as one JSON object (coget-record(5)) without a line end.
 */
void format_json_record(struct buf *to, const struct record *r);

#endif
