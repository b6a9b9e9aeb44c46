/*
 * Byte sequences in memory and in the spool.
 */
#include "config.h"

#include "base/blob.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/*
 * A blob up to here stays in memory while it grows, so that a small one is in
 * one piece.
 */
#define SMALL 16384

/* From here on a segment of its own is better than a part of a shared one. */
#define LARGE 65536

/*
 * What has gone to the file goes on there in pieces of that size: memory that
 * grows up to the limit, again and again, costs as much as the writing.
 */
#define PIECE ((size_t)128 << 10)

void
blob_init(struct blob *b, struct spool *s)
{
	memset(b, 0, sizeof *b);
	b->spool = s;
	b->own = SPOOL_NO_SEGMENT;
}

/* The spool counts what memory has. */
static void
count_memory(struct blob *b)
{
	if (b->memory.size == b->held)
		return;
	spool_unhold(b->spool, b->held);
	b->held = b->memory.size;
	spool_hold(b->spool, b->held);
}

static void
forget_extents(struct blob *b)
{
	const struct extent *e;
	size_t i;

	for (i = b->first; i < b->count; i++) {
		e = &b->extents[i];
		spool_forget(b->spool, e->segment,
		    e->len - (i == b->first && !b->keeps ? b->offset : 0));
	}
	b->first = b->count = b->offset = 0;
	free(b->extents);
	b->extents = NULL;
	b->size = 0;
	if (b->own != SPOOL_NO_SEGMENT)
		spool_give_up(b->spool, &b->own);
}

void
blob_reset(struct blob *b, size_t keep)
{
	/* What is kept again, blob_read did not touch. */
	if (b->keeps)
		b->first = 0;
	forget_extents(b);
	buf_reset(&b->memory, keep);
	count_memory(b);
	b->len = b->taken = 0;
	b->keeps = false;
}

void
blob_clear(struct blob *b)
{
	if (b->spool != NULL)
		blob_reset(b, 0);
}

void
blob_reserve(struct blob *b, size_t len)
{
	if (b->count > 0 || !spool_has_memory(b->spool, len))
		return;
	buf_reserve(&b->memory, len);
	count_memory(b);
}

static void
add_extent(struct blob *b, const struct extent *e)
{
	struct extent *last = b->count > 0 ? &b->extents[b->count - 1] : NULL;

	if (last != NULL && last->segment == e->segment &&
	    last->at + last->len == e->at && b->first < b->count) {
		last->len += e->len;
		return;
	}
	if (b->count == b->size) {
		b->size = b->size == 0 ? 4 : b->size * 2;
		b->extents = xreallocarray(
		    b->extents, b->size, sizeof *b->extents);
	}
	b->extents[b->count++] = *e;
}

/* Returns how many bytes could not be written; errno says why. */
static size_t
write_out(struct blob *b, const char *data, size_t len)
{
	struct extent e;
	bool share = b->len + (int64_t)len < LARGE;

	for (; len > 0; data += e.len, len -= e.len) {
		if (spool_write(b->spool, data, len, share, &b->own, &e) == -1)
			break;
		add_extent(b, &e);
	}
	return len;
}

/* All that is in memory goes to the file. Returns as blob_append. */
static int
flush(struct blob *b)
{
	struct buf *m = &b->memory;
	/* Bytes of memory that were taken, all extents being so. */
	size_t gone = b->first == b->count && !b->keeps ? b->offset : 0;
	size_t left = m->len > gone
	    ? write_out(b, m->data + gone, m->len - gone)
	    : 0;

	if (gone > 0)
		b->offset = 0;
	/* What was taken, and is kept, may be more than a segment has. */
	while (b->first < b->count && b->offset >= b->extents[b->first].len)
		b->offset -= b->extents[b->first++].len;
	if (left > 0) {
		memmove(m->data, m->data + m->len - left, left);
		m->len = left;
		return -1;
	}
	m->len = 0;
	return 0;
}

int
blob_spill(struct blob *b)
{
	if (flush(b) == -1)
		return -1;
	buf_clear(&b->memory);
	count_memory(b);
	return 0;
}

/* Will the bytes be in memory, with as much as it grows by? */
static bool
fits(const struct blob *b, size_t len)
{
	size_t size = b->memory.size, wanted = b->memory.len + len;

	if (wanted <= size)
		return true;
	if (b->count == 0 && wanted <= SMALL)
		return true;
	return spool_has_memory(
	    b->spool, wanted - size > size / 2 ? wanted - size : size / 2);
}

