/*
 * A summary read again that summary_put_json wrote.
 */
#ifndef REPORT_SUMMARY_READ_H
#define REPORT_SUMMARY_READ_H

#include <stddef.h>

#include "report/totals.h"

struct summary_read {
	struct totals totals; /* but what is of no use to other runs */
	long jobs;
	size_t runs; /* that it is of */
};

/*
 * Reads the JSON text at the beginning of so many bytes; sets *used to how
 * many of them. Returns 1; 0 where there is nothing but white space; or -1 and
 * the cause (owned by the caller). Only after 1 summary_read_clear is to
 * follow.
 */
int summary_read(struct summary_read *s, const char *text, size_t len,
    size_t *used, char **cause);
void summary_read_clear(struct summary_read *s);

#endif
