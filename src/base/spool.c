/*
 * The spool file.
 */
#include "config.h"

#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/read_some.h"
#include "base/write_all.h"
#include "base/xmalloc.h"

void
spool_init(struct spool *s, size_t limit)
{
	memset(s, 0, sizeof *s);
	s->limit = limit;
	s->fd = -1;
	s->shared = SPOOL_NO_SEGMENT;
}

void
spool_clear(struct spool *s)
{
	if (s->fd != -1)
		close(s->fd);
	free(s->segments);
	free(s->unused);
	free(s->problem);
	spool_init(s, 0);
}

void
spool_hold(struct spool *s, size_t bytes)
{
	s->used += bytes;
}

void
spool_unhold(struct spool *s, size_t bytes)
{
	s->used -= bytes;
}

bool
spool_has_memory(const struct spool *s, size_t bytes)
{
	return s->used <= s->limit && bytes <= s->limit - s->used;
}

const char *
spool_directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && *dir != '\0' ? dir : "/tmp";
}

int
spool_open_unnamed(int flags)
{
	char *name;
	int fd;

#ifdef O_TMPFILE
	fd = open(
	    spool_directory(), O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0600);
	if (fd != -1 || errno == EACCES || errno == ENOENT)
		return fd;
#endif
	name = xasprintf("%s/coget-XXXXXX", spool_directory());
	fd = mkostemp(name, O_CLOEXEC | flags);
	if (fd != -1)
		unlink(name);
	free(name);
	return fd;
}

static off_t
place_of(uint32_t segment, size_t at)
{
	return (off_t)segment * (off_t)SPOOL_SEGMENT_SIZE + (off_t)at;
}

/* A segment to fill; who fills it has one of its live bytes. */
static uint32_t
take_segment(struct spool *s)
{
	uint32_t n;

	if (s->unused_count > 0)
		n = s->unused[--s->unused_count];
	else {
		if (s->count == s->size) {
			s->size = s->size == 0 ? 16 : s->size * 2;
			s->segments = xreallocarray(
			    s->segments, s->size, sizeof *s->segments);
			s->unused = xreallocarray(
			    s->unused, s->size, sizeof *s->unused);
		}
		n = s->count++;
	}
	s->segments[n].live = 1;
	s->segments[n].end = 0;
	return n;
}

/* Nobody needs it: its space on the disk is free, too. */
static void
recycle(struct spool *s, uint32_t n)
{
#ifdef FALLOC_FL_PUNCH_HOLE
	/* where the file system cannot, the space is used again */
	if (fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		place_of(n, 0), (off_t)SPOOL_SEGMENT_SIZE) == -1)
		errno = 0;
#endif
	s->unused[s->unused_count++] = n;
}

void
spool_forget(struct spool *s, uint32_t segment, size_t len)
{
	struct segment *g = &s->segments[segment];

	g->live -= (uint32_t)len;
	if (g->live == 0)
		recycle(s, segment);
}

void
spool_give_up(struct spool *s, uint32_t *own)
{
	uint32_t given = *own, kept = s->shared;

	*own = SPOOL_NO_SEGMENT;
	if (given == SPOOL_NO_SEGMENT)
		return;
	/* What has more room left is worth more. */
	if (kept == SPOOL_NO_SEGMENT ||
	    s->segments[given].end < s->segments[kept].end) {
		s->shared = given;
		given = kept;
	}
	if (given != SPOOL_NO_SEGMENT)
		spool_forget(s, given, 1);
}

/* The segment to write into: it has room for one byte at least. */
static uint32_t
segment_for(struct spool *s, bool share, uint32_t *own)
{
	uint32_t *filling = share && *own == SPOOL_NO_SEGMENT ? &s->shared
							      : own;

	if (*filling != SPOOL_NO_SEGMENT &&
	    s->segments[*filling].end == SPOOL_SEGMENT_SIZE) {
		spool_forget(s, *filling, 1);
		*filling = SPOOL_NO_SEGMENT;
	}
	if (*filling == SPOOL_NO_SEGMENT)
		*filling = take_segment(s);
	return *filling;
}

static int64_t
clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int
failed(struct spool *s)
{
	if (s->error != 0)
		return -1;
	s->error = errno;
	s->problem = xasprintf("cannot use a temporary file in %s: %s",
	    spool_directory(), strerror(s->error));
	return -1;
}

int
spool_write(struct spool *s, const void *data, size_t len, bool share,
    uint32_t *own, struct extent *e)
{
	struct segment *g;
	int64_t began = clock_now();
	int result;

	if (s->fd == -1 && (s->fd = spool_open_unnamed(0)) == -1)
		return failed(s);
	e->segment = segment_for(s, share, own);
	g = &s->segments[e->segment];
	e->at = g->end;
	e->len = (uint32_t)(SPOOL_SEGMENT_SIZE - g->end < len
		? SPOOL_SEGMENT_SIZE - g->end
		: len);
	result = write_all_at(s->fd, data, e->len, place_of(e->segment, e->at));
	s->time_writing += clock_now() - began;
	if (result == -1)
		return failed(s);
	g->end += e->len;
	g->live += e->len;
	return 0;
}

int
spool_read(struct spool *s, const struct extent *e, size_t offset, void *to,
    size_t len)
{
	ssize_t n = read_all(
	    s->fd, to, len, place_of(e->segment, e->at + offset));

	if (n == (ssize_t)len)
		return 0;
	if (n != -1)
		errno = EIO; /* somebody cut it short */
	return failed(s);
}
