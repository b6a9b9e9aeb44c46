/*
 * Writing all of some bytes to a file, however many the system takes at once.
 */
#ifndef BASE_WRITE_ALL_H
#define BASE_WRITE_ALL_H

#include <stddef.h>
#include <stdint.h>

/* Waits where the descriptor has to. Returns 0, or -1 and errno. */
int write_all(int fd, const char *data, size_t len);

/* The same at a place of the file, whatever the descriptor's own is. */
int write_all_at(int fd, const char *data, size_t len, int64_t at);

#endif
