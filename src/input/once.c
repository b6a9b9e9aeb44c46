/*
 * What can be read only once.
 */
#include "config.h"

#include "input/once.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nls.h"
#include "base/spool.h"
#include "base/write_all.h"
#include "base/xmalloc.h"

/* Has it the type, as of stat(2); any: 0? */
static bool
is_stdin_of(const char *name, mode_t type)
{
	struct stat own, st;

	return strcmp(name, "-") == 0 ||
	    (stat(name, &st) == 0 &&
		(type == 0 || (st.st_mode & S_IFMT) == type) &&
		fstat(STDIN_FILENO, &own) == 0 && own.st_dev == st.st_dev &&
		own.st_ino == st.st_ino);
}

bool
once_names_stdin(const char *name)
{
	return is_stdin_of(name, 0);
}

bool
once_is_stdin(const char *name)
{
	return is_stdin_of(name, S_IFIFO);
}

bool
once_is(const char *name)
{
	struct stat st;

	return strcmp(name, "-") == 0 ||
	    (stat(name, &st) == 0 && !S_ISREG(st.st_mode) &&
		!S_ISDIR(st.st_mode));
}

static int
no_temporary(char **cause)
{
	*cause = xasprintf(_("cannot use a temporary file in %s: %s"),
	    spool_directory(), nls_strerror(errno));
	return -1;
}

static int
no_input(const char *name, char **cause)
{
	*cause = xasprintf(_("cannot read %s: %s"), name, nls_strerror(errno));
	return -1;
}

static int
copy(FILE *from, const char *name, int to, char **cause)
{
	char chunk[16384];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, from)) > 0)
		if (write_all(to, chunk, n) == -1)
			return no_temporary(cause);
	return ferror(from) ? no_input(name, cause) : 0;
}

int
once_copy(const char *name, char **cause)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *from = is_stdin ? stdin : fopen(name, "re");
	int to, result;

	if (from == NULL)
		return no_input(name, cause);
	to = spool_open_unnamed(0);
	result = to == -1 ? no_temporary(cause)
			  : copy(from, is_stdin ? "stdin" : name, to, cause);
	if (!is_stdin)
		fclose(from);
	if (result == 0)
		return to;
	if (to != -1)
		close(to);
	return -1;
}
