/*
 * An output stream that never stalls the event loop.
 */
#include "config.h"

#include "output/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "base/msg.h"
#include "base/xmalloc.h"

/* From here on a buffer is handed over, not copied. */
#define HAND_OVER_MIN 16384

/* A reader that is never seen waiting gets its output in such pieces. */
#define SHARED_WRITE_MAX PIPE_BUF

static void
stop_watching(struct stream *s)
{
	if (s->writable != NULL)
		event_free(s->writable);
	if (s->reader_gone != NULL)
		event_free(s->reader_gone);
	s->writable = s->reader_gone = NULL;
}

static void
fail(struct stream *s, int error)
{
	if (s->error != 0)
		return;
	s->error = error;
	stop_watching(s);
	evbuffer_drain(s->pending, evbuffer_get_length(s->pending));
	event_flag_set(&s->room);
	event_flag_set(&s->drained);
	if (s->failed != NULL)
		s->failed(s->arg);
}

static bool
writable_now(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) == 1;
}

/* Writes once; true where more may follow at once. */
static bool
write_some(struct stream *s)
{
	ev_ssize_t most = -1;

	if (s->polled && !s->private) {
		if (!writable_now(s->fd))
			errno = EAGAIN;
		else
			most = SHARED_WRITE_MAX;
	}
	if (!s->polled || s->private || most > 0) {
		if (evbuffer_write_atmost(s->pending, s->fd, most) >= 0 ||
		    errno == EINTR)
			return true;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK) {
		fail(s, errno);
		return false;
	}
	s->waiting = true;
	event_add(s->writable, NULL);
	return false;
}

/* The loop's hook. */
static bool
stream_flush(void *arg)
{
	struct stream *s = arg;
	size_t left;

	while (
	    s->error == 0 && !s->waiting && evbuffer_get_length(s->pending) > 0)
		if (!write_some(s))
			break;
	left = evbuffer_get_length(s->pending);
	if (left < STREAM_LIMIT)
		event_flag_set(&s->room);
	if (left == 0)
		event_flag_set(&s->drained);
	return false;
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct stream *s = arg;

	(void)fd;
	(void)what;
	s->waiting = false; /* the hook writes */
}

/* A pipe's writing end is never readable: its reader is gone. */
static void
on_reader_gone(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	fail(arg, EPIPE);
}

static struct event *
watch(struct stream *s, short what, event_callback_fn callback)
{
	struct event *event = event_new(
	    s->loop->base, s->fd, what, callback, s);

	if (event == NULL)
		xmalloc_exhausted();
	return event;
}

static void
stream_init(struct stream *s, struct loop *l, const char *name)
{
	memset(s, 0, sizeof *s);
	s->loop = l;
	s->name = name;
	s->fd = -1;
	list_init(&s->hook.link);
	s->pending = evbuffer_new();
	if (s->pending == NULL)
		xmalloc_exhausted();
	event_flag_init(&s->room);
	event_flag_init(&s->drained);
	event_flag_set(&s->room);
	event_flag_set(&s->drained);
}

/* The descriptor stands: how must it be written? */
static void
stream_start(struct stream *s)
{
	struct stat st;

	loop_add_flush_hook(s->loop, &s->hook, stream_flush, s);
	if (fstat(s->fd, &st) == -1)
		return;
	s->polled = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	    isatty(s->fd);
	if (!s->polled)
		return;
	s->writable = watch(s, EV_WRITE, on_writable);
	if (S_ISFIFO(st.st_mode)) {
		s->reader_gone = watch(s, EV_READ, on_reader_gone);
		event_add(s->reader_gone, NULL);
	}
}

/* A second description of stdout, which may be non-blocking; or -1. */
static int
open_private(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == -1 ||
	    (!S_ISFIFO(st.st_mode) && !isatty(STDOUT_FILENO)))
		return -1;
	return open(
	    "/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

void
stream_open_stdout(struct stream *s, struct loop *l)
{
	stream_init(s, l, "stdout");
	s->fd = open_private();
	s->private = s->own_fd = s->fd != -1;
	if (s->fd == -1)
		s->fd = STDOUT_FILENO;
	stream_start(s);
}

/* What the name leads to, through symbolic links. */
static char *
resolve(const char *path)
{
	char *real = realpath(path, NULL);

	return real != NULL ? real : xstrdup(path);
}

/* Creates the temporary file with the permissions its name shall have. */
static int
open_temporary(struct stream *s, const struct stat *old)
{
	mode_t mask;

	s->temporary = xasprintf("%s.XXXXXX", s->path);
	s->fd = mkostemp(s->temporary, O_CLOEXEC);
	if (s->fd == -1) {
		free(s->temporary);
		s->temporary = NULL;
		return -1;
	}
	mask = umask(0);
	umask(mask);
	/* Its owner's wish; where that fails the file is just more private. */
	if (fchmod(s->fd, old != NULL ? old->st_mode & 07777 : 0666 & ~mask) ==
	    -1)
		return 0;
	return 0;
}

int
stream_open_file(
    struct stream *s, struct loop *l, const char *path, char **cause)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;
	int error = 0;

	stream_init(s, l, path);
	if (exists && !S_ISREG(st.st_mode)) {
		s->fd = open(path, O_WRONLY | O_CLOEXEC);
		error = errno;
	} else if (exists && access(path, W_OK) == -1)
		error = errno;
	else {
		s->path = resolve(path);
		if (open_temporary(s, exists ? &st : NULL) == -1)
			error = errno;
	}
	if (s->fd == -1) {
		*cause = xasprintf(
		    "cannot write %s: %s", path, strerror(error));
		return -1;
	}
	s->own_fd = true;
	stream_start(s);
	return 0;
}

static void
forget_buf(const void *data, size_t len, void *extra)
{
	(void)data;
	(void)len;
	free(extra);
}

void
stream_write(struct stream *s, struct buf *b)
{
	int result;

	if (s->error != 0 || b->len == 0) {
		b->len = 0;
		return;
	}
	if (b->len >= HAND_OVER_MIN) {
		result = evbuffer_add_reference(
		    s->pending, b->data, b->len, forget_buf, b->data);
		buf_init(b);
	} else {
		result = evbuffer_add(s->pending, b->data, b->len);
		b->len = 0;
	}
	if (result != 0)
		xmalloc_exhausted();
	event_flag_unset(&s->drained);
	if (evbuffer_get_length(s->pending) >= STREAM_LIMIT)
		event_flag_unset(&s->room);
}

bool
stream_room(struct co_task *self, struct stream *s)
{
	return event_flag_wait(self, &s->room);
}

bool
stream_drain(struct co_task *self, struct stream *s)
{
	return event_flag_wait(self, &s->drained);
}

int
stream_commit(struct stream *s, char **cause)
{
	int error = s->error;

	/* stdout too: some file systems tell of a full disk only here. */
	stop_watching(s);
	if (s->fd != -1 && close(s->fd) == -1 && error == 0)
		error = errno;
	s->fd = -1;
	if (error == 0 && s->temporary != NULL) {
		if (rename(s->temporary, s->path) == -1)
			error = errno;
		else {
			free(s->temporary);
			s->temporary = NULL;
		}
	}
	if (error == 0)
		return 0;
	*cause = xasprintf("cannot write %s: %s", s->name, strerror(error));
	return -1;
}

void
stream_clear(struct stream *s)
{
	loop_hook_remove(&s->hook);
	stop_watching(s);
	if (s->own_fd && s->fd != -1)
		close(s->fd);
	if (s->temporary != NULL)
		unlink(s->temporary);
	evbuffer_free(s->pending);
	free(s->temporary);
	free(s->path);
}
