/*
 * Allocation that never returns NULL.
 */
#include "config.h"

#include "base/xmalloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"

void
xmalloc_exhausted(void)
{
	/* Not msg_die: it allocates. */
	msg_clear_way();
	fputs("coget: out of memory\n", stderr);
	exit(EXIT_LOCAL);
}

static void *
check(void *p)
{
	if (p == NULL)
		xmalloc_exhausted();
	return p;
}

void *
xmalloc(size_t size)
{
	return check(malloc(size != 0 ? size : 1));
}

void *
xcalloc(size_t count, size_t size)
{
	return check(calloc(count != 0 ? count : 1, size));
}

void *
xreallocarray(void *p, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		xmalloc_exhausted();
	size *= count;
	return check(realloc(p, size != 0 ? size : 1));
}

char *
xstrdup(const char *s)
{
	return xmemdup(s, strlen(s));
}

char *
xmemdup(const void *s, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len != 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) == -1)
		xmalloc_exhausted();
	return s;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

ssize_t
xgetline(char **line, size_t *size, FILE *f)
{
	ssize_t n = getline(line, size, f);

	/* The file is not to be taken for its beginning. */
	if (n == -1 && !feof(f) && !ferror(f))
		xmalloc_exhausted();
	return n;
}
