/*
 * Allocation that never returns NULL: exhaustion ends the process with a
 * message and EXIT_LOCAL. The results are released with free(3).
 */
#ifndef BASE_XMALLOC_H
#define BASE_XMALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* Says so and exits. */
void xmalloc_exhausted(void) __attribute__((noreturn));

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);

/* realloc(3) for count elements of size bytes; an overflow is exhaustion. */
void *xreallocarray(void *p, size_t count, size_t size);

char *xstrdup(const char *s);

/* A NUL-terminated copy of the len bytes at s. */
char *xmemdup(const void *s, size_t len);

char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap)
    __attribute__((format(printf, 1, 0)));

/* getline(3): -1 is the end or an error of the file, as ferror says. */
ssize_t xgetline(char **line, size_t *size, FILE *f);

#endif
