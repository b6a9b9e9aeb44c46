/*
 * What comes in small pieces is written in large ones: libcurl hands out at
 * most 16 KiB (CURL_MAX_WRITE_SIZE), and a file system takes 128 KiB at once
 * in less than half the time that it takes them in eight parts. Buffers are
 * lent from a pool, so that thousands of files need no more memory than some
 * tens; a file that gets none is written piece by piece.
 */
#ifndef BASE_WRITE_BUFFER_H
#define BASE_WRITE_BUFFER_H

#include <stddef.h>

#define WRITE_BUFFER_SIZE  ((size_t)128 << 10)
#define WRITE_BUFFERS_MOST 64

/* Those of all files. All zero is a new one. */
struct write_buffers {
	char *idle[WRITE_BUFFERS_MOST]; /* owned */
	size_t num_idle;
	size_t num_lent;
};

void write_buffers_clear(struct write_buffers *p);

/* That of one file. All zero is a new one. */
struct write_buffer {
	char *data; /* lent, or NULL */
	size_t len;
};

/* Returns 0, or -1 and errno of what this or an earlier write met. */
int write_buffer_put(struct write_buffer *b, struct write_buffers *p, int fd,
    const char *data, size_t len);

/* Writes what is held. Returns 0, or -1 and errno. */
int write_buffer_flush(struct write_buffer *b, int fd);

/* What is held is not to be written; the buffer goes back. */
void write_buffer_drop(struct write_buffer *b, struct write_buffers *p);

#endif
