/*
 * Reading at a place of a file, whatever the descriptor's own is.
 */
#ifndef BASE_READ_SOME_H
#define BASE_READ_SOME_H

#include <stdint.h>
#include <sys/types.h>

/*
 * As pread, again where a signal comes: so many bytes as there are, at most
 * len; 0 is the end of the file. -1 and errno.
 */
ssize_t read_some(int fd, void *to, size_t len, int64_t at);

/*
 * As often as it takes: fewer than len only where the file ends before. Returns
 * the number of bytes, or -1 and errno.
 */
ssize_t read_all(int fd, void *to, size_t len, int64_t at);

#endif
