/*
 * What was fetched already: by a former run, as its journal tells, or, with
 * --dedupe, by an equal task of this one. Both find the records in a journal;
 * without --journal it is a temporary file.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "input/options.h"
#include "input/request.h"
#include "output/journal.h"

struct history {
	const struct options *options; /* borrowed */
	struct journal journal;
	struct hash common;    /* of all identities */
	struct sighting *seen; /* how often; a hash table; owned */
	size_t seen_count, seen_size;
	size_t missing;	     /* equal tasks that were looked for in vain */
	struct twin **twins; /* a hash table; owned */
	size_t twin_count, twin_size;
};

/* Do the options ask for it? */
bool history_wanted(const struct options *o);

/*
 * Returns 0, or -1 and the cause (owned by the caller), *usage saying whether
 * the command line is at fault.
 */
int history_open(
    struct history *h, const struct options *o, bool *usage, char **cause);

/* Syncs. Returns 0, or -1 and h->journal.problem. */
int history_finish(struct history *h);
void history_clear(struct history *h);

/* What is to be done with a task. */
enum history_answer {
	HISTORY_FETCH,
	HISTORY_KNOWN, /* its record is there */
	HISTORY_WAIT,  /* an equal one is at work: the request was taken */
	HISTORY_SKIP,  /* it is none of those that failed */
	HISTORY_LOST,  /* it is one, but the journal has not all of it */
};

/* Where a record is, and whose it was. */
struct history_record {
	off_t place;
	enum outcome outcome;
	bool is_twin;
	size_t dedup_of; /* index of the twin */
};

/* Asks of a request that could be fetched; not twice. */
enum history_answer history_ask(
    struct history *h, struct request *r, struct history_record *known);

/*
 * The record that was known is of no use to the request: HISTORY_FETCH or
 * HISTORY_WAIT.
 */
enum history_answer history_reject(struct history *h, struct request *r);

/*
 * A record has come of it: fields of JSON and a body, which stay. heads as
 * journal_add has them. Returns 0, or -1 and h->journal.problem.
 */
int history_add(struct history *h, const struct request *r,
    enum outcome outcome, struct result *record, const struct buf *heads);

/*
 * A request that others may wait for has ended. Then twin_next is to be called
 * until it returns NULL; false: that is being done already.
 */
bool twin_ended(struct twin *t);

/*
 * The next of those who wait, the caller's. Sets *found: its record is there,
 * else it is to be fetched. NULL: there is none, or it has to wait on.
 */
struct request *twin_next(
    struct twin *t, bool *found, struct history_record *known);

/*
 * Appends the inputs of the tasks that failed by the journal, one a line.
 * Returns 0, or -1 and h->journal.problem.
 */
int history_put_failed(struct history *h, struct buf *to);

#endif
