/*
 * Lines to a descriptor, without waiting.
 */
#include "config.h"

#include "report/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/units.h"
#include "core/loop.h"

/* So many bytes may wait to be taken. */
#define PENDING_MAX ((size_t)256 * 1024)

/*
 * A description of our own that may be non-blocking, of a pipe or terminal.
 * A regular file keeps the one it has: others may go on where we end.
 */
static int
open_private(int fd)
{
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

int
sink_open(struct sink *s, int fd)
{
	int flags = fcntl(fd, F_GETFD);
	struct stat st;

	memset(s, 0, sizeof *s);
	s->fd = -1;
	/* What we opened ourselves is closed at exec; what we got is not. */
	if (flags == -1 || (flags & FD_CLOEXEC) != 0 || fstat(fd, &st) == -1)
		return -1;
	s->is_socket = S_ISSOCK(st.st_mode);
	s->polled = s->is_socket || S_ISFIFO(st.st_mode) || isatty(fd);
	if (s->polled && !s->is_socket)
		s->fd = open_private(fd);
	s->own_fd = s->fd != -1;
	if (s->fd == -1)
		s->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return s->fd == -1 ? -1 : 0;
}

static void
give_up(struct sink *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
	s->pending.len = 0;
}

void
sink_put(struct sink *s, const char *line, size_t len)
{
	if (s->fd == -1)
		return;
	if (s->pending.len + len > PENDING_MAX)
		sink_flush(s);
	if (s->pending.len + len > PENDING_MAX)
		s->dropped++;
	else
		buf_append(&s->pending, line, len);
}

/* Whole lines that a pipe takes in one piece; one that is longer alone. */
static size_t
piece(const struct buf *b)
{
	size_t len = b->len < PIPE_BUF ? b->len : PIPE_BUF;
	const char *end = memrchr(b->data, '\n', len);

	if (end == NULL)
		end = memchr(b->data, '\n', b->len);
	return end == NULL ? b->len : (size_t)(end - b->data) + 1;
}

static ssize_t
write_some(struct sink *s, size_t len)
{
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};

	if (s->is_socket)
		return send(
		    s->fd, s->pending.data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	/* One that shows to be writable takes so much without blocking. */
	if (s->polled && !s->own_fd) {
		if (poll(&p, 1, 0) != 1) {
			errno = EAGAIN;
			return -1;
		}
		len = len < PIPE_BUF ? len : PIPE_BUF;
	}
	return write(s->fd, s->pending.data, len);
}

void
sink_flush(struct sink *s)
{
	ssize_t n;

	while (s->fd != -1 && s->pending.len > 0) {
		n = write_some(s, piece(&s->pending));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n == -1) {
			give_up(s);
			return;
		}
		s->pending.len -= (size_t)n;
		memmove(s->pending.data, s->pending.data + n, s->pending.len);
	}
}

void
sink_close(struct sink *s, int patience)
{
	struct pollfd p = {.events = POLLOUT};
	const int64_t until = loop_clock() + patience * USEC_PER_MSEC;
	int64_t left;

	sink_flush(s);
	while (s->fd != -1 && s->pending.len > 0 &&
	    (left = until - loop_clock()) > 0) {
		p.fd = s->fd;
		poll(&p, 1, (int)(left / USEC_PER_MSEC) + 1);
		sink_flush(s);
	}
	give_up(s);
	buf_clear(&s->pending);
}
