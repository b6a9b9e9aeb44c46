/*
 * What -v tells of single tasks, as it happens, and the line for each failed
 * one.
 */
#ifndef REPORT_TRACE_H
#define REPORT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record;
struct request;

struct trace {
	bool verbose; /* starts and ends */
	bool errors;  /* "coget: INPUT: cause" */
	bool notices; /* of what makes the run last long */
	bool color;
};

void trace_started(const struct trace *t, const struct request *r);
void trace_retrying(
    const struct trace *t, const struct record *r, int64_t delay);

/* Of hosts, "http://example.com:80"; usec is how long it will last. */
void trace_paused(const struct trace *t, const char *host, int64_t usec);
void trace_slowed(const struct trace *t, const char *host, size_t limit);
void trace_given_up(const struct trace *t, const char *host, long failures);

void trace_ended(const struct trace *t, const struct record *r);

#endif
