/*
 * What may stay in memory together, and a file for what may not: one without
 * a name, so that nothing is left of it, in segments that are used again.
 *
 * Pieces are packed into shared segments; who writes much fills segments of
 * its own. A segment without live bytes gives its disk space back. As all
 * that is written within one window of tasks is read within the next, the
 * file holds no more than two windows' bytes.
 */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_SEGMENT_SIZE ((size_t)1 << 20)
#define SPOOL_NO_SEGMENT   UINT32_MAX

/* Bytes that stand together in the file. */
struct extent {
	uint32_t segment;
	uint32_t at; /* in the segment */
	uint32_t len;
};

struct segment {
	uint32_t live; /* bytes, and one for who is filling it */
	uint32_t end;  /* of what was written */
};

struct spool {
	size_t limit;		  /* bytes of memory */
	size_t used;		  /* of them */
	int fd;			  /* -1: nothing was written yet */
	struct segment *segments; /* owned */
	uint32_t count, size;
	uint32_t *unused; /* segments; owned */
	uint32_t unused_count;
	int64_t time_writing; /* spent in writes; microseconds */
	uint32_t shared;      /* the one that is filled by all, or NO_SEGMENT */
	int error;	      /* errno of what failed first, or 0 */
	char *problem;	      /* the same in words; owned */
	bool told;	      /* the user was told of it */
};

/* The limit is in bytes. Nothing is created yet. */
void spool_init(struct spool *s, size_t limit);
void spool_clear(struct spool *s);

/* Counts memory that is held, or no longer is. */
void spool_hold(struct spool *s, size_t bytes);
void spool_unhold(struct spool *s, size_t bytes);

/* Is there memory for so many bytes more? */
bool spool_has_memory(const struct spool *s, size_t bytes);

/*
 * Writes up to len bytes, as many as go together; *own is the segment that
 * the writer fills alone: SPOOL_NO_SEGMENT at first, and as long as it
 * is to share one. Returns 0 and the extent, or -1 with errno.
 */
int spool_write(struct spool *s, const void *data, size_t len, bool share,
    uint32_t *own, struct extent *e);

/* The writer's own segment is for others to fill, from now on. */
void spool_give_up(struct spool *s, uint32_t *own);

/* Reads len bytes at an offset in the extent. Returns 0, or -1 with errno. */
int spool_read(struct spool *s, const struct extent *e, size_t offset, void *to,
    size_t len);

/* So many bytes of the segment are not needed any more. */
void spool_forget(struct spool *s, uint32_t segment, size_t len);

/*
 * A file that nobody else can open, and that is gone with the process; flags
 * as of open(2), on top of reading and writing. Returns -1 with errno.
 */
int spool_open_unnamed(int flags);

/* The directory of such files: $TMPDIR, or /tmp. */
const char *spool_directory(void);

#endif
