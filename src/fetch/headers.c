/*
 * The header lines of a response.
 */
#include "config.h"

#include "fetch/headers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/xmalloc.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where the line at s ends with those that continue it: its last \n, or end. */
static const char *
line_end(const char *s, const char *end)
{
	const char *newline = s;

	for (;;) {
		newline = memchr(newline, '\n', (size_t)(end - newline));
		if (newline == NULL || newline + 1 == end)
			return end;
		newline++;
		if (*newline != ' ' && *newline != '\t')
			return newline;
	}
}

/* Splits the line from s to end; false where it is no header. */
static bool
split(struct header *h, const char *s, const char *end)
{
	const char *colon = memchr(s, ':', (size_t)(end - s));

	if (colon == NULL || colon == s ||
	    (end - s > 5 && memcmp(s, "HTTP/", 5) == 0))
		return false;
	h->name = s;
	h->name_len = (size_t)(colon - s);
	for (s = colon + 1; s < end && is_space(*s);)
		s++;
	while (end > s && is_space(end[-1]))
		end--;
	h->value = s;
	h->value_len = (size_t)(end - s);
	return true;
}

void
headers_parse(struct headers *h, const struct buf *raw)
{
	const char *s, *end, *next;
	struct header one;
	size_t size = 0;

	memset(h, 0, sizeof *h);
	if (raw == NULL || raw->len == 0)
		return;
	end = raw->data + raw->len;
	for (s = raw->data; s < end; s = next) {
		next = line_end(s, end);
		if (!split(&one, s, next))
			continue;
		if (h->count == size) {
			size = size != 0 ? size * 2 : 32;
			h->all = xreallocarray(h->all, size, sizeof one);
		}
		h->all[h->count++] = one;
	}
}

void
headers_clear(struct headers *h)
{
	free(h->all);
	memset(h, 0, sizeof *h);
}

bool
header_is(const struct header *h, const char *name)
{
	return h->name_len == strlen(name) &&
	    strncasecmp(h->name, name, h->name_len) == 0;
}

int
header_compare_names(const struct header *a, const struct header *b)
{
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = strncasecmp(a->name, b->name, len);

	if (order != 0 || a->name_len == b->name_len)
		return order;
	return a->name_len < b->name_len ? -1 : 1;
}
