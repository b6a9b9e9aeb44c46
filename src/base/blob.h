/*
 * A sequence of bytes of any length: in memory as long as the spool has some
 * left, then in the spool's file. Bytes are added at the end, and taken from
 * the front while more come.
 */
#ifndef BASE_BLOB_H
#define BASE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/spool.h"

struct blob {
	struct spool *spool;	/* borrowed */
	struct buf memory;	/* the last bytes */
	size_t held;		/* of the spool's memory */
	struct extent *extents; /* the bytes before; owned */
	size_t count, size;
	size_t first;  /* extent that is not yet forgotten */
	size_t offset; /* in it, or in memory behind the last one */
	uint32_t own;  /* segment that it fills alone */
	int64_t len;   /* of all that was added */
	int64_t taken; /* from the front */
	bool keeps;    /* what is taken; blob_read may read it again */
};

void blob_init(struct blob *b, struct spool *s);

/* Forgets everything; it may be used again. */
void blob_clear(struct blob *b);

/* The same; keeps that much memory for the next use. */
void blob_reset(struct blob *b, size_t keep);

/* Makes room in memory, as far as the spool has some. */
void blob_reserve(struct blob *b, size_t len);

/*
 * Returns 0, or -1 with errno: the spool's file could not be written. What was
 * there before is there, but no more should be added.
 */
int blob_append(struct blob *b, const void *data, size_t len);

/* To the file with all that is in memory. Returns as blob_append. */
int blob_spill(struct blob *b);

/* No more will be added: what was reserved for it is given back. */
void blob_end(struct blob *b);

/* What was added and not yet taken. */
static inline int64_t
blob_left(const struct blob *b)
{
	return b->len - b->taken;
}

/*
 * All that is left, if it stands in memory together: sets *len. NULL: it does
 * not.
 */
const char *blob_text(const struct blob *b, size_t *len);

/*
 * Takes up to max bytes from the front. Returns how many, or -1 with errno:
 * the file could not be read.
 */
ssize_t blob_take(struct blob *b, void *to, size_t max);

/* Takes len bytes, which are there, without reading them. */
void blob_skip(struct blob *b, int64_t len);

/*
 * Reads up to max bytes from a place, which must still be there. Returns as
 * blob_take.
 */
ssize_t blob_read(const struct blob *b, int64_t at, void *to, size_t max);

/* Moves everything to another one, which is empty. */
void blob_move(struct blob *to, struct blob *from);

/*
 * Moves everything to the end of another one; nothing of it was taken yet.
 * What is in the file stays where it is. Returns as blob_append; where it
 * fails, nothing was moved.
 */
int blob_join(struct blob *to, struct blob *from);

#endif
