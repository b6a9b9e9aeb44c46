/*
 * Results.
 */
#include "config.h"

#include "output/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* What an emptied text keeps for the next one. */
#define KEEP_BYTES 16384

/* A body of more bytes is put into its form when it is written. */
#define EMBEDDED_MOST 65536

void
result_init(struct result *r, struct spool *s)
{
	memset(r, 0, sizeof *r);
	list_init(&r->link);
	blob_init(&r->body, s);
}

void
result_clear(struct result *r)
{
	list_remove(&r->link);
	if (r->held > 0)
		spool_unhold(r->body.spool, r->held);
	r->held = 0;
	buf_clear(&r->text);
	buf_clear(&r->tail);
	buf_clear(&r->facts);
	buf_clear(&r->said);
	blob_clear(&r->body);
}

void
result_reset(struct result *r)
{
	buf_reset(&r->text, KEEP_BYTES);
	blob_clear(&r->body);
	buf_clear(&r->tail);
	buf_clear(&r->facts);
	buf_clear(&r->said);
	r->mark = r->start = r->rest = 0;
	r->form = BODY_RAW;
	r->body_is_json = false;
	r->file = NULL;
	r->served_here = false;
}

/* So many bytes result_set_held may append. */
#define HELD_ROOM 32

/* One that has grown for this text may be much larger. */
static bool
text_is_copied(const struct result *r)
{
	return r->text.len <= KEEP_BYTES;
}

size_t
result_memory(const struct result *from)
{
	return sizeof *from + from->said.size +
	    (text_is_copied(from) ? from->text.len + HELD_ROOM
				  : from->text.size);
}

struct result *
result_new(struct result *from)
{
	struct result *r = xmalloc(sizeof *r);
	struct spool *s = from->body.spool;
	struct buf text;

	*r = *from;
	list_init(&r->link);
	r->held = result_memory(from);
	buf_init(&text);
	if (text_is_copied(from)) {
		text = from->text;
		buf_copy(&r->text, &text, HELD_ROOM);
	}
	result_init(from, s);
	buf_move(&from->text, &text);
	from->text.len = 0;
	spool_hold(s, r->held);
	return r;
}

void
result_free(struct result *r)
{
	if (r == NULL)
		return;
	result_clear(r);
	free(r);
}

void
result_set_held(struct result *r, int64_t usec)
{
	const size_t old = strlen(RESULT_NOT_HELD), end = r->text.len;
	char value[32], *place;
	size_t len;

	if (r->mark == 0 || usec <= 0)
		return;
	/* Behind the text there is room for it. */
	json_put_seconds(&r->text, usec);
	len = r->text.len - end;
	memcpy(value, r->text.data + end, len);
	place = r->text.data + r->mark;
	memmove(place + len, place + old, end - r->mark - old);
	memcpy(place, value, len);
	r->text.len = end + len - old;
}

void
result_put_body_key(struct buf *to, const struct result *r)
{
	switch (r->form) {
	case BODY_NONE:
		buf_puts(to, ",\"body\":null");
		break;
	case BODY_STRING:
		buf_puts(to, ",\"body\":\"");
		break;
	case BODY_BASE64:
		buf_puts(to, ",\"body_base64\":\"");
		break;
	case BODY_FILE:
		buf_puts(to, ",\"body_file\":");
		json_put_string(to, r->file, strlen(r->file));
		break;
	case BODY_JSON:
		buf_puts(to, ",\"body_json\":");
		break;
	case BODY_RAW:
		abort(); /* is no part of a record */
	}
}

/* What of a body is put in one piece. */
static void
put_formed(struct buf *to, enum body_form form, const char *body, size_t len)
{
	if (form == BODY_STRING)
		json_put_text(to, body, len);
	else if (form == BODY_BASE64)
		base64_encode(to, body, len);
	else
		json_put_line(to, body, len);
}

void
result_close(struct result *r, struct buf *after)
{
	const char *body = NULL, *end = r->form == BODY_JSON ? "" : "\"";
	size_t len;

	result_put_body_key(&r->text, r);
	if (result_has_body(r)) {
		body = blob_text(&r->body, &len);
		if (body == NULL || len > EMBEDDED_MOST) {
			buf_puts(&r->tail, end);
			buf_append(&r->tail, after->data, after->len);
			return;
		}
		put_formed(&r->text, r->form, body, len);
		buf_puts(&r->text, end);
		blob_clear(&r->body);
	}
	buf_append(&r->text, after->data, after->len);
	r->form = BODY_RAW;
}

static int
put_raw(struct result *r, struct buf *to)
{
	ssize_t n;

	buf_reserve(to, RESULT_PIECE);
	n = blob_take(&r->body, to->data + to->len, RESULT_PIECE);
	if (n == -1)
		return -1;
	to->len += (size_t)n;
	return 1;
}

int
result_put_body(struct result *r, struct buf *raw, struct buf *to)
{
	size_t cut = 0;
	ssize_t n;

	if (r->tail.len == 0 && blob_left(&r->body) == 0)
		return 0;
	if (r->form == BODY_RAW)
		return put_raw(r, to);
	buf_reserve(raw, RESULT_PIECE);
	n = blob_take(&r->body, raw->data + raw->len, RESULT_PIECE - raw->len);
	if (n == -1)
		return -1;
	raw->len += (size_t)n;
	if (r->form != BODY_BASE64 && blob_left(&r->body) > 0)
		cut = utf8_cut(raw->data, raw->len);
	put_formed(to, r->form, raw->data, raw->len - cut);
	if (cut > 0)
		memmove(raw->data, raw->data + raw->len - cut, cut);
	raw->len = cut;
	if (blob_left(&r->body) == 0) {
		buf_append(to, r->tail.data, r->tail.len);
		r->tail.len = 0;
	}
	return 1;
}
