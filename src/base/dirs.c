/*
 * Making directories.
 */
#include "config.h"

#include "base/dirs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xmalloc.h"

static int
make_one(const char *path)
{
	return mkdir(path, DIRS_MODE) == 0 || errno == EEXIST ? 0 : -1;
}

int
dirs_make(const char *path)
{
	char *copy = xstrdup(path), *s;
	int result = 0, error;

	for (s = copy + 1; result == 0 && *copy != '\0' && *s != '\0'; s++)
		if (*s == '/') {
			*s = '\0';
			result = make_one(copy);
			*s = '/';
		}
	if (result == 0 && *copy != '\0')
		result = make_one(copy);
	error = errno;
	free(copy);
	errno = error;
	return result;
}

int
dirs_make_for(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *directory;
	int result, error;

	if (slash == NULL || slash == file)
		return 0;
	directory = xmemdup(file, (size_t)(slash - file));
	result = dirs_make(directory);
	error = errno;
	free(directory);
	errno = error;
	return result;
}
