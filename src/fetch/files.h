/*
 * Files for the bodies of single tasks: below one directory, written under a
 * temporary name beside and renamed when whole, so that a name never holds a
 * part of a body. Names lead down from the directory only: no symbolic link
 * on the way is followed, also none that appears meanwhile.
 */
#ifndef FETCH_FILES_H
#define FETCH_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"

struct file_options;

struct files {
	const struct file_options *options; /* borrowed */
	int root;	 /* the directory; -1: not opened yet */
	uint64_t *names; /* hashes of those that tasks have; owned */
	size_t *owners;	 /* and of which task */
	size_t count, size;
};

void files_init(struct files *f, const struct file_options *o);
void files_clear(struct files *f);

/* Is there such a file already? */
bool files_has(struct files *f, const char *name);

/*
 * The name is that of task number index from now on. Returns true, or false
 * where it is another's, whose number it sets.
 */
bool files_claim(
    struct files *f, const char *name, size_t index, size_t *other);

/* One of them, during a transfer. */
struct body_file {
	struct files *files; /* borrowed */
	char *name;	     /* below the directory; owned */
	bool trusted;	     /* it may lead anywhere */
	bool new_only;	     /* it must not be there yet */
	int dir;	     /* where it stands; -1: not begun */
	int fd;
	char temporary[32];
	char *path;    /* what users call it, once it is there; owned */
	char *problem; /* what went wrong, or NULL; owned */
	int error;     /* errno of that */
};

/*
 * For the name, which is copied; nothing is created yet. One that is trusted
 * may be absolute, or go through links and "..".
 */
void body_file_init(
    struct body_file *b, struct files *files, const char *name, bool trusted);

/*
 * The server has another name for it; copied. A file that is there already
 * is none of its business: that is an error then.
 */
void body_file_rename(struct body_file *b, const char *name);

/* What is not committed is gone. Takes one that is all zero. */
void body_file_clear(struct body_file *b);

/* Returns 0, or -1 and problem. */
int body_file_write(struct body_file *b, const char *data, size_t len);

/* The same at a place of the body, whatever was written where. */
int body_file_write_at(
    struct body_file *b, const char *data, size_t len, int64_t at);

/*
 * Whole: it gets its name, and path is set. Creates one that was never
 * written to. modified is when its contents were, -1: unknown. Returns 0, or
 * -1 and problem.
 */
int body_file_commit(struct body_file *b, time_t modified);

#endif
