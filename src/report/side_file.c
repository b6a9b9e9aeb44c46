/*
 * Side files.
 */
#include "config.h"

#include "report/side_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "output/whole_file.h"

static int
fail(const char *path, char **cause)
{
	*cause = xasprintf(_("cannot write %s: %s"), path, nls_strerror(errno));
	return -1;
}

/* Is it a pipe, a terminal and so on? */
static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int
side_file_put(int fd, const char *data, size_t len)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(fd, data + done, len - done);
		if (n == -1 && errno == EAGAIN)
			poll(&p, 1, -1);
		else if (n == -1 && errno != EINTR)
			return -1;
		else if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* A descriptor of its own, or that which is meant by "-" or /dev/fd/3. */
static int
open_directly(const char *path)
{
	char *real;
	int fd;

	if (strcmp(path, "-") == 0)
		return dup(STDOUT_FILENO);
	real = whole_file_resolve(path);
	fd = whole_file_descriptor(real);
	fd = fd != -1 ? dup(fd) : open(real, O_WRONLY | O_CLOEXEC);
	free(real);
	return fd;
}

static bool
is_direct(const char *path)
{
	char *real;
	bool direct;

	if (strcmp(path, "-") == 0)
		return true;
	real = whole_file_resolve(path);
	direct = whole_file_descriptor(real) != -1 || is_special(real);
	free(real);
	return direct;
}

int
side_file_check(const char *path, char **cause)
{
	struct whole_file file = {.path = NULL};
	struct stat st;
	int fd;

	if (is_direct(path)) {
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
			errno = EISDIR;
			return fail(path, cause);
		}
		return 0;
	}
	fd = whole_file_create(&file, whole_file_resolve(path), 0666);
	if (fd == -1)
		fail(path, cause);
	else
		close(fd);
	whole_file_clear(&file);
	return fd == -1 ? -1 : 0;
}

int
side_file_write(const char *path, const struct buf *text, char **cause)
{
	struct whole_file file = {.path = NULL};
	bool direct = is_direct(path);
	int fd, result;

	fd = direct ? open_directly(path)
		    : whole_file_create(&file, whole_file_resolve(path), 0666);
	if (fd == -1) {
		fail(path, cause);
		whole_file_clear(&file);
		return -1;
	}
	result = side_file_put(fd, text->data, text->len);
	if (close(fd) == -1)
		result = -1;
	if (result == 0 && !direct)
		result = whole_file_commit(&file);
	if (result == -1)
		fail(path, cause);
	whole_file_clear(&file);
	return result;
}
