/*
 * A growable byte buffer.
 */
#include "config.h"

#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
buf_init(struct buf *b)
{
	memset(b, 0, sizeof *b);
}

void
buf_clear(struct buf *b)
{
	free(b->data);
	buf_init(b);
}

void
buf_reset(struct buf *b, size_t keep)
{
	if (b->size > keep)
		buf_clear(b);
	b->len = 0;
}

void
buf_grow(struct buf *b, size_t more)
{
	size_t size = b->size;

	if (more > SIZE_MAX / 2 - b->len)
		xmalloc_exhausted();
	if (size < 64)
		size = 64;
	while (size < b->len + more)
		size += size / 2;
	b->data = xreallocarray(b->data, size, 1);
	b->size = size;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	buf_reserve(b, 64);
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, b->size - b->len, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n >= b->size - b->len) {
		buf_reserve(b, (size_t)n + 1);
		n = vsnprintf(b->data + b->len, b->size - b->len, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->len += (size_t)n;
}

char *
buf_string(struct buf *b)
{
	buf_reserve(b, 1);
	b->data[b->len] = '\0';
	return b->data;
}

void
buf_copy(struct buf *to, const struct buf *from, size_t room)
{
	to->size = from->len + room;
	to->data = xmalloc(to->size);
	to->len = 0;
	buf_append(to, from->data, from->len);
}

void
buf_move(struct buf *to, struct buf *from)
{
	free(to->data);
	*to = *from;
	buf_init(from);
}
