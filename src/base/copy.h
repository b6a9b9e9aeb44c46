/*
 * Copying from file to file.
 */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include <stdint.h>

/*
 * Copies the first len bytes of one file to where the other one stands; the
 * file system may share them. Returns 0, or -1 with errno (EIO: there were
 * not so many).
 */
int copy_bytes(int to, int from, int64_t len);

#endif
