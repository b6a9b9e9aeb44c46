/*
 * A growable byte buffer. Holds any byte; data is NULL until the first
 * append. Running out of memory ends the process (xmalloc).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <string.h>

struct buf {
	char *data; /* owned */
	size_t len;
	size_t size; /* allocated */
};

void buf_init(struct buf *b);
void buf_clear(struct buf *b);

/* Forgets the contents; keeps memory up to keep bytes for the next use. */
void buf_reset(struct buf *b, size_t keep);

/* Makes the buffer larger, so that there is room for more bytes. */
void buf_grow(struct buf *b, size_t more);

/* Makes room for more bytes behind len. */
static inline void
buf_reserve(struct buf *b, size_t more)
{
	if (more > b->size - b->len)
		buf_grow(b, more);
}

static inline void
buf_append(struct buf *b, const void *data, size_t len)
{
	if (len == 0)
		return;
	buf_reserve(b, len);
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

static inline void
buf_puts(struct buf *b, const char *s)
{
	buf_append(b, s, strlen(s));
}

static inline void
buf_putc(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->data[b->len++] = c;
}

void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A NUL behind the contents, not counted in len. Returns the contents. */
char *buf_string(struct buf *b);

/* Copies the contents of from to the buffer to, which has no memory: just as
 * much as is needed, and room for so many bytes more. */
void buf_copy(struct buf *to, const struct buf *from, size_t room);

/* Moves the contents of from to the empty buffer to. */
void buf_move(struct buf *to, struct buf *from);

#endif
