/*
 * Unfinished bodies.
 */
#include "config.h"

#include "fetch/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fnv.h"
#include "base/url.h"
#include "base/xmalloc.h"

/* The file of info: these three and the validator, each with a NUL behind. */
#define MAGIC "coget-part 1"

/* Longer validators are not noted. */
#define INFO_MAX 65536

static void
put_name(char to[PARTIAL_NAME_SIZE], const char *name, const char *extension)
{
	snprintf(to, PARTIAL_NAME_SIZE, ".coget-%016" PRIx64 ".%s",
	    fnv_of(FNV_BASIS, name, strlen(name)), extension);
}

void
partial_name(char part[PARTIAL_NAME_SIZE], const char *name)
{
	put_name(part, name, "part");
}

/*
 * Is it a file of our own, that has no other name, and does the name still
 * lead to it? Else somebody has planted it, or has just put it in its place.
 */
static bool
is_ours(int fd, int dir, const char *part)
{
	struct stat open, there;

	return fstat(fd, &open) == 0 && S_ISREG(open.st_mode) &&
	    open.st_nlink == 1 && open.st_uid == geteuid() &&
	    fstatat(dir, part, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    there.st_dev == open.st_dev && there.st_ino == open.st_ino;
}

/* Closes it with errno as it is. */
static int
give_up(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

/* Keeps errno. */
static void
unlink_new(int dir, const char *part)
{
	int error = errno;

	unlinkat(dir, part, 0);
	errno = error;
}

static int
open_locked(int dir, const char *part, int flags, mode_t mode)
{
	int fd = openat(dir, part,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, mode);

	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		/* Locks may be unknown here; else it is another's by now. */
		if ((flags & O_CREAT) != 0 && errno != EWOULDBLOCK)
			unlink_new(dir, part);
		return give_up(fd);
	}
	if (is_ours(fd, dir, part))
		return fd;
	errno = EEXIST;
	return give_up(fd);
}

int
partial_open(int dir, const char *name)
{
	char part[PARTIAL_NAME_SIZE];

	partial_name(part, name);
	return open_locked(dir, part, 0, 0);
}

int
partial_create(int dir, const char *name, mode_t mode)
{
	char part[PARTIAL_NAME_SIZE];
	int fd;

	partial_name(part, name);
	fd = open_locked(dir, part, 0, 0);
	if (fd == -1 && errno == ENOENT)
		fd = open_locked(dir, part, O_CREAT | O_EXCL, mode);
	if (fd == -1)
		return -1;
	partial_forget(dir, name);
	return ftruncate(fd, 0) == 0 ? fd : give_up(fd);
}

/* Who may see the directory need not see passwords in URLs. */
static void
put_head(struct buf *to, const char *name, const char *url)
{
	buf_append(to, MAGIC, sizeof MAGIC);
	buf_append(to, name, strlen(name) + 1);
	url_redact(to, url, strlen(url));
	buf_putc(to, '\0');
}

/* Reads the whole file; false: it is not there, or none of ours. */
static bool
read_info(int dir, const char *name, struct buf *to)
{
	char info[PARTIAL_NAME_SIZE];
	ssize_t n;
	int fd;

	put_name(info, name, "info");
	fd = openat(dir, info, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return false;
	buf_reserve(to, INFO_MAX);
	n = is_ours(fd, dir, info) ? read(fd, to->data, INFO_MAX) : -1;
	close(fd);
	to->len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

char *
partial_validator(int dir, const char *name, const char *url)
{
	struct buf info, head;
	const char *validator, *end;
	char *result = NULL;

	buf_init(&info);
	buf_init(&head);
	put_head(&head, name, url);
	if (read_info(dir, name, &info) && info.len > head.len &&
	    memcmp(info.data, head.data, head.len) == 0) {
		validator = info.data + head.len;
		/* A write that was cut short has no end. */
		end = memchr(validator, '\0', info.len - head.len);
		if (end != NULL && end > validator &&
		    end + 1 == info.data + info.len)
			result = xstrdup(validator);
	}
	buf_clear(&head);
	buf_clear(&info);
	return result;
}

int
partial_note(int dir, const char *name, const char *url, const char *validator)
{
	char info[PARTIAL_NAME_SIZE];
	struct buf text;
	int fd, result = -1;

	put_name(info, name, "info");
	buf_init(&text);
	put_head(&text, name, url);
	buf_append(&text, validator, strlen(validator) + 1);
	fd = text.len <= INFO_MAX
	    ? openat(dir, info,
		  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
	    : -1;
	if (fd != -1) {
		if (write(fd, text.data, text.len) == (ssize_t)text.len)
			result = 0;
		if (close(fd) == -1)
			result = -1;
		if (result == -1)
			partial_forget(dir, name);
	}
	buf_clear(&text);
	return result;
}

void
partial_forget(int dir, const char *name)
{
	char info[PARTIAL_NAME_SIZE];

	put_name(info, name, "info");
	unlinkat(dir, info, 0);
}
