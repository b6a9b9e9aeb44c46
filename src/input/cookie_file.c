/*
 * The files of -b.
 */
#include "config.h"

#include "input/cookie_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/once.h"

int
cookie_files_add(struct cookie_files *f, const char *name, char **cause)
{
	struct cookie_file file = {.copy = -1};

	/* curl's users switch cookies on with that. */
	if (strcmp(name, "/dev/null") != 0 && once_is(name) &&
	    (file.copy = once_copy(name, cause)) == -1)
		return -1;
	/* A name of the copy, which is read from its beginning each time. */
	file.name = file.copy != -1 ? xasprintf("/dev/fd/%d", file.copy)
				    : xstrdup(name);
	f->all = xreallocarray(f->all, f->count + 1, sizeof *f->all);
	f->all[f->count++] = file;
	if (file.copy == -1 || access(file.name, R_OK) == 0)
		return 0;
	*cause = xasprintf(
	    _("cannot read %s: %s"), file.name, nls_strerror(errno));
	return -1;
}

void
cookie_files_clear(struct cookie_files *f)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		free(f->all[i].name);
		if (f->all[i].copy != -1)
			close(f->all[i].copy);
	}
	free(f->all);
	memset(f, 0, sizeof *f);
}
