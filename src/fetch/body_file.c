/*
 * Files of bodies.
 */
#include "config.h"

#include "fetch/body_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/dirs.h"
#include "base/write_all.h"
#include "base/xmalloc.h"
#include "fetch/partial.h"
#include "input/options.h"

/* As many names as curl's --no-clobber tries: NAME.1 to NAME.100. */
#define CLOBBER_MOST 100

void
body_file_init(struct body_file *b, struct files *files, size_t index,
    const char *name, enum file_base base)
{
	memset(b, 0, sizeof *b);
	b->files = files;
	b->index = index;
	b->name = xstrdup(name);
	b->base = base;
	b->dir = b->fd = -1;
}

bool
body_file_is_there(const struct body_file *b)
{
	return files_has(b->files, b->name, b->base);
}

void
body_file_rename(struct body_file *b, const char *name)
{
	free(b->name);
	b->name = xstrdup(name);
	b->new_only = true;
}

static void
close_all(struct body_file *b)
{
	write_buffer_drop(&b->held, &b->files->buffers);
	if (b->fd != -1)
		close(b->fd);
	if (b->dir != -1)
		close(b->dir);
	b->fd = b->dir = -1;
}

/* Nothing is held any more. Returns 0, or -1 and errno. */
static int
flush(struct body_file *b)
{
	return write_buffer_flush(&b->held, &b->files->buffers, b->fd);
}

static const char *
last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

void
body_file_discard(struct body_file *b)
{
	if (b->is_noted)
		partial_forget(b->dir, last_part(b->name));
	b->is_noted = false;
	if (b->temporary[0] != '\0')
		temporary_note(&b->doomed, b->dir, b->temporary);
}

/* Removes the temporary file, unless it can be resumed. */
static void
drop_temporary(struct body_file *b)
{
	struct stat st;

	if (b->temporary[0] == '\0')
		return;
	if (b->is_noted && fstat(b->fd, &st) == 0 && st.st_size > 0)
		return;
	body_file_discard(b);
	unlinkat(b->dir, b->temporary, 0);
}

void
body_file_clear(struct body_file *b)
{
	if (b->files == NULL)
		return;
	drop_temporary(b);
	temporary_forget(&b->doomed);
	close_all(b);
	free(b->name);
	free(b->validator);
	free(b->path);
	free(b->problem);
	memset(b, 0, sizeof *b);
}

char *
body_file_path(const struct body_file *b)
{
	return files_path(b->files->options, b->name, b->base);
}

static int
failed(struct body_file *b, const char *what)
{
	char *path = body_file_path(b);

	b->error = errno;
	free(b->problem);
	b->problem = xasprintf(
	    "cannot %s %s: %s", what, path, strerror(b->error));
	free(path);
	return -1;
}