int
blob_append(struct blob *b, const void *data, size_t len)
{
	if (b->count > 0 && b->memory.len + len > PIECE && flush(b) == -1)
		return -1;
	if (fits(b, len)) {
		buf_append(&b->memory, data, len);
		count_memory(b);
	} else if (blob_spill(b) == -1 || write_out(b, data, len) > 0)
		return -1;
	b->len += (int64_t)len;
	return 0;
}

void
blob_end(struct blob *b)
{
	if (b->own != SPOOL_NO_SEGMENT)
		spool_give_up(b->spool, &b->own);
}

const char *
blob_text(const struct blob *b, size_t *len)
{
	if (b->first < b->count)
		return NULL;
	*len = b->memory.len - b->offset;
	return b->memory.data != NULL ? b->memory.data + b->offset : "";
}

/* How much there is of an extent, or of memory behind the last one. */
static size_t
piece_len(const struct blob *b, size_t n, size_t offset, size_t max)
{
	size_t whole = n < b->count ? b->extents[n].len : b->memory.len;

	return whole - offset < max ? whole - offset : max;
}

static ssize_t
read_piece(const struct blob *b, size_t n, size_t offset, void *to, size_t max)
{
	size_t len = piece_len(b, n, offset, max);

	if (n == b->count)
		memcpy(to, b->memory.data + offset, len);
	else if (spool_read(b->spool, &b->extents[n], offset, to, len) == -1)
		return -1;
	return (ssize_t)len;
}

/* So many bytes of the first piece were taken. */
static void
advance(struct blob *b, size_t len)
{
	const struct extent *e;

	b->taken += (int64_t)len;
	b->offset += len;
	if (b->first < b->count) {
		e = &b->extents[b->first];
		if (!b->keeps)
			spool_forget(b->spool, e->segment, len);
		if (b->offset == e->len) {
			b->first++;
			b->offset = 0;
		}
	} else if (b->offset == b->memory.len && !b->keeps)
		b->memory.len = b->offset = 0;
	if (b->first == b->count && b->first > 0 && !b->keeps)
		b->first = b->count = 0;
}

ssize_t
blob_take(struct blob *b, void *to, size_t max)
{
	size_t got = 0;
	ssize_t n;

	while (got < max && blob_left(b) > 0) {
		n = read_piece(
		    b, b->first, b->offset, (char *)to + got, max - got);
		if (n == -1)
			return -1;
		advance(b, (size_t)n);
		got += (size_t)n;
	}
	return (ssize_t)got;
}

void
blob_skip(struct blob *b, int64_t len)
{
	size_t n;

	for (; len > 0; len -= (int64_t)n) {
		n = piece_len(b, b->first, b->offset, (size_t)len);
		advance(b, n);
	}
}

ssize_t
blob_read(const struct blob *b, int64_t at, void *to, size_t max)
{
	/* Without keeps, the pieces before the first one are gone. */
	int64_t start = b->keeps ? 0 : b->taken - (int64_t)b->offset;
	size_t i = b->keeps ? 0 : b->first, got = 0;
	ssize_t n;

	for (; i < b->count && at - start >= b->extents[i].len; i++)
		start += b->extents[i].len;
	while (got < max && at + (int64_t)got < b->len) {
		n = read_piece(b, i, (size_t)(at + (int64_t)got - start),
		    (char *)to + got, max - got);
		if (n == -1)
			return -1;
		got += (size_t)n;
		if (i < b->count)
			start += b->extents[i++].len;
	}
	return (ssize_t)got;
}

void
blob_move(struct blob *to, struct blob *from)
{
	struct spool *s = from->spool;

	blob_clear(to);
	*to = *from;
	blob_init(from, s);
}

int
blob_join(struct blob *to, struct blob *from)
{
	struct spool *s = from->spool;
	size_t i;

	if (from->count == 0) {
		if (from->memory.len > 0 &&
		    blob_append(to, from->memory.data, from->memory.len) == -1)
			return -1;
		blob_clear(from);
		return 0;
	}
	/* Memory stands behind all extents. */
	if (blob_spill(to) == -1)
		return -1;
	blob_end(to);
	for (i = 0; i < from->count; i++)
		add_extent(to, &from->extents[i]);
	to->memory = from->memory;
	to->held = from->held;
	to->own = from->own;
	to->len += from->len;
	free(from->extents);
	blob_init(from, s);
	return 0;
}
