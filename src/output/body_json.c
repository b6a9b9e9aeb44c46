/*
 * Bodies of JSON.
 */
#include "config.h"

#include "output/body_json.h"

#include <jansson.h>

#include "base/ascii.h"
#include "output/result.h"

/* To be parsed, a body is in memory as a whole, and several times that. */
#define PARSED_MOST (16 << 20)

static bool
is_json(const char *text, size_t len)
{
	json_t *value = json_loadb(text, len,
	    JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
	bool is = value != NULL;

	json_decref(value);
	return is;
}

/* Within JSON's tokens there is no line end; between them it says nothing. */
static void
put_in_line(struct buf *to, const char *text, size_t len)
{
	while (len > 0 && ascii_is_space(text[len - 1]))
		len--;
	while (len > 0 && ascii_is_space(*text)) {
		text++;
		len--;
	}
	buf_reserve(to, len);
	for (; len > 0; text++, len--)
		if (*text != '\n' && *text != '\r')
			buf_putc(to, *text);
}

/* All of the body, wherever it is; false where it cannot be read. */
static bool
read_body(const struct result *r, struct buf *to)
{
	int64_t at = 0;
	ssize_t n;

	buf_reserve(to, (size_t)blob_left(&r->body));
	while (at < blob_left(&r->body)) {
		n = blob_read(
		    &r->body, at, to->data + to->len, to->size - to->len);
		if (n <= 0)
			return false;
		to->len += (size_t)n;
		at += n;
	}
	return true;
}

void
body_json_put(struct result *r)
{
	const char *text;
	struct buf copy;
	size_t len = 0;

	if (r->form != BODY_STRING || blob_left(&r->body) > PARSED_MOST)
		return;
	buf_init(&copy);
	text = blob_text(&r->body, &len);
	if (text == NULL && read_body(r, &copy)) {
		text = copy.data;
		len = copy.len;
	}
	if (text != NULL && is_json(text, len)) {
		buf_puts(&r->text, ",\"body_json\":");
		put_in_line(&r->text, text, len);
		blob_clear(&r->body);
		r->form = BODY_JSON;
	}
	buf_clear(&copy);
}
