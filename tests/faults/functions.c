/*
 * System calls, in front of the C library's. Those that it makes of itself, as
 * fwrite does, are not seen here: see streams.c.
 */
#include "config.h"

#undef _FORTIFY_SOURCE /* it has its own definitions of them */

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "calls.h"
#include "fault.h"

/* A function that gets no less: it works, or fails with errno and -1. */
#define CALL(name, kind, fd, parameters, arguments)                            \
	int name parameters;                                                   \
	int name parameters                                                    \
	{                                                                      \
		static int(*real) parameters;                                  \
                                                                               \
		if (real == NULL)                                              \
			real = fault_next(#name);                              \
		return calls_fate(#name, kind, fd, 0) != 0 ? -1                \
							   : real arguments;   \
	}

/* One that reads or writes size bytes, or fewer. */
#define TRANSFER(alias, name, kind, parameters, whole, part)                   \
	ssize_t alias parameters;                                              \
	ssize_t alias parameters                                               \
	{                                                                      \
		static ssize_t(*real) parameters;                              \
		int what;                                                      \
                                                                               \
		if (real == NULL)                                              \
			real = fault_next(#alias);                             \
		what = calls_fate(#name, kind, fd, size);                      \
		return what == 0	  ? real whole                         \
		    : what == CALLS_SHORT ? real part                          \
					  : -1;                                \
	}

#define HALF ((size + 1) / 2)

TRANSFER(read, read, CALLS_READS, (int fd, void *to, size_t size),
    (fd, to, size), (fd, to, HALF))
TRANSFER(__read_chk, read, CALLS_READS,
    (int fd, void *to, size_t size, size_t most), (fd, to, size, most),
    (fd, to, HALF, most))
TRANSFER(pread, pread, CALLS_READS, (int fd, void *to, size_t size, off_t at),
    (fd, to, size, at), (fd, to, HALF, at))
TRANSFER(pread64, pread, CALLS_READS, (int fd, void *to, size_t size, off_t at),
    (fd, to, size, at), (fd, to, HALF, at))
TRANSFER(recv, recv, CALLS_READS, (int fd, void *to, size_t size, int flags),
    (fd, to, size, flags), (fd, to, HALF, flags))
TRANSFER(__recv_chk, recv, CALLS_READS,
    (int fd, void *to, size_t size, size_t most, int flags),
    (fd, to, size, most, flags), (fd, to, HALF, most, flags))
TRANSFER(recvfrom, recv, CALLS_READS,
    (int fd, void *to, size_t size, int flags, struct sockaddr *from,
	socklen_t *len),
    (fd, to, size, flags, from, len), (fd, to, HALF, flags, from, len))
TRANSFER(write, write, CALLS_WRITES, (int fd, const void *data, size_t size),
    (fd, data, size), (fd, data, HALF))
TRANSFER(pwrite, pwrite, CALLS_WRITES,
    (int fd, const void *data, size_t size, off_t at), (fd, data, size, at),
    (fd, data, HALF, at))
TRANSFER(pwrite64, pwrite, CALLS_WRITES,
    (int fd, const void *data, size_t size, off_t at), (fd, data, size, at),
    (fd, data, HALF, at))
TRANSFER(send, send, CALLS_WRITES,
    (int fd, const void *data, size_t size, int flags), (fd, data, size, flags),
    (fd, data, HALF, flags))
TRANSFER(sendto, send, CALLS_WRITES,
    (int fd, const void *data, size_t size, int flags,
	const struct sockaddr *to, socklen_t len),
    (fd, data, size, flags, to, len), (fd, data, HALF, flags, to, len))
TRANSFER(copy_file_range, copy_file_range, CALLS_WRITES,
    (int from, off_t *at, int fd, off_t *to, size_t size, unsigned flags),
    (from, at, fd, to, size, flags), (from, at, fd, to, HALF, flags))
TRANSFER(sendfile, sendfile, CALLS_WRITES,
    (int fd, int from, off_t *at, size_t size), (fd, from, at, size),
    (fd, from, at, HALF))

/* Of vectors, a part is half of the first piece. */
#define VECTOR(name, kind)                                                     \
	ssize_t name(int fd, const struct iovec *all, int n)                   \
	{                                                                      \
		static ssize_t (*real)(int, const struct iovec *, int);        \
		struct iovec part;                                             \
		int what;                                                      \
                                                                               \
		if (real == NULL)                                              \
			real = fault_next(#name);                              \
		what = calls_fate(                                             \
		    #name, kind, fd, n > 0 ? all[0].iov_len : 0);              \
		if (what == 0)                                                 \
			return real(fd, all, n);                               \
		if (what != CALLS_SHORT)                                       \
			return -1;                                             \
		part = all[0];                                                 \
		part.iov_len = (part.iov_len + 1) / 2;                         \
		return real(fd, &part, 1);                                     \
	}

VECTOR(readv, CALLS_READS)
VECTOR(writev, CALLS_WRITES)

CALL(socket, CALLS_OPENS, -1, (int domain, int type, int protocol),
    (domain, type, protocol))
CALL(socketpair, CALLS_OPENS, -1,
    (int domain, int type, int protocol, int fds[2]),
    (domain, type, protocol, fds))
CALL(connect, CALLS_OTHER, fd,
    (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
CALL(bind, CALLS_OTHER, fd, (int fd, const struct sockaddr *to, socklen_t len),
    (fd, to, len))
CALL(listen, CALLS_OTHER, fd, (int fd, int backlog), (fd, backlog))
CALL(accept, CALLS_OTHER, fd, (int fd, struct sockaddr *from, socklen_t *len),
    (fd, from, len))
CALL(accept4, CALLS_OTHER, fd,
    (int fd, struct sockaddr *from, socklen_t *len, int flags),
    (fd, from, len, flags))
CALL(getsockname, CALLS_OTHER, fd,
    (int fd, struct sockaddr *own, socklen_t *len), (fd, own, len))
CALL(getpeername, CALLS_OTHER, fd,
    (int fd, struct sockaddr *peer, socklen_t *len), (fd, peer, len))
CALL(getsockopt, CALLS_OTHER, fd,
    (int fd, int level, int name, void *value, socklen_t *len),
    (fd, level, name, value, len))
CALL(setsockopt, CALLS_OTHER, fd,
    (int fd, int level, int name, const void *value, socklen_t len),
    (fd, level, name, value, len))
CALL(epoll_create, CALLS_OPENS, -1, (int size), (size))
CALL(epoll_create1, CALLS_OPENS, -1, (int flags), (flags))
CALL(epoll_ctl, CALLS_OTHER, -1,
    (int set, int what, int fd, struct epoll_event *event),
    (set, what, fd, event))
CALL(epoll_wait, CALLS_OTHER, -1,
    (int set, struct epoll_event *events, int most, int timeout),
    (set, events, most, timeout))
CALL(eventfd, CALLS_OPENS, -1, (unsigned initial, int flags), (initial, flags))
CALL(timerfd_create, CALLS_OPENS, -1, (int clock, int flags), (clock, flags))
CALL(timerfd_settime, CALLS_OPENS, -1,
    (int fd, int flags, const struct itimerspec *value, struct itimerspec *old),
    (fd, flags, value, old))
CALL(pipe, CALLS_OPENS, -1, (int fds[2]), (fds))
CALL(pipe2, CALLS_OPENS, -1, (int fds[2], int flags), (fds, flags))
CALL(poll, CALLS_OTHER, -1, (struct pollfd * all, nfds_t n, int timeout),
    (all, n, timeout))
CALL(select, CALLS_OTHER, -1,
    (int n, fd_set *in, fd_set *out, fd_set *other, struct timeval *timeout),
    (n, in, out, other, timeout))
CALL(dup, CALLS_OPENS, -1, (int fd), (fd))
CALL(dup2, CALLS_OPENS, -1, (int fd, int to), (fd, to))
CALL(fsync, CALLS_WRITES, fd, (int fd), (fd))
CALL(fdatasync, CALLS_WRITES, fd, (int fd), (fd))
CALL(ftruncate, CALLS_WRITES, fd, (int fd, off_t size), (fd, size))
CALL(ftruncate64, CALLS_WRITES, fd, (int fd, off_t size), (fd, size))
CALL(fallocate, CALLS_WRITES, fd, (int fd, int mode, off_t at, off_t size),
    (fd, mode, at, size))
CALL(fchmod, CALLS_OTHER, fd, (int fd, mode_t mode), (fd, mode))
CALL(flock, CALLS_OTHER, fd, (int fd, int how), (fd, how))
CALL(futimens, CALLS_OTHER, fd, (int fd, const struct timespec times[2]),
    (fd, times))
CALL(fstat, CALLS_OTHER, fd, (int fd, struct stat *st), (fd, st))
CALL(stat, CALLS_OPENS, -1, (const char *path, struct stat *st), (path, st))
CALL(lstat, CALLS_OPENS, -1, (const char *path, struct stat *st), (path, st))
CALL(fstatat, CALLS_OPENS, -1,
    (int dir, const char *path, struct stat *st, int flags),
    (dir, path, st, flags))
CALL(rename, CALLS_CREATES, -1, (const char *from, const char *to), (from, to))
CALL(renameat, CALLS_CREATES, -1,
    (int dir, const char *from, int into, const char *to),
    (dir, from, into, to))
CALL(renameat2, CALLS_CREATES, -1,
    (int dir, const char *from, int into, const char *to, unsigned flags),
    (dir, from, into, to, flags))
CALL(linkat, CALLS_CREATES, -1,
    (int dir, const char *from, int into, const char *to, int flags),
    (dir, from, into, to, flags))
CALL(unlink, CALLS_OPENS, -1, (const char *path), (path))
CALL(unlinkat, CALLS_OPENS, -1, (int dir, const char *path, int flags),
    (dir, path, flags))
CALL(mkdir, CALLS_CREATES, -1, (const char *path, mode_t mode), (path, mode))
CALL(mkdirat, CALLS_CREATES, -1, (int dir, const char *path, mode_t mode),
    (dir, path, mode))
CALL(mkostemp, CALLS_CREATES, -1, (char *name, int flags), (name, flags))
CALL(__poll_chk, CALLS_OTHER, -1,
    (struct pollfd * all, nfds_t n, int timeout, size_t size),
    (all, n, timeout, size))
CALL(__open_2, CALLS_OPENS, -1, (const char *path, int flags), (path, flags))
CALL(__open64_2, CALLS_OPENS, -1, (const char *path, int flags), (path, flags))
CALL(__openat_2, CALLS_OPENS, -1, (int dir, const char *path, int flags),
    (dir, path, flags))

/* The mode, where there is one. */
#define MODE(flags, mode)                                                      \
	do {                                                                   \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, flags);                                           \
		if ((flags & O_CREAT) != 0 ||                                  \
		    (flags & O_TMPFILE) == O_TMPFILE)                          \
			mode = (mode_t)va_arg(ap, int);                        \
		va_end(ap);                                                    \
	} while (0)

#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		static int (*real)(const char *, int, ...);                    \
		mode_t mode = 0;                                               \
                                                                               \
		MODE(flags, mode);                                             \
		if (real == NULL)                                              \
			real = fault_next(#name);                              \
		return calls_fate("open",                                      \
			   mode != 0 ? CALLS_CREATES : CALLS_OPENS, -1,        \
			   0) != 0                                             \
		    ? -1                                                       \
		    : real(path, flags, mode);                                 \
	}

OPEN(open)
OPEN(open64)

int
openat(int dir, const char *path, int flags, ...)
{
	static int (*real)(int, const char *, int, ...);
	mode_t mode = 0;

	MODE(flags, mode);
	if (real == NULL)
		real = fault_next("openat");
	return calls_fate("openat", mode != 0 ? CALLS_CREATES : CALLS_OPENS, -1,
		   0) != 0
	    ? -1
	    : real(dir, path, flags, mode);
}

/* All arguments are a word at most. */
int
fcntl(int fd, int what, ...)
{
	static int (*real)(int, int, ...);
	va_list ap;
	void *argument;

	va_start(ap, what);
	argument = va_arg(ap, void *);
	va_end(ap);
	if (real == NULL)
		real = fault_next("fcntl");
	return calls_fate("fcntl", CALLS_OTHER, fd, 0) != 0
	    ? -1
	    : real(fd, what, argument);
}

off_t
lseek(int fd, off_t offset, int whence)
{
	static off_t (*real)(int, off_t, int);

	if (real == NULL)
		real = fault_next("lseek");
	return calls_fate("lseek", CALLS_OTHER, fd, 0) != 0
	    ? -1
	    : real(fd, offset, whence);
}

/* It is closed all the same, as Linux does. */
int
close(int fd)
{
	static int (*real)(int);
	int what;

	if (real == NULL)
		real = fault_next("close");
	what = calls_fate("close", CALLS_WRITES, fd, 0);
	if (what == 0)
		return real(fd);
	real(fd);
	errno = what;
	return -1;
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*body)(void *), void *arg)
{
	static int (*real)(
	    pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	int what;

	if (real == NULL)
		real = fault_next("pthread_create");
	what = calls_fate("pthread_create", CALLS_OPENS, -1, 0);
	return what != 0 ? what : real(thread, attributes, body, arg);
}

/* Names under .silent are asked of a server that says nothing, for ever. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **all)
{
	static int (*real)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **);
	size_t len = name != NULL ? strlen(name) : 0;

	if (real == NULL)
		real = fault_next("getaddrinfo");
	if (len < 7 || strcmp(name + len - 7, ".silent") != 0)
		return real(name, service, hints, all);
	if (socket(AF_INET, SOCK_DGRAM, 0) == -1)
		return EAI_SYSTEM;
	for (;;)
		pause();
}
