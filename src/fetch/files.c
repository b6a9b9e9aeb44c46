/*
 * The directory of files, and their names.
 */
#include "config.h"

#include "fetch/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/xmalloc.h"
#include "input/file_name.h"
#include "input/options.h"

#define NAMES_FIRST 64

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
	write_buffers_clear(&f->buffers);
}

int
files_open_root(struct files *f)
{
	const char *path = f->options->root;

	if (f->root != -1)
		return 0;
	if (f->options->create_dirs && dirs_make(path) == -1)
		return -1;
	f->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->root != -1 ? 0 : -1;
}

char *
files_path(const struct files *f, const char *name, bool trusted)
{
	const char *root = f->options->root;

	if (trusted || strcmp(root, ".") == 0)
		return xstrdup(name);
	return xasprintf(
	    "%s%s%s", root, root[strlen(root) - 1] == '/' ? "" : "/", name);
}

bool
files_has(struct files *f, const char *name, bool trusted)
{
	struct stat st;

	if (!trusted && files_open_root(f) == -1)
		return false;
	return fstatat(trusted ? AT_FDCWD : f->root, name, &st,
		   AT_SYMLINK_NOFOLLOW) == 0 &&
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

char *
files_taken(const char *name, size_t owner, size_t index)
{
	return xasprintf("\"%s\" is the file of task %zu already; this is %zu",
	    name, owner, index);
}
