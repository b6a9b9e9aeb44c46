/*
 * A small file that is written at the end, beside the results: the summary, a
 * picture. It is there whole or not at all; what is no regular file, or a
 * descriptor (/dev/fd/3), is written directly.
 */
#ifndef REPORT_SIDE_FILE_H
#define REPORT_SIDE_FILE_H

#include <stddef.h>

struct buf;

/*
 * Can it be written, as far as can be told now? Before the work is done.
 * Returns 0, or -1 and the cause (owned by the caller).
 */
int side_file_check(const char *path, char **cause);

/* Writes it; "-" is stdout. Returns as side_file_check. */
int side_file_write(const char *path, const struct buf *text, char **cause);

/*
 * Writes all of it to a descriptor, waiting where that does not block.
 * Returns -1 and errno.
 */
int side_file_put(int fd, const char *data, size_t len);

#endif
