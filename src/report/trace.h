/*
 * What -v tells of single tasks, as it happens, and the line for each failed
 * one.
 */
#ifndef REPORT_TRACE_H
#define REPORT_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct record;
struct request;

struct trace {
	bool verbose; /* starts and ends */
	bool errors;  /* "coget: INPUT: cause" */
	bool color;
};

void trace_started(const struct trace *t, const struct request *r);
void trace_retrying(
    const struct trace *t, const struct record *r, int64_t delay);
void trace_ended(const struct trace *t, const struct record *r);

#endif
