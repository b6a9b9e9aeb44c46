/*
 * A file for the body of a single task: written under a temporary name beside
 * and renamed when whole, so that a name never holds a part of a body. Names
 * lead down from their directory only (but see FILE_ANYWHERE): no symbolic
 * link on the way is followed, also none that appears meanwhile.
 */
#ifndef FETCH_BODY_FILE_H
#define FETCH_BODY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/temporary.h"
#include "fetch/files.h"

/* During a transfer. */
struct body_file {
	struct files *files; /* borrowed */
	char *name;	     /* owned */
	enum file_base base; /* that it is relative to */
	size_t index;	     /* of the task */
	bool new_only;	     /* it must not be there yet */
	const char *url;     /* where the body is to be resumable; borrowed */
	int64_t there;	     /* bytes of it that are there, see below */
	bool is_complete;    /* they are the whole body */
	bool is_partial;     /* the temporary file is one of partial.h */
	bool is_noted;	     /* and can be resumed */
	char *validator;     /* what it was noted with, or NULL; owned */
	int dir;	     /* where it stands; -1: not begun */
	int fd;
	struct write_buffer held; /* not written yet */
	char temporary[32];
	struct temporary doomed; /* where it cannot be resumed */
	char *path;    /* what users call it, once it is there; owned */
	char *problem; /* what went wrong, or NULL; owned */
	int error;     /* errno of that, or 0 */
};

/*
 * For the name of task number index, which is copied; nothing is created yet.
 * Of FILE_ANYWHERE it may be absolute, or go through links and "..".
 */
void body_file_init(struct body_file *b, struct files *files, size_t index,
    const char *name, enum file_base base);

/* What users call it, or will call it; the caller's to free. */
char *body_file_path(const struct body_file *b);

/* Is there a file of its name now? */
bool body_file_is_there(const struct body_file *b);

/*
 * The server has another name for it; copied. A file that is there already
 * is none of its business: that is an error then.
 */
void body_file_rename(struct body_file *b, const char *name);

/*
 * What is not committed is gone, but for what can be resumed. Takes one that
 * is all zero.
 */
void body_file_clear(struct body_file *b);

/*
 * What comes of the URL (borrowed) is to be kept where it can be resumed
 * (partial.h).
 */
void body_file_keep(struct body_file *b, const char *url);

/*
 * Sets there, and the validator where it is known: what an earlier attempt or
 * run has kept, or else, as curl has it, all of the file of that name.
 */
void body_file_find(struct body_file *b);

/*
 * The rest comes, of what the validator says (RFC 9110 section 8.8; NULL:
 * nothing does): writes go behind what is there. Returns 0, or -1 and problem.
 */
int body_file_continue(struct body_file *b, const char *validator);

/* The same, but the body comes from its beginning. */
int body_file_anew(struct body_file *b, const char *validator);

/* What is there is the whole body already. */
void body_file_complete(struct body_file *b);

/* What is written is of no use, also for resuming. */
void body_file_discard(struct body_file *b);

/*
 * Returns 0, or -1 and problem. An error may show only in a later write, or
 * when it is committed.
 */
int body_file_write(struct body_file *b, const char *data, size_t len);

/* The same at a place of the body, whatever was written where. */
int body_file_write_at(
    struct body_file *b, const char *data, size_t len, int64_t at);

/* The same of what is read from a descriptor. */
int body_file_copy(struct body_file *b, int from, int64_t len);

/*
 * Whole: it gets its name, and path is set. Creates one that was never
 * written to. modified is when its contents were, -1: unknown. Returns 0, or
 * -1 and problem.
 */
int body_file_commit(struct body_file *b, time_t modified);

#endif
