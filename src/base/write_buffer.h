/*
 * What comes in small pieces is written in large ones, by a thread of its own:
 * libcurl hands out at most 16 KiB (CURL_MAX_WRITE_SIZE), and a file system
 * takes 128 KiB at once in less than half the time that it takes them in eight
 * parts. Buffers are lent from a pool, so that thousands of files need no more
 * memory than some tens; a file that gets none is written piece by piece.
 */
#ifndef BASE_WRITE_BUFFER_H
#define BASE_WRITE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/write_behind.h"

#define WRITE_BUFFERS_MOST 64

/* Those of all files. All zero is a new one. */
struct write_buffers {
	struct write_block *idle; /* owned */
	size_t num_lent;
	struct write_behind *behind; /* owned; NULL: no buffer was full yet */
	bool is_alone;		     /* there is no thread to be had */
};

/* All buffers are back. */
void write_buffers_clear(struct write_buffers *p);

/* That of one file. All zero is a new one. */
struct write_buffer {
	struct write_block *block; /* lent, or NULL */
	struct write_stream stream;
};

/*
 * The descriptor is that of a file, the same one until the buffer is flushed
 * or dropped. Returns 0, or -1 and errno of what this or an earlier write met.
 */
int write_buffer_put(struct write_buffer *b, struct write_buffers *p, int fd,
    const char *data, size_t len);

/* All that was put is written, then. Returns 0, or -1 and errno. */
int write_buffer_flush(struct write_buffer *b, struct write_buffers *p, int fd);

/* What is not written yet is not to be; the buffer goes back. */
void write_buffer_drop(struct write_buffer *b, struct write_buffers *p);

#endif
