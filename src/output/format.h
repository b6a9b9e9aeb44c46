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

struct format_ops {
	const char *head;    /* before everything */
	const char *first;   /* before the first record */
	const char *between; /* before each further one */
	const char *tail;    /* behind everything, if there was a record */
	const char *empty;   /* behind everything, if there was none */
	/* Sets what is written of a record; may take its body. */
	void (*record)(
	    struct result *to, struct record *r, const struct options *o);
};

/* The table, by enum format. */
extern const struct format_ops format_table[];

/*
 * The record as one JSON object (coget-record(5)), with the end, "" or a line
 * end, behind it; may take its body. A text may stand before it already.
 */
void format_json_record(struct result *to, struct record *r, const char *end);

#endif
