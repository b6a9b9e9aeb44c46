/*
 * Files that appear whole.
 */
#include "config.h"

#include "output/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/spool.h"
#include "base/xmalloc.h"

/* As many symbolic links as Linux follows. */
#define LINKS_MAX 40

int
whole_file_descriptor(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	size_t i, len;
	char *end;
	long fd;

	for (i = 0; i < sizeof folders / sizeof *folders; i++) {
		len = strlen(folders[i]);
		if (strncmp(path, folders[i], len) != 0)
			continue;
		fd = strtol(path + len, &end, 10);
		if (end > path + len && *end == '\0' && fd >= 0 &&
		    fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

/* What the link at path says, seen from where we are; NULL: it is none. */
static char *
link_target(const char *path)
{
	char target[PATH_MAX];
	const char *slash = strrchr(path, '/');
	ssize_t len = readlink(path, target, sizeof target);

	if (len <= 0 || (size_t)len == sizeof target)
		return NULL;
	if (target[0] == '/' || slash == NULL)
		return xmemdup(target, (size_t)len);
	return xasprintf(
	    "%.*s/%.*s", (int)(slash - path), path, (int)len, target);
}

char *
whole_file_resolve(const char *path)
{
	char *here = xstrdup(path), *next;
	int links;

	for (links = 0; links < LINKS_MAX; links++) {
		if (whole_file_descriptor(here) != -1 ||
		    (next = link_target(here)) == NULL)
			break;
		free(here);
		here = next;
	}
	return here;
}

static mode_t
new_file_mode(mode_t mode)
{
	mode_t mask = umask(0);

	umask(mask);
	return mode & ~mask;
}

/* The permissions and the owner of the old file, as far as we may. */
static void
take_after(int fd, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777; /* set-id would be another's */

	if (fchown(fd, old->st_uid, old->st_gid) == -1 &&
	    fchown(fd, (uid_t)-1, old->st_gid) == -1)
		mode &= ~(mode_t)070; /* they were for another group */
	if (fchmod(fd, mode) == -1)
		return; /* it is only more private */
}

/* There is no room for it beside, but the file itself can be written. */
static int
create_apart(struct whole_file *f)
{
	const int error = errno;

	f->apart = spool_open_unnamed(0);
	if (f->apart == -1) {
		errno = error; /* of the place that was named */
		return -1;
	}
	f->is_apart = true;
	return fcntl(f->apart, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

int
whole_file_create(struct whole_file *f, char *path, mode_t mode)
{
	struct stat old;
	bool exists = stat(path, &old) == 0;
	int fd, error;

	memset(f, 0, sizeof *f);
	f->path = path;
	if (exists && access(path, W_OK) == -1)
		return -1;
	f->temporary = xasprintf("%s.XXXXXX", path);
	temporary_note(&f->doomed, AT_FDCWD, f->temporary);
	fd = mkostemp(f->temporary, O_CLOEXEC);
	if (fd == -1) {
		error = errno;
		whole_file_leave(f);
		errno = error;
		if (exists && S_ISREG(old.st_mode) &&
		    (error == EACCES || error == EPERM || error == EROFS))
			return create_apart(f);
	} else if (exists)
		take_after(fd, &old);
	else if (fchmod(fd, new_file_mode(mode)) == -1)
		return fd; /* it is only more private */
	return fd;
}

/* What is in a temporary file, and its time, into the file itself. */
static int
copy_into(int to, int from)
{
	struct timespec times[2];
	struct stat st;

	if (fstat(from, &st) == -1 || copy_bytes(to, from, st.st_size) == -1 ||
	    ftruncate(to, st.st_size) == -1)
		return -1;
	times[0] = times[1] = st.st_mtim;
	if (futimens(to, times) == -1)
		errno = 0; /* it is only younger, as with curl */
	return 0;
}

static int
write_in_place(struct whole_file *f)
{
	int from = f->is_apart ? f->apart
			       : open(f->temporary, O_RDONLY | O_CLOEXEC);
	int to = -1, result = -1, error;

	if (from != -1)
		to = open(f->path, O_WRONLY | O_CLOEXEC);
	if (to != -1)
		result = copy_into(to, from);
	error = errno;
	if (from != -1 && !f->is_apart)
		close(from);
	if (to != -1 && close(to) == -1 && result == 0) {
		error = errno;
		result = -1;
	}
	if (result == 0 && !f->is_apart)
		unlink(f->temporary);
	errno = error;
	return result;
}

bool
whole_file_is_begun(const struct whole_file *f)
{
	return f->temporary != NULL || f->is_apart;
}

int
whole_file_commit(struct whole_file *f)
{
	int result, error;

	if (!whole_file_is_begun(f))
		return 0;
	result = f->is_apart ? -1 : rename(f->temporary, f->path);
	error = errno;
	/* It is mounted there, or another's in a sticky directory. */
	if (result == -1 &&
	    (f->is_apart || errno == EBUSY || errno == EPERM ||
		errno == EACCES)) {
		result = write_in_place(f);
		/* There was nothing to be replaced. */
		if (result == -1 && errno == ENOENT && !f->is_apart)
			errno = error;
	}
	if (result == 0)
		whole_file_leave(f);
	return result;
}

void
whole_file_leave(struct whole_file *f)
{
	temporary_forget(&f->doomed);
	if (f->is_apart)
		close(f->apart);
	f->is_apart = false;
	free(f->temporary);
	f->temporary = NULL;
}

void
whole_file_clear(struct whole_file *f)
{
	if (f->temporary != NULL)
		unlink(f->temporary);
	whole_file_leave(f);
	free(f->path);
	f->path = NULL;
}
