/*
 * --dry-run: says what would be sent, and sends nothing. Holds the hosts it
 * met, not the tasks.
 */
#ifndef REPORT_DRY_RUN_H
#define REPORT_DRY_RUN_H

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct options;
struct request;
struct request_rules;
struct source;
struct stream;

/* What a dry run is given, and what came of it; all borrowed. */
struct dry_run {
	struct loop *loop;
	const struct options *options;
	struct source *source;
	const struct request_rules *rules;
	struct stream *out;
	/* Is the request to be fetched? Else its record is known. Or NULL. */
	bool (*wanted)(void *arg, struct request *r);
	void *arg;
	bool errors;	   /* tell them on stderr, as a run does */
	size_t tasks;	   /* that would be fetched */
	size_t invalid;	   /* and that cannot be */
	size_t known;	   /* and that need not be */
	bool input_failed; /* as the reader says */
};

void dry_run(struct dry_run *d);

#endif
