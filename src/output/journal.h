/*
 * The journal: the records of tasks in a file, one line each, to be found
 * again by what the tasks are known by. NDJSON, append-only, one write a
 * record: a process that is killed leaves a torn last line at the most, which
 * is dropped when the file is opened again.
 *
 * Line 1 says what the file is. Each other line is an object: "key" is the
 * task's identity, "outcome" what became of it, "rest" and "held" are offsets
 * in the text of "record", which is as coget-record(5) has it; what stands
 * before "rest" in it belongs to the place in the list. "heads" and "facts",
 * in base64, are what --head prints and what -w tells beside the record.
 */
#ifndef OUTPUT_JOURNAL_H
#define OUTPUT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/co.h"
#include "fetch/record.h"
#include "input/identity.h"
#include "output/result.h"

struct journal_place;

struct journal {
	const char *path; /* borrowed; NULL: a file without a name */
	int fd;
	off_t size;
	struct journal_place *places; /* a hash table; owned */
	size_t count, capacity;
	struct co_sched *sched; /* borrowed; NULL: nothing is synced */
	struct timer sync;
	bool dirty;	/* not yet synced */
	size_t damaged; /* lines that could not be understood */
	char *problem;	/* what went wrong, or NULL; owned */
	bool told;	/* the user was told of it */
};

/*
 * Opens the file, or creates it; resumes: it may hold records already. Locks
 * it. Returns 0, or -1 and the cause (owned by the caller), *usage saying
 * whether the command line is at fault.
 */
int journal_open(struct journal *j, const char *path, bool resumes, bool *usage,
    char **cause);

/* One that nobody else sees, and that is gone with the process. As above. */
int journal_open_unnamed(struct journal *j, char **cause);

/* From now on records are on the disk a second after they were added. */
void journal_start_sync(struct journal *j, struct co_sched *sched);

/* Syncs and closes. Returns 0, or -1 and problem. */
int journal_finish(struct journal *j);
void journal_clear(struct journal *j);

/*
 * Is there a record for that key? Sets its place, and what became of the
 * task.
 */
bool journal_find(struct journal *j, const struct identity *key, off_t *place,
    enum outcome *outcome);

/*
 * Adds a record: fields of JSON and a body, which stay. heads, or NULL, are
 * what --head prints. Sets its place, where one is wanted. Returns 0, or -1
 * and problem; then the file is as before.
 */
int journal_add(struct journal *j, const struct identity *key,
    enum outcome outcome, struct result *record, const struct buf *heads,
    off_t *place);

/* One of them, read again. */
struct journal_entry {
	enum outcome outcome;
	struct buf own; /* fields of the record up to "rest" */
	struct buf heads;
	char *file; /* that has the body, or NULL */
};

/*
 * Reads the record at a place: its fields from "rest" on go behind the text
 * of the result, the body into its body, the facts into its facts. Returns 0,
 * or -1: there is a problem, the line is damaged and counted, or the spool
 * could not take the body. Either way journal_entry_clear is to follow.
 */
int journal_read(
    struct journal *j, off_t place, struct journal_entry *e, struct result *to);

/* The same without the body. */
int journal_read_fields(
    struct journal *j, off_t place, struct journal_entry *e, struct result *to);
void journal_entry_clear(struct journal_entry *e);

/*
 * Calls each for every record of a task that failed, in order. Returns 0, or
 * -1 and problem.
 */
int journal_each_failed(
    struct journal *j, void (*each)(void *arg, off_t place), void *arg);

#endif
