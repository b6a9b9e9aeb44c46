/*
 * A growable byte buffer. Holds any byte; data is NULL until the first
 * append. Running out of memory ends the process (xmalloc).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* owned */
	size_t len;
	size_t size; /* allocated */
};

void buf_init(struct buf *b);
void buf_clear(struct buf *b);

/* Forgets the contents; keeps memory up to keep bytes for the next use. */
void buf_reset(struct buf *b, size_t keep);

/* Makes room for more bytes behind len. */
void buf_reserve(struct buf *b, size_t more);

void buf_append(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A NUL behind the contents, not counted in len. Returns the contents. */
char *buf_string(struct buf *b);

/* Moves the contents of from to the empty buffer to. */
void buf_move(struct buf *to, struct buf *from);

#endif
