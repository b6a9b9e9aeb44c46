/*
 * Files of bodies.
 */
#include "config.h"

#include "fetch/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/xmalloc.h"
#include "input/file_name.h"
#include "input/options.h"

/* As many names as curl's --no-clobber tries: NAME.1 to NAME.100. */
#define CLOBBER_MOST 100

#define NAMES_FIRST  64

void
files_init(struct files *f, const struct file_options *o)
{
	memset(f, 0, sizeof *f);
	f->options = o;
	f->root = -1;
}

void
files_clear(struct files *f)
{
	if (f->root != -1)
		close(f->root);
	free(f->names);
	free(f->owners);
}

static int
open_root(struct files *f)
{
	const char *path = f->options->root;

	if (f->root != -1)
		return 0;
	if (f->options->create_dirs && dirs_make(path) == -1)
		return -1;
	f->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->root != -1 ? 0 : -1;
}

bool
files_has(struct files *f, const char *name)
{
	struct stat st;

	return open_root(f) == 0 &&
	    fstatat(f->root, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Where the hash stands, or is to stand. 0 is an empty place. */
static size_t
place_of(const struct files *f, uint64_t hash)
{
	size_t at = (size_t)hash & (f->size - 1);

	while (f->names[at] != 0 && f->names[at] != hash)
		at = (at + 1) & (f->size - 1);
	return at;
}

static void
grow(struct files *f)
{
	struct files old = *f;
	size_t i, at;

	f->size = old.size != 0 ? old.size * 2 : NAMES_FIRST;
	f->names = xcalloc(f->size, sizeof *f->names);
	f->owners = xcalloc(f->size, sizeof *f->owners);
	for (i = 0; i < old.size; i++) {
		if (old.names[i] == 0)
			continue;
		at = place_of(f, old.names[i]);
		f->names[at] = old.names[i];
		f->owners[at] = old.owners[i];
	}
	free(old.names);
	free(old.owners);
}

bool
files_claim(struct files *f, const char *name, size_t index, size_t *other)
{
	uint64_t hash = file_name_hash(name, strlen(name)) | 1;
	size_t at;

	if (f->count >= f->size / 2)
		grow(f);
	at = place_of(f, hash);
	if (f->names[at] != 0) {
		*other = f->owners[at];
		return *other == index;
	}
	f->names[at] = hash;
	f->owners[at] = index;
	f->count++;
	return true;
}

void
body_file_init(
    struct body_file *b, struct files *files, const char *name, bool trusted)
{
	memset(b, 0, sizeof *b);
	b->files = files;
	b->name = xstrdup(name);
	b->trusted = trusted;
	b->dir = b->fd = -1;
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
	if (b->fd != -1)
		close(b->fd);
	if (b->dir != -1)
		close(b->dir);
	b->fd = b->dir = -1;
}

void
body_file_clear(struct body_file *b)
{
	if (b->files == NULL)
		return;
	if (b->temporary[0] != '\0')
		unlinkat(b->dir, b->temporary, 0);
	close_all(b);
	free(b->name);
	free(b->path);
	free(b->problem);
	memset(b, 0, sizeof *b);
}

/* What users call the file, or any name beside it. */
static char *
path_of(const struct body_file *b)
{
	const char *root = b->files->options->root;

	if (strcmp(root, ".") == 0 || b->name[0] == '/')
		return xstrdup(b->name);
	return xasprintf(
	    "%s%s%s", root, root[strlen(root) - 1] == '/' ? "" : "/", b->name);
}

static int
failed(struct body_file *b, const char *what)
{
	char *path = path_of(b);

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
	if (create && mkdirat(dir, name, 0777) == -1 && errno != EEXIST)
		return -1;
	return openat(
	    dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* As the user says, wherever it leads. */
static int
open_trusted(const struct body_file *b)
{
	const char *slash = strrchr(b->name, '/');
	char *path;
	int dir, error;

	if (b->files->options->create_dirs && dirs_make_for(b->name) == -1)
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

/* Down from the root, one part after the other. */
static int
open_below(const struct body_file *b)
{
	struct files *f = b->files;
	char *name, *path, *rest;
	int dir, next, error;

	if (open_root(f) == -1)
		return -1;
	path = rest = xstrdup(b->name);
	dir = fcntl(f->root, F_DUPFD_CLOEXEC, 0);
	while (
	    dir != -1 && (name = strsep(&rest, "/")) != NULL && rest != NULL) {
		next = enter(dir, name, f->options->create_dirs);
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

static const char *
last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* Creates the temporary file. */
static int
begin(struct body_file *b)
{
	const mode_t mode = (mode_t)b->files->options->mode;
	uint64_t random;
	int tries;

	b->dir = b->trusted ? open_trusted(b) : open_below(b);
	if (b->dir == -1)
		return failed(b, "create");
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
	if (b->fd != -1)
		return 0;
	b->temporary[0] = '\0';
	return failed(b, "create");
}

int
body_file_write(struct body_file *b, const char *data, size_t len)
{
	ssize_t n;

	if (b->fd == -1 && begin(b) == -1)
		return -1;
	for (; len > 0; data += n, len -= (size_t)n) {
		n = write(b->fd, data, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return failed(b, "write");
	}
	return 0;
}

int
body_file_write_at(
    struct body_file *b, const char *data, size_t len, int64_t at)
{
	ssize_t n;

	if (b->fd == -1 && begin(b) == -1)
		return -1;
	for (; len > 0; data += n, len -= (size_t)n, at += n) {
		n = pwrite(b->fd, data, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return failed(b, "write");
	}
	return 0;
}

/*
 * A name that nobody has: NAME, and with curl's --no-clobber NAME.1 and so on.
 */
static int
link_new(struct body_file *b)
{
	const int most = b->files->options->no_clobber ? CLOBBER_MOST : 0;
	char *stem = b->name;
	int n;

	for (n = 0; n <= most; n++) {
		if (n > 0)
			b->name = xasprintf("%s.%d", stem, n);
		if (linkat(b->dir, b->temporary, b->dir, last_part(b->name),
			0) == 0) {
			if (n > 0)
				free(stem);
			unlinkat(b->dir, b->temporary, 0);
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

int
body_file_commit(struct body_file *b, time_t modified)
{
	const struct file_options *o = b->files->options;
	int result;

	if (b->problem != NULL)
		return -1;
	if (b->fd == -1 && begin(b) == -1)
		return -1;
	if (o->remote_time && modified != -1 &&
	    set_times(b->fd, modified) == -1)
		return failed(b, "set the time of");
	if (o->sync && fsync(b->fd) == -1)
		return failed(b, "sync");
	result = close(b->fd);
	b->fd = -1;
	if (result == -1)
		return failed(b, "write");
	if (o->no_clobber || b->new_only)
		result = link_new(b);
	else
		result = renameat(
		    b->dir, b->temporary, b->dir, last_part(b->name));
	if (result == -1)
		return failed(b, "create");
	b->temporary[0] = '\0';
	if (o->sync && fsync(b->dir) == -1)
		return failed(b, "sync the directory of");
	b->path = path_of(b);
	return 0;
}
