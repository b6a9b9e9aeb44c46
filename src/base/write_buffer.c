/*
 * Writing in large pieces.
 */
#include "config.h"

#include "base/write_buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/write_all.h"
#include "base/xmalloc.h"

static void
put_back(struct write_buffers *p, struct write_block *block)
{
	block->next = p->idle;
	p->idle = block;
	p->num_lent--;
}

/* Those that are written come back; waits for one where any will. */
static void
collect(struct write_buffers *p, bool waits)
{
	struct write_block *block;

	while (p->behind != NULL &&
	    (block = write_behind_take(p->behind, waits)) != NULL) {
		put_back(p, block);
		waits = false;
	}
}

void
write_buffers_clear(struct write_buffers *p)
{
	struct write_block *block;

	collect(p, false);
	write_behind_free(p->behind);
	p->behind = NULL;
	while ((block = p->idle) != NULL) {
		p->idle = block->next;
		free(block);
	}
}

/* Lends one, where there is one; false: the file can be written directly. */
static bool
borrow(struct write_buffer *b, struct write_buffers *p)
{
	struct write_block *block;

	if (b->block != NULL)
		return true;
	collect(p, p->num_lent == WRITE_BUFFERS_MOST);
	if (p->num_lent == WRITE_BUFFERS_MOST)
		return false; /* none is on its way to the file either */
	block = p->idle;
	if (block != NULL)
		p->idle = block->next;
	else
		block = xmalloc(sizeof *block);
	block->len = 0;
	b->block = block;
	p->num_lent++;
	return true;
}

/* To the thread, once there is one. */
static bool
is_behind(struct write_buffers *p)
{
	if (p->behind == NULL && !p->is_alone) {
		p->behind = write_behind_new();
		p->is_alone = p->behind == NULL;
	}
	return p->behind != NULL;
}

/* Errno of what was put, from now on 0; 0 or -1. */
static int
outcome(struct write_buffer *b)
{
	errno = b->stream.error;
	b->stream.error = 0;
	return errno == 0 ? 0 : -1;
}

int
write_buffer_put(struct write_buffer *b, struct write_buffers *p, int fd,
    const char *data, size_t len)
{
	struct write_block *full;
	size_t n;

	for (; len > 0; data += n, len -= n) {
		if (!borrow(b, p))
			return write_buffer_flush(b, p, fd) == -1
			    ? -1
			    : write_all(fd, data, len);
		n = WRITE_BLOCK_SIZE - b->block->len;
		if (n > len)
			n = len;
		memcpy(b->block->data + b->block->len, data, n);
		b->block->len += n;
		if (b->block->len < WRITE_BLOCK_SIZE)
			continue;
		if (!is_behind(p)) {
			if (write_buffer_flush(b, p, fd) == -1)
				return -1;
			continue;
		}
		full = b->block;
		b->block = NULL;
		if (write_behind_put(p->behind, &b->stream, fd, full) != 0)
			return write_buffer_flush(b, p, fd);
	}
	return 0;
}

int
write_buffer_flush(struct write_buffer *b, struct write_buffers *p, int fd)
{
	struct write_block *block = b->block;

	if (p->behind != NULL)
		write_behind_finish(p->behind, &b->stream);
	if (block != NULL && block->len > 0 && b->stream.error == 0 &&
	    write_all(fd, block->data, block->len) == -1)
		b->stream.error = errno;
	if (block != NULL)
		block->len = 0; /* what failed once is not tried again */
	return outcome(b);
}

void
write_buffer_drop(struct write_buffer *b, struct write_buffers *p)
{
	if (p->behind != NULL)
		write_behind_cancel(p->behind, &b->stream);
	if (b->block != NULL)
		put_back(p, b->block);
	b->block = NULL;
	b->stream.error = 0;
}
