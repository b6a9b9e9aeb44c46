/*
 * The directory of files, and their names.
 */
#include "config.h"

#include "fetch/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/dirs.h"
#include "base/fnv.h"
#include "base/xmalloc.h"
#include "input/options.h"

#define NAMES_FIRST 64

void
files_init(struct files *f, const struct file_options *o)
{
	memset(f, 0, sizeof *f);
	f->options = o;
	f->root = f->dir = -1;
}

void
files_clear(struct files *f)
{
	if (f->root != -1)
		close(f->root);
	if (f->dir != -1)
		close(f->dir);
	free(f->cwd);
	free(f->names);
	free(f->owners);
	write_buffers_clear(&f->buffers);
}

/* Where the names begin; NULL: where they say themselves. */
static const char *
base_path(const struct file_options *o, enum file_base base)
{
	switch (base) {
	case FILE_BELOW_ROOT:
		return o->root;
	case FILE_BELOW_DIR:
		return o->dir;
	case FILE_ANYWHERE:
		break;
	}
	return NULL;
}

int
files_at(struct files *f, enum file_base base, bool create)
{
	const char *path = base_path(f->options, base);
	int *fd = base == FILE_BELOW_DIR ? &f->dir : &f->root;

	if (path == NULL)
		return AT_FDCWD;
	if (*fd != -1)
		return *fd;
	if (create && f->options->create_dirs && dirs_make(path) == -1)
		return -1;
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd;
}

char *
files_path(const struct file_options *o, const char *name, enum file_base base)
{
	const char *path = base_path(o, base);

	if (path == NULL || strcmp(path, ".") == 0)
		return xstrdup(name);
	return xasprintf(
	    "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", name);
}

bool
files_has(struct files *f, const char *name, enum file_base base)
{
	int at = files_at(f, base, false);
	struct stat st;

	return at != -1 && fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISDIR(st.st_mode);
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

/* The working directory; "": it has no name, then relative ones are alike. */
static const char *
working_directory(struct files *f)
{
	if (f->cwd == NULL && (f->cwd = getcwd(NULL, 0)) == NULL) {
		if (errno == ENOMEM)
			xmalloc_exhausted();
		f->cwd = xstrdup("");
	}
	return f->cwd;
}

/*
 * Appends the parts of a path that say something. ".." takes one away: where
 * that was a link, two files are taken for one, which replaces nothing.
 */
static void
put_plain(struct buf *to, const char *path)
{
	const char *slash;
	size_t len;

	for (; *path != '\0'; path = *slash != '\0' ? slash + 1 : slash) {
		slash = strchrnul(path, '/');
		len = (size_t)(slash - path);
		if (len == 0 || (len == 1 && *path == '.'))
			continue;
		if (len == 2 && strncmp(path, "..", 2) == 0) {
			while (to->len > 0 && to->data[--to->len] != '/')
				;
			continue;
		}
		buf_putc(to, '/');
		buf_append(to, path, len);
	}
}

/* What the file is told apart by; not 0. */
static uint64_t
hash_of(struct files *f, const char *name, enum file_base base)
{
	char *path = files_path(f->options, name, base);
	struct buf plain;
	uint64_t hash;

	buf_init(&plain);
	if (*path != '/')
		put_plain(&plain, working_directory(f));
	put_plain(&plain, path);
	hash = fnv_of(FNV_BASIS, buf_string(&plain), plain.len) | 1;
	buf_clear(&plain);
	free(path);
	return hash;
}

bool
files_claim(struct files *f, const char *name, enum file_base base,
    size_t index, size_t *other)
{
	uint64_t hash = hash_of(f, name, base);
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

char *
files_taken(const struct files *f, const char *name, enum file_base base,
    size_t owner, size_t index)
{
	char *path = files_path(f->options, name, base);
	char *text = xasprintf(
	    "\"%s\" is the file of task %zu already; this is "
	    "%zu",
	    path, owner, index);

	free(path);
	return text;
}
