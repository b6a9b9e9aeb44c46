/*
 * Stores.
 */
#include "config.h"

#include "report/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nls.h"
#include "base/read_some.h"
#include "base/spool.h"
#include "base/write_all.h"
#include "base/xmalloc.h"

#define TAIL_MOST     ((size_t)1 << 20)
#define WINDOW_SIZE   ((size_t)512 << 10)
#define WINDOW_BEFORE (INT64_C(256) << 10)

void
store_init(struct store *s)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
}

void
store_clear(struct store *s)
{
	if (s->fd != -1)
		close(s->fd);
	buf_clear(&s->tail);
	buf_clear(&s->window);
	free(s->problem);
	store_init(s);
}

void
store_reset(struct store *s)
{
	store_clear(s);
}

static int
failed(struct store *s, int error)
{
	if (s->problem == NULL)
		s->problem = xasprintf(
		    _("cannot use a temporary file in %s: %s"),
		    spool_directory(), nls_strerror(error));
	return -1;
}

/* The tail goes to the file. */
static int
spill(struct store *s)
{
	if ((s->fd == -1 && (s->fd = spool_open_unnamed(0)) == -1) ||
	    write_all_at(s->fd, s->tail.data, s->tail.len, s->in_file) == -1)
		return failed(s, errno);
	s->in_file += (int64_t)s->tail.len;
	s->tail.len = 0;
	return 0;
}

int64_t
store_add(struct store *s, const void *data, size_t len)
{
	int64_t place;

	if (s->problem != NULL ||
	    (s->tail.len > 0 && s->tail.len + len > TAIL_MOST &&
		spill(s) == -1))
		return -1;
	place = s->in_file + (int64_t)s->tail.len;
	buf_append(&s->tail, data, len);
	return place;
}

/*
 * Reads what is around a place, as much as the window takes, and len bytes
 * from there at least. Pieces are asked for in about the order in which they
 * came: the next one may stand before this one.
 */
static int
move_window(struct store *s, int64_t place, size_t len)
{
	const int64_t at = place > WINDOW_BEFORE ? place - WINDOW_BEFORE : 0;
	const int64_t end = place + (int64_t)len, left = s->in_file - at;
	size_t want = (size_t)(end - at);
	ssize_t n;

	if (want < WINDOW_SIZE)
		want = WINDOW_SIZE;
	if (left < (int64_t)want)
		want = (size_t)left;
	s->window.len = 0;
	s->window_at = at;
	buf_reserve(&s->window, want);
	n = read_all(s->fd, s->window.data, want, at);
	if (n != (ssize_t)want)
		return failed(s, n == -1 ? errno : EIO);
	s->window.len = want;
	return 0;
}

const char *
store_read(struct store *s, int64_t place, size_t len)
{
	if (s->problem != NULL)
		return NULL;
	/* A piece is all in the file or all in the tail. */
	if (place >= s->in_file)
		return s->tail.data + (place - s->in_file);
	if ((place < s->window_at ||
		place + (int64_t)len > s->window_at + (int64_t)s->window.len) &&
	    move_window(s, place, len) == -1)
		return NULL;
	return s->window.data + (place - s->window_at);
}
