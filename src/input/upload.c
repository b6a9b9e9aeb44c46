/*
 * Uploads.
 */
#include "config.h"

#include "input/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nls.h"
#include "base/spool.h"
#include "base/write_all.h"
#include "base/xmalloc.h"

static int
no_temporary(char **cause)
{
	*cause = xasprintf(_("cannot use a temporary file in %s: %s"),
	    spool_directory(), nls_strerror(errno));
	return -1;
}

static int
no_input(const char *name, const char *problem, char **cause)
{
	*cause = xasprintf(_("cannot read %s: %s"), name, problem);
	return -1;
}

/* So that it can be read many times. */
static int
copy_stdin(int to, char **cause)
{
	char chunk[16384];
	size_t n;

	if (to == -1)
		return no_temporary(cause);
	while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		if (write_all(to, chunk, n) == -1)
			return no_temporary(cause);
	return ferror(stdin) ? no_input("stdin", nls_strerror(errno), cause)
			     : 0;
}

int
upload_open(struct upload *u, const char *name, char **cause)
{
	const char *slash = strrchr(name, '/');
	struct stat st;

	upload_clear(u);
	u->wanted = true;
	if (strcmp(name, "-") == 0 || strcmp(name, ".") == 0) {
		u->size = -1;
		u->fd = spool_open_unnamed(0);
		return copy_stdin(u->fd, cause);
	}
	u->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (u->fd == -1 || fstat(u->fd, &st) == -1)
		return no_input(name, nls_strerror(errno), cause);
	if (!S_ISREG(st.st_mode))
		return no_input(name, _("no regular file"), cause);
	u->size = (int64_t)st.st_size;
	u->path = name;
	u->name = slash != NULL ? slash + 1 : name;
	return 0;
}

void
upload_clear(struct upload *u)
{
	if (u->wanted && u->fd != -1)
		close(u->fd);
	memset(u, 0, sizeof *u);
	u->fd = -1;
}
