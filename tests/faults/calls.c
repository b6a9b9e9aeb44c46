/*
 * Which calls fail, and how.
 */
#include "config.h"

#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fault.h"

static const struct {
	const char *name;
	int error;
} errors[] = {
    {"EAGAIN", EAGAIN},
    {"EINTR", EINTR},
    {"EIO", EIO},
    {"EMFILE", EMFILE},
    {"ENFILE", ENFILE},
    {"ENOMEM", ENOMEM},
    {"ENOSPC", ENOSPC},
    {"ENOBUFS", ENOBUFS},
    {"ECONNRESET", ECONNRESET},
    {"EPIPE", EPIPE},
    {"short", CALLS_SHORT},
};

static char failing[32]; /* the function's name; empty: none */
static unsigned long number;
static bool sticky;
static int error;
static _Atomic unsigned long count;
static _Thread_local bool inside;

static bool
is_regular(int fd)
{
	static int (*real)(int, struct stat *);
	struct stat st;

	if (real == NULL)
		real = fault_next("fstat");
	return real(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
blocks(int fd)
{
	static int (*real)(int, int, ...);
	int flags;

	if (real == NULL)
		real = fault_next("fcntl");
	flags = real(fd, F_GETFL);
	return flags == -1 || (flags & O_NONBLOCK) == 0;
}

static void
tell(const char *name, enum calls_kind kind, int fd)
{
	void *frames[FAULT_FRAMES];
	int depth = fault_stack(frames);
	bool has_fd = kind != CALLS_CREATES && kind != CALLS_OPENS && fd != -1;

	fault_tell("call %s %016lx %s%s%s-\n", name, fault_hash(frames, depth),
	    has_fd && !blocks(fd) ? "n" : "",
	    has_fd && is_regular(fd) ? "r" : "",
	    kind == CALLS_CREATES ? "c" : "");
}

/* Can it fail so? */
static bool
is_possible(enum calls_kind kind, int fd, size_t size)
{
	switch (error) {
	case EAGAIN:
		return fd != -1 && !blocks(fd) && !is_regular(fd);
	case ENOSPC:
		return kind == CALLS_CREATES ||
		    (kind != CALLS_READS && kind != CALLS_OPENS &&
			(fd == -1 || is_regular(fd)));
	case ECONNRESET:
	case EPIPE:
		return fd == -1 || !is_regular(fd);
	case CALLS_SHORT:
		return size > 1;
	default:
		return true;
	}
}

int
calls_fate(const char *name, enum calls_kind kind, int fd, size_t size)
{
	void *frames[FAULT_FRAMES];
	unsigned long n;
	int old = errno;

	if (!fault_armed || inside || (!fault_lists && *failing == '\0'))
		return 0;
	inside = true;
	if (fault_lists)
		tell(name, kind, fd);
	inside = false;
	errno = old;
	if (strcmp(name, failing) != 0 || !is_possible(kind, fd, size))
		return 0;
	n = atomic_fetch_add(&count, 1) + 1;
	if (n < number || (n > number && !sticky))
		return 0;
	if (n == number) {
		inside = true;
		fault_tell_frames(
		    frames, fault_stack(frames), "failed call %s %lu", name, n);
		inside = false;
	}
	errno = error == CALLS_SHORT ? old : error;
	return error;
}

void
calls_start(void)
{
	const char *s = getenv("FAULT_CALL"), *colon, *end;
	size_t i, all = sizeof errors / sizeof *errors;

	if (s == NULL)
		return;
	colon = strchr(s, ':');
	if (colon == NULL || (size_t)(colon - s) >= sizeof failing ||
	    !fault_parse_number(colon + 1, &number, &sticky, &end) ||
	    *end != ':')
		abort();
	memcpy(failing, s, (size_t)(colon - s));
	for (i = 0; i < all && strcmp(errors[i].name, end + 1) != 0; i++)
		;
	if (i == all)
		abort();
	error = errors[i].error;
}
