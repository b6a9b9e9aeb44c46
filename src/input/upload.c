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
#include "base/xmalloc.h"

/* A copy of stdin that can be read many times, or -1. */
static int
copy_stdin(void)
{
	char chunk[16384];
	FILE *copy = tmpfile();
	size_t n;
	int fd = -1;

	if (copy == NULL)
		return -1;
	while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		if (fwrite(chunk, 1, n, copy) != n)
			break;
	if (!ferror(stdin) && fflush(copy) == 0 && !ferror(copy))
		fd = fcntl(fileno(copy), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	fclose(copy);
	return fd;
}

int
upload_open(struct upload *u, const char *name, char **cause)
{
	bool is_stdin = strcmp(name, "-") == 0 || strcmp(name, ".") == 0;
	const char *slash = strrchr(name, '/');
	struct stat st;

	upload_clear(u);
	u->fd = is_stdin ? copy_stdin() : open(name, O_RDONLY | O_CLOEXEC);
	u->wanted = true;
	if (u->fd == -1 || fstat(u->fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		*cause = xasprintf(_("cannot read %s: %s"),
		    is_stdin ? "stdin" : name,
		    u->fd == -1 ? nls_strerror(errno) : _("no regular file"));
		return -1;
	}
	u->size = is_stdin ? -1 : (int64_t)st.st_size;
	u->path = is_stdin ? NULL : name;
	u->name = is_stdin ? NULL : slash != NULL ? slash + 1 : name;
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
