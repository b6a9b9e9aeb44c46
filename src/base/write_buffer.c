/*
 * Writing in large pieces.
 */
#include "config.h"

#include "base/write_buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/write_all.h"
#include "base/xmalloc.h"

void
write_buffers_clear(struct write_buffers *p)
{
	while (p->num_idle > 0)
		free(p->idle[--p->num_idle]);
}

/* Lends one, where there is one. */
static bool
borrow(struct write_buffer *b, struct write_buffers *p)
{
	if (b->data != NULL)
		return true;
	if (p->num_lent == WRITE_BUFFERS_MOST)
		return false;
	b->data = p->num_idle > 0 ? p->idle[--p->num_idle]
				  : xmalloc(WRITE_BUFFER_SIZE);
	p->num_lent++;
	return true;
}

int
write_buffer_put(struct write_buffer *b, struct write_buffers *p, int fd,
    const char *data, size_t len)
{
	size_t n;

	if (!borrow(b, p))
		return write_all(fd, data, len);
	for (; len > 0; data += n, len -= n) {
		n = WRITE_BUFFER_SIZE - b->len;
		if (n > len)
			n = len;
		memcpy(b->data + b->len, data, n);
		b->len += n;
		if (b->len == WRITE_BUFFER_SIZE &&
		    write_buffer_flush(b, fd) == -1)
			return -1;
	}
	return 0;
}

int
write_buffer_flush(struct write_buffer *b, int fd)
{
	size_t len = b->len;

	b->len = 0; /* what failed once is not tried again */
	return len > 0 ? write_all(fd, b->data, len) : 0;
}

void
write_buffer_drop(struct write_buffer *b, struct write_buffers *p)
{
	if (b->data != NULL) {
		p->idle[p->num_idle++] = b->data;
		p->num_lent--;
	}
	b->data = NULL;
	b->len = 0;
}
