/*
 * The files of --cache, one an entry: DIR/xx/NAME. What is written has a
 * temporary name in DIR/tmp until it is whole: no process, nor one after a
 * crash, sees a part of an entry, and none waits for another. Knows no HTTP.
 *
 * An entry is one line of fixed length, texts, and a body:
 *
 *	coget-cache 1 TEXTS BODY CHANGED SUM CHECK
 *	url: URL
 *	from: URL
 *
 *	HTTP/1.1 200 OK
 *	...header lines, raw, to the empty one
 *	...body
 *
 * TEXTS and BODY are lengths in bytes; CHANGED is when the body last was
 * another one, in microseconds since 1970; SUM is the body's SHA-256, CHECK
 * that of all before the body. Numbers are decimal, sums hexadecimal. url is
 * for people, without a password. from is where a redirect had led, or empty.
 */
#ifndef FETCH_CACHE_STORE_H
#define FETCH_CACHE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/temporary.h"

/* An entry's name, "xx/" and the rest of 64 digits, with a NUL. */
#define CACHE_NAME_SIZE (2 * HASH_SIZE + 2)

struct cache_store {
	const char *path; /* borrowed */
	int root;	  /* the directory, or -1 */
	bool sync;	  /* entries are on the disk (fsync) */
	bool is_swept;	  /* of temporary files that nobody writes any more */
	char *problem; /* what failed first: nothing more is written; owned */
};

/* Makes the directory, where it is not there. What fails is in problem. */
void cache_store_open(struct cache_store *s, const char *path, bool sync);
void cache_store_close(struct cache_store *s);

/* Of that hash. */
void cache_store_name(
    char name[CACHE_NAME_SIZE], const unsigned char hash[HASH_SIZE]);

/* An entry of that name is no more. */
void cache_store_remove(struct cache_store *s, const char *name);

/* One that is read. It stays what it is though its name gets another one. */
struct cache_entry {
	int fd;		 /* -1: closed */
	struct buf head; /* header lines; owned */
	char *from;	 /* or NULL; owned */
	int64_t changed;
	int64_t size; /* of the body */
	off_t body_at;
	unsigned char sum[HASH_SIZE];
};

/* False: there is none, or it is damaged. The body is not looked at. */
bool cache_entry_open(
    struct cache_entry *e, struct cache_store *s, const char *name);

/*
 * Reads up to max bytes of the body from a place. Returns how many, or -1
 * with errno.
 */
ssize_t cache_entry_read(
    const struct cache_entry *e, int64_t at, void *to, size_t max);

/* Closes the file alone. */
void cache_entry_close(struct cache_entry *e);
void cache_entry_clear(struct cache_entry *e);

/* One that is being written. What fails ends it, and is the store's problem. */
struct cache_draft {
	struct cache_store *store; /* borrowed; NULL: not begun */
	int fd;			   /* -1: only the sum is of interest */
	char temporary[32];
	struct temporary doomed; /* that, in the store */
	struct buf texts;	 /* owned */
	int64_t size;		 /* of the body */
	struct hash sum;
};

/* keeps false: nothing is written, the sum alone is made. from may be NULL. */
void cache_draft_begin(struct cache_draft *d, struct cache_store *s, bool keeps,
    const char *url, const char *from, const struct buf *head);
void cache_draft_write(struct cache_draft *d, const char *data, size_t len);

/* It is whole: from now on it is the entry of that name. */
void cache_draft_commit(
    struct cache_draft *d, const char *name, int64_t changed);

/* What was not committed is gone. Takes one that is all zero. */
void cache_draft_clear(struct cache_draft *d);

#endif
