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
#include "base/nls.h"
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

/* How much one write may take so that it does not block; 0: none. */
static ev_ssize_t
write_size(const struct stream *s)
{
	if (!s->polled || s->own_fd)
		return -1;
	return writable_now(s->fd) ? SHARED_WRITE_MAX : 0;
}

/*
 * A terminal, of which is told what the last byte was that went there: for
 * that it goes in pieces. Returns as evbuffer_write_atmost.
 */
static int
write_terminal(struct stream *s, ev_ssize_t size)
{
	char piece[SHARED_WRITE_MAX];
	ev_ssize_t there = evbuffer_copyout(s->pending, piece, sizeof piece);
	int n;

	if (size == -1 || size > there)
		size = there;
	n = evbuffer_write_atmost(s->pending, s->fd, size);
	if (n > 0)
		msg_wrote(s->fd, piece[n - 1]);
	return n;
}

/* Who draws on the terminal is asked first. Returns as the above. */
static int
write_now(struct stream *s, ev_ssize_t size)
{
	if (s->clear_way != NULL && !s->clear_way(s->way_arg)) {
		errno = EAGAIN;
		return -1;
	}
	return s->is_terminal ? write_terminal(s, size)
			      : evbuffer_write_atmost(s->pending, s->fd, size);
}

/* Writes once; true where more may follow at once. */
static bool
write_some(struct stream *s)
{
	ev_ssize_t size = write_size(s);
	int n;

	if (size != 0) {
		n = write_now(s, size);
		if (n >= 0 || errno == EINTR)
			return true;
		if (!s->polled || (errno != EAGAIN && errno != EWOULDBLOCK)) {
			fail(s, errno);
			return false;
		}
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

/* A pipe's end that only writes is readable when its reader is gone. */
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

/* One that can be written: a closed stdout is filled with the other kind. */
static bool
is_null(int fd, const struct stat *st)
{
	struct stat null;

	return (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY &&
	    S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 &&
	    S_ISCHR(null.st_mode) && st->st_rdev == null.st_rdev;
}

/* The descriptor stands: how must it be written? */
static void
stream_start(struct stream *s)
{
	struct stat st;

	loop_add_flush_hook(s->loop, &s->hook, stream_flush, s);
	s->hook.name = "writing results";
	if (fstat(s->fd, &st) == -1)
		return;
	s->is_null = is_null(s->fd, &st);
	s->is_terminal = isatty(s->fd);
	s->polled = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	    s->is_terminal;
	if (!s->polled)
		return;
	s->writable = watch(s, EV_WRITE, on_writable);
	if (S_ISFIFO(st.st_mode) &&
	    (fcntl(s->fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
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
stream_share(struct stream *s, bool (*clear_way)(void *arg), void *arg)
{
	if (!s->polled)
		return;
	s->clear_way = clear_way;
	s->way_arg = arg;
}

void
stream_open_stdout(struct stream *s, struct loop *l)
{
	stream_init(s, l, "stdout");
	s->fd = open_private();
	s->own_fd = s->fd != -1;
	if (s->fd == -1)
		s->fd = STDOUT_FILENO;
	stream_start(s);
}

/* Writes go where they go; false where there is no such descriptor. */
static bool
open_descriptor(struct stream *s, int fd)
{
	s->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return s->fd != -1;
}

/* A device, a pipe: on a description of our own, which does not block. */
static bool
open_special(struct stream *s, const char *path)
{
	s->fd = open(path, O_WRONLY | O_CLOEXEC);
	if (s->fd == -1)
		return false;
	fcntl(s->fd, F_SETFL, O_WRONLY | O_NONBLOCK);
	s->own_fd = true;
	return true;
}

static bool
open_whole(struct stream *s, char *path, mode_t mode)
{
	s->fd = whole_file_create(&s->file, path, mode);
	s->own_fd = s->fd != -1;
	return s->own_fd;
}

int
stream_open_file(struct stream *s, struct loop *l, const char *path,
    mode_t mode, char **cause)
{
	char *real = whole_file_resolve(path);
	int descriptor = whole_file_descriptor(real);
	struct stat st;
	bool opened;

	stream_init(s, l, path);
	if (descriptor != -1)
		opened = open_descriptor(s, descriptor);
	else if (stat(real, &st) == 0 && !S_ISREG(st.st_mode))
		opened = open_special(s, real);
	else {
		opened = open_whole(s, real, mode);
		real = NULL; /* taken over */
	}
	if (!opened)
		*cause = xasprintf(
		    _("cannot write %s: %s"), path, nls_strerror(errno));
	else
		stream_start(s);
	free(real);
	return opened ? 0 : -1;
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

void
stream_set_modified(struct stream *s, time_t modified)
{
	const struct timespec times[2] = {
	    {.tv_sec = modified}, {.tv_sec = modified}};

	if (whole_file_is_begun(&s->file) && s->fd != -1 &&
	    futimens(s->fd, times) == -1)
		return; /* it is only younger, as with curl */
}

int
stream_commit(struct stream *s, char **cause)
{
	int error = s->error;

	stop_watching(s);
	/*
	 * Some file systems tell of a full disk only when a descriptor is
	 * closed. stdout itself stays: the summary may go there, too.
	 */
	if (s->fd == STDOUT_FILENO)
		s->fd = fcntl(s->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (s->fd != -1 && close(s->fd) == -1 && error == 0)
		error = errno;
	s->fd = -1;
	if (error == 0 && whole_file_commit(&s->file) == -1) {
		error = errno;
		if (s->file.temporary != NULL) {
			*cause = xasprintf(
			    _("cannot write %s: %s; it is whole in %s"),
			    s->name, nls_strerror(error), s->file.temporary);
			whole_file_leave(&s->file);
			return -1;
		}
	}
	if (error == 0)
		return 0;
	*cause = xasprintf(
	    _("cannot write %s: %s"), s->name, nls_strerror(error));
	return -1;
}

void
stream_end(struct stream *s)
{
	if (s->reader_gone != NULL)
		event_free(s->reader_gone);
	s->reader_gone = NULL;
}

void
stream_clear(struct stream *s)
{
	loop_hook_remove(&s->hook);
	stop_watching(s);
	if (s->own_fd && s->fd != -1)
		close(s->fd);
	evbuffer_free(s->pending);
	whole_file_clear(&s->file);
}
