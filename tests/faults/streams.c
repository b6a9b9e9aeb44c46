/*
 * Streams of the C library, which makes its system calls unseen.
 */
#include "config.h"

#undef _FORTIFY_SOURCE

#include <errno.h>
#include <stdio.h>

#include "calls.h"
#include "fault.h"

/* glibc's mark of ferror. */
#define ERROR_SEEN 0x20

static FILE *
failed(FILE *f)
{
	f->_flags |= ERROR_SEEN;
	return f;
}

#define OPEN(name)                                                             \
	FILE *name(const char *path, const char *mode)                         \
	{                                                                      \
		static FILE *(*real)(const char *, const char *);              \
		bool creates = *mode != 'r';                                   \
                                                                               \
		if (real == NULL)                                              \
			real = fault_next(#name);                              \
		if (calls_fate("fopen", creates ? CALLS_CREATES : CALLS_OPENS, \
			-1, 0) != 0)                                           \
			return NULL;                                           \
		return real(path, mode);                                       \
	}

OPEN(fopen)
OPEN(fopen64)

int
fclose(FILE *f)
{
	static int (*real)(FILE *);
	int what, fd = fileno(f);

	if (real == NULL)
		real = fault_next("fclose");
	what = calls_fate("fclose", CALLS_WRITES, fd, 0);
	if (what == 0)
		return real(f);
	real(f);
	errno = what;
	return EOF;
}

int
fflush(FILE *f)
{
	static int (*real)(FILE *);

	if (real == NULL)
		real = fault_next("fflush");
	if (f == NULL || calls_fate("fflush", CALLS_WRITES, fileno(f), 0) == 0)
		return real(f);
	failed(f);
	return EOF;
}

size_t
fwrite(const void *data, size_t size, size_t n, FILE *f)
{
	static size_t (*real)(const void *, size_t, size_t, FILE *);

	if (real == NULL)
		real = fault_next("fwrite");
	return calls_fate("fwrite", CALLS_WRITES, fileno(f), 0) == 0
	    ? real(data, size, n, f)
	    : real(data, size, n / 2, failed(f));
}

int
fputs(const char *s, FILE *f)
{
	static int (*real)(const char *, FILE *);

	if (real == NULL)
		real = fault_next("fputs");
	if (calls_fate("fputs", CALLS_WRITES, fileno(f), 0) == 0)
		return real(s, f);
	failed(f);
	return EOF;
}

size_t
fread(void *to, size_t size, size_t n, FILE *f)
{
	static size_t (*real)(void *, size_t, size_t, FILE *);

	if (real == NULL)
		real = fault_next("fread");
	if (calls_fate("fread", CALLS_READS, fileno(f), 0) == 0)
		return real(to, size, n, f);
	failed(f);
	return 0;
}

/* getline is this one. */
ssize_t __getdelim(char **line, size_t *size, int delimiter, FILE *f);

ssize_t
__getdelim(char **line, size_t *size, int delimiter, FILE *f)
{
	static ssize_t (*real)(char **, size_t *, int, FILE *);
	int what;

	if (real == NULL)
		real = fault_next("__getdelim");
	what = calls_fate("getline", CALLS_READS, fileno(f), 0);
	if (what == 0)
		return real(line, size, delimiter, f);
	if (what != ENOMEM) /* that is not the file's */
		failed(f);
	return -1;
}