/* Into a directory; it is made where it is not there and may be made. */
static int
enter(int dir, const char *name, bool create)
{
	if (create && mkdirat(dir, name, DIRS_MODE) == -1 && errno != EEXIST)
		return -1;
	return openat(
	    dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* As the user says, wherever it leads. */
static int
open_anywhere(const struct body_file *b, bool create)
{
	const char *slash = strrchr(b->name, '/');
	char *path;
	int dir, error;

	if (create && dirs_make_for(b->name) == -1)
		return -1;
	path = slash == NULL   ? xstrdup(".")
	    : slash == b->name ? xstrdup("/")
			       : xmemdup(b->name, (size_t)(slash - b->name));
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = errno;
	free(path);
	errno = error;
	return dir;
}

/* Down from where it begins, one part after the other. */
static int
open_below(const struct body_file *b, bool create)
{
	char *name, *path, *rest;
	int dir, next, error;

	if ((dir = files_at(b->files, b->base, create)) == -1)
		return -1;
	path = rest = xstrdup(b->name);
	dir = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	while (
	    dir != -1 && (name = strsep(&rest, "/")) != NULL && rest != NULL) {
		next = enter(dir, name, create);
		error = errno;
		close(dir);
		errno = error;
		dir = next;
	}
	error = errno;
	free(path);
	errno = error;
	return dir;
}

/* Opens the directory of the file, where it is not open yet. */
static int
open_dir(struct body_file *b, bool create)
{
	create = create && b->files->options->create_dirs;
	if (b->dir == -1)
		b->dir = b->base == FILE_ANYWHERE ? open_anywhere(b, create)
						  : open_below(b, create);
	return b->dir == -1 ? -1 : 0;
}

/* Creates a temporary file that can be kept. */
static bool
begin_partial(struct body_file *b)
{
	const char *name = last_part(b->name);

	b->fd = partial_create(b->dir, name, (mode_t)b->files->options->mode);
	b->is_partial = b->fd != -1;
	if (!b->is_partial)
		return false;
	partial_name(b->temporary, name);
	temporary_note(&b->doomed, b->dir, b->temporary);
	return true;
}

/*
 * Names that servers give are known no earlier: two tasks may have met in
 * one.
 */
static int
claim(struct body_file *b)
{
	const struct file_options *o = b->files->options;
	size_t other;

	if (!o->server_name || o->no_clobber ||
	    files_claim(b->files, b->name, b->base, b->index, &other))
		return 0;
	free(b->problem);
	b->problem = files_taken(b->files, b->name, b->base, other, b->index);
	b->error = 0;
	return -1;
}

/*
 * A device, a pipe or a directory of that name is not to be replaced. A link
 * is, but for one that leads there. Sets the permissions of a file that is,
 * or 0.
 */
static int
check_place(struct body_file *b, mode_t *mode)
{
	struct stat st;
	char *path;

	*mode = 0;
	if (fstatat(b->dir, last_part(b->name), &st,
		b->base == FILE_ANYWHERE ? 0 : AT_SYMLINK_NOFOLLOW) == -1 ||
	    S_ISLNK(st.st_mode))
		return 0;
	if (S_ISREG(st.st_mode)) {
		*mode = st.st_mode & 0777;
		return 0;
	}
	path = body_file_path(b);
	free(b->problem);
	b->problem = xasprintf("%s is no regular file", path);
	b->error = 0;
	free(path);
	return -1;
}

/* Else it is as a new one. */
static void
keep_mode(struct body_file *b, mode_t mode)
{
	if (mode != 0)
		(void)fchmod(b->fd, mode);
}

/* A file of a name that nobody has. */
static int
begin_temporary(struct body_file *b)
{
	const mode_t mode = (mode_t)b->files->options->mode;
	uint64_t random;
	int tries;

	for (tries = 0; tries < 100 && b->fd == -1; tries++) {
		if (getentropy(&random, sizeof random) == -1)
			break;
		snprintf(b->temporary, sizeof b->temporary,
		    ".coget-%016" PRIx64, random);
		b->fd = openat(b->dir, b->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (b->fd == -1 && errno != EEXIST)
			break;
	}
	if (b->fd == -1) {
		b->temporary[0] = '\0';
		return failed(b, "create");
	}
	temporary_note(&b->doomed, b->dir, b->temporary);
	return 0;
}

/* Creates the temporary file. */
static int
begin(struct body_file *b)
{
	mode_t mode;

	if (claim(b) == -1)
		return -1;
	if (open_dir(b, true) == -1)
		return failed(b, "create");
	if (check_place(b, &mode) == -1)
		return -1;
	/* Where another process has it, ours is one like all others. */
	if ((b->url == NULL || !begin_partial(b)) && begin_temporary(b) == -1)
		return -1;
	keep_mode(b, mode);
	return 0;
}

/* What was found goes on: its place may be another than it was. */
static int
go_on(struct body_file *b)
{
	mode_t mode;

	if (check_place(b, &mode) == -1)
		return -1;
	keep_mode(b, mode);
	return 0;
}

void
body_file_keep(struct body_file *b, const char *url)
{
	b->url = url;
}

/* What an earlier attempt or run has left. */
static bool
find_partial(struct body_file *b)
{
	const char *name = last_part(b->name);
	struct stat st;
	int fd = b->url != NULL ? partial_open(b->dir, name) : -1;

	if (fd == -1)
		return false;
	b->validator = partial_validator(b->dir, name, b->url);
	if (b->validator == NULL || fstat(fd, &st) == -1 || st.st_size == 0) {
		free(b->validator);
		b->validator = NULL;
		close(fd);
		return false;
	}
	b->fd = fd;
	partial_name(b->temporary, name);
	b->is_partial = b->is_noted = true;
	b->there = st.st_size;
	return true;
}

void
body_file_find(struct body_file *b)
{
	struct stat st;

	if (open_dir(b, false) == 0 && !find_partial(b) &&
	    fstatat(b->dir, last_part(b->name), &st, AT_SYMLINK_NOFOLLOW) ==
		0 &&
	    S_ISREG(st.st_mode))
		b->there = st.st_size;
}

/* From now on what is written can be resumed, if anything says what it is. */
static void
note(struct body_file *b, const char *validator)
{
	b->is_noted = b->is_partial && validator != NULL &&
	    partial_note(b->dir, last_part(b->name), b->url, validator) == 0;
	if (b->is_noted)
		temporary_forget(&b->doomed);
}

/* All that is under the name goes into the temporary file. */
static int
take_over(struct body_file *b)
{
	int result, error;
	int fd = openat(b->dir, last_part(b->name),
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return failed(b, "read");
	result = copy_bytes(b->fd, fd, b->there);
	error = errno;
	close(fd);
	errno = error;
	return result == 0 ? 0 : failed(b, "copy what is there of");
}

int
body_file_continue(struct body_file *b, const char *validator)
{
	if (b->fd != -1) {
		if (go_on(b) == -1)
			return -1;
		return lseek(b->fd, 0, SEEK_END) != -1 ? 0 : failed(b, "write");
	}
	if (begin(b) == -1 || (b->there > 0 && take_over(b) == -1))
		return -1;
	note(b, validator);
	return 0;
}

int
body_file_anew(struct body_file *b, const char *validator)
{
	if ((b->fd == -1 ? begin(b) : go_on(b)) == -1)
		return -1;
	body_file_discard(b);
	write_buffer_drop(&b->held, &b->files->buffers);
	if (b->is_partial &&
	    (ftruncate(b->fd, 0) == -1 || lseek(b->fd, 0, SEEK_SET) == -1))
		return failed(b, "write");
	note(b, validator);
	return 0;
}

void
body_file_complete(struct body_file *b)
{
	b->is_complete = true;
}

int
body_file_write(struct body_file *b, const char *data, size_t len)
{
	int result;

	if (b->fd == -1 && begin(b) == -1)
		return -1;
	/* What is held would be lost for resuming if the process died. */
	if (b->is_noted)
		result = write_all(b->fd, data, len);
	else
		result = write_buffer_put(
		    &b->held, &b->files->buffers, b->fd, data, len);
	return result == 0 ? 0 : failed(b, "write");
}

int
body_file_write_at(
    struct body_file *b, const char *data, size_t len, int64_t at)
{
	if (b->fd == -1 && begin(b) == -1)
		return -1;
	return flush(b) == 0 && write_all_at(b->fd, data, len, at) == 0
	    ? 0
	    : failed(b, "write");
}

int
body_file_copy(struct body_file *b, int from, int64_t len)
{
	if (b->fd == -1 && begin(b) == -1)
		return -1;
	return flush(b) == 0 && copy_bytes(b->fd, from, len) == 0
	    ? 0
	    : failed(b, "write");
}

/* The name is taken first, and then what stands for it is replaced. */
static int
reserve_name(struct body_file *b, const char *name)
{
	int error,
	    fd = openat(b->dir, name,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd == -1)
		return -1;
	close(fd);
	if (renameat(b->dir, b->temporary, b->dir, name) == 0)
		return 0;
	error = errno;
	unlinkat(b->dir, name, 0);
	errno = error;
	return -1;
}

/*
 * The temporary file gets a name that nobody has; EEXIST: somebody does. There
 * are file systems without hard links (FAT, many of FUSE), and others whose
 * renaming can be asked for nothing special (NFS).
 */
static int
name_new(struct body_file *b, const char *name)
{
	if (linkat(b->dir, b->temporary, b->dir, name, 0) == 0) {
		unlinkat(b->dir, b->temporary, 0);
		return 0;
	}
#if defined HAVE_RENAMEAT2 && defined RENAME_NOREPLACE
	if (errno != EEXIST &&
	    renameat2(b->dir, b->temporary, b->dir, name, RENAME_NOREPLACE) ==
		0)
		return 0;
#endif
	return errno == EEXIST ? -1 : reserve_name(b, name);
}

/* NAME, and with curl's --no-clobber NAME.1 and so on. */
static int
take_new_name(struct body_file *b)
{
	const int most = b->files->options->no_clobber ? CLOBBER_MOST : 0;
	char *stem = b->name;
	int n;

	for (n = 0; n <= most; n++) {
		if (n > 0)
			b->name = xasprintf("%s.%d", stem, n);
		if (name_new(b, last_part(b->name)) == 0) {
			if (n > 0)
				free(stem);
			return 0;
		}
		if (n > 0)
			free(b->name);
		b->name = stem;
		if (errno != EEXIST)
			break;
	}
	return -1;
}

static int
set_times(int fd, time_t modified)
{
	const struct timespec times[2] = {
	    {.tv_sec = modified}, {.tv_sec = modified}};

	return futimens(fd, times);
}

/*
 * Closes it, which may tell of trouble with what was written. It stays locked
 * until it has its name: nobody else may take it for an unfinished one.
 */
static int
close_written(struct body_file *b)
{
	int lock = b->is_partial ? fcntl(b->fd, F_DUPFD_CLOEXEC, 0) : -1;
	int result = close(b->fd);

	b->fd = lock;
	return b->is_partial && lock == -1 ? -1 : result;
}

/* The same, and what was written is not to be relied upon. */
static int
spoiled(struct body_file *b, const char *what)
{
	failed(b, what);
	body_file_discard(b);
	return -1;
}

static int
give_name(struct body_file *b)
{
	int result;

	if (b->files->options->no_clobber || b->new_only)
		result = take_new_name(b);
	else
		result = renameat(
		    b->dir, b->temporary, b->dir, last_part(b->name));
	if (result == -1)
		return -1;
	b->temporary[0] = '\0';
	temporary_forget(&b->doomed);
	body_file_discard(b);
	return 0;
}

int
body_file_commit(struct body_file *b, time_t modified)
{
	const struct file_options *o = b->files->options;

	if (b->problem != NULL)
		return -1;
	if (b->is_complete && !b->is_partial && b->there > 0) {
		b->path = body_file_path(b);
		return 0;
	}
	if (b->fd == -1 && begin(b) == -1)
		return -1;
	if (flush(b) == -1)
		return spoiled(b, "write");
	if (o->remote_time && modified != -1 &&
	    set_times(b->fd, modified) == -1)
		return failed(b, "set the time of");
	if (o->sync && fsync(b->fd) == -1)
		return spoiled(b, "sync");
	if (close_written(b) == -1)
		return spoiled(b, "write");
	if (give_name(b) == -1)
		return failed(b, "create");
	if (o->sync && fsync(b->dir) == -1)
		return failed(b, "sync the directory of");
	b->path = body_file_path(b);
	return 0;
}
