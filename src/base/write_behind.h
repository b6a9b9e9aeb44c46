/*
 * Write-behind: a thread writes blocks to files while its owner goes on.
 * Writing to a file is all work for the processor (pages of the cache are
 * found, cleared and copied to), and as much as that of receiving the data.
 *
 * All functions are for the owner's thread. Blocks of one stream are written
 * in order, one at a time; a bounded number of all waits.
 */
#ifndef BASE_WRITE_BEHIND_H
#define BASE_WRITE_BEHIND_H

#include <stdbool.h>
#include <stddef.h>

#define WRITE_BLOCK_SIZE ((size_t)128 << 10)

struct write_block {
	struct write_block *next;
	struct write_stream *stream;
	int fd;
	size_t len;
	char data[WRITE_BLOCK_SIZE];
};

/* What goes to one file. All zero is a new one. */
struct write_stream {
	size_t num_pending; /* blocks that are not written yet */
	int error;	    /* errno of the first write that failed, or 0 */
};

struct write_behind;

/* Returns NULL where there is no thread to be had. */
struct write_behind *write_behind_new(void);

/* Nothing is pending, and all that was written is taken. Takes NULL. */
void write_behind_free(struct write_behind *w);

/*
 * Writes the block to fd, which must stay open until nothing of the stream is
 * pending; the block is the thread's until it is taken. Where too many are
 * pending it writes some itself, or waits. What comes behind a write that
 * failed is not written. Returns errno of the first write of the stream that
 * has failed so far, or 0.
 */
int write_behind_put(struct write_behind *w, struct write_stream *s, int fd,
    struct write_block *block);

/*
 * Returns a block that is written, the caller's from now on, or NULL where
 * there is none; one that waits does so where any are pending.
 */
struct write_block *write_behind_take(struct write_behind *w, bool waits);

/* Nothing of the stream is pending afterwards. Returns its error, or 0. */
int write_behind_finish(struct write_behind *w, struct write_stream *s);

/* The same, but what is not being written already is not. */
void write_behind_cancel(struct write_behind *w, struct write_stream *s);

#endif
