/*
 * Uploads.
 */
#include "config.h"

#include "input/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/once.h"

static int
no_input(const char *name, const char *problem, char **cause)
{
	*cause = xasprintf(_("cannot read %s: %s"), name, problem);
	return -1;
}

int
upload_open(struct upload *u, const char *name, char **cause)
{
	const char *slash = strrchr(name, '/');
	struct stat st;

	upload_clear(u);
	u->wanted = true;
	if (strcmp(name, ".") == 0)
		name = "-";
	if (strcmp(name, "-") != 0)
		u->name = slash != NULL ? slash + 1 : name;
	if (once_is(name)) {
		u->size = -1;
		u->fd = once_copy(name, cause);
		return u->fd != -1 ? 0 : -1;
	}
	u->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (u->fd == -1 || fstat(u->fd, &st) == -1)
		return no_input(name, nls_strerror(errno), cause);
	if (!S_ISREG(st.st_mode))
		return no_input(name, _("no regular file"), cause);
	u->size = (int64_t)st.st_size;
	u->path = name;
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
