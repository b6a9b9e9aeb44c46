/*
 * The header lines of a response.
 */
#include "config.h"

#include "fetch/headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/xmalloc.h"

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

bool
header_split(struct header *h, const char *line, size_t len)
{
	const char *s = line, *end = line + len, *colon = memchr(s, ':', len);

	if (colon == NULL || colon == s ||
	    (end - s > 5 && memcmp(s, "HTTP/", 5) == 0))
		return false;
	h->name = s;
	h->name_len = (size_t)(colon - s);
	for (s = colon + 1; s < end && ascii_is_space(*s);)
		s++;
	while (end > s && ascii_is_space(end[-1]))
		end--;
	h->value = s;
	h->value_len = (size_t)(end - s);
	return true;
}

/* Without regard to case. */
static bool
same_name(const struct header *a, const struct header *b)
{
	return a->name_len == b->name_len &&
	    ascii_compare(a->name, b->name, a->name_len) == 0;
}

/* Sets is_first and next where there are so few that all can be compared. */
static void
link_few(struct header *all, size_t count)
{
	size_t i, before;

	for (i = 0; i < count; i++) {
		all[i].is_first = true;
		all[i].next = 0;
		for (before = i; before-- > 0;)
			if (same_name(&all[before], &all[i])) {
				all[before].next = i;
				all[i].is_first = false;
				break;
			}
	}
}

/* As strcmp, without regard to case. */
static int
compare_names(const struct header *a, const struct header *b)
{
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = ascii_compare(a->name, b->name, len);

	if (order != 0 || a->name_len == b->name_len)
		return order;
	return a->name_len < b->name_len ? -1 : 1;
}

/* By name, and in order of arrival among equal names. */
static int
compare(const void *a, const void *b)
{
	const struct header *const *first = a, *const *second = b;
	int order = compare_names(*first, *second);

	if (order != 0)
		return order;
	return *first < *second ? -1 : 1;
}

/* Sets is_first and next: sorting brings equal names together. */
static void
link_equal_names(struct headers *h)
{
	struct header **sorted;
	size_t i;

	if (h->count <= HEADERS_FEW) {
		link_few(h->all, h->count);
		return;
	}
	sorted = xcalloc(h->count, sizeof(struct header *));
	for (i = 0; i < h->count; i++)
		sorted[i] = &h->all[i];
	qsort(sorted, h->count, sizeof(struct header *), compare);
	for (i = 0; i < h->count; i++) {
		sorted[i]->is_first = i == 0 ||
		    compare_names(sorted[i - 1], sorted[i]) != 0;
		sorted[i]->next = 0;
		if (!sorted[i]->is_first)
			sorted[i - 1]->next = (size_t)(sorted[i] - h->all);
	}
	free(sorted);
}

static void
grow(struct headers *h, size_t *size)
{
	struct header *all = h->all == h->few ? NULL : h->all;

	*size *= 2;
	all = xreallocarray(all, *size, sizeof *all);
	if (h->all == h->few)
		memcpy(all, h->few, sizeof h->few);
	h->all = all;
}

void
headers_parse(struct headers *h, const struct buf *raw)
{
	const char *s, *end, *next;
	struct header one;
	size_t size = HEADERS_FEW;

	h->all = h->few;
	h->count = 0;
	if (raw == NULL || raw->len == 0)
		return;
	end = raw->data + raw->len;
	for (s = raw->data; s < end; s = next) {
		next = line_end(s, end);
		if (!header_split(&one, s, (size_t)(next - s)))
			continue;
		if (h->count == size)
			grow(h, &size);
		h->all[h->count++] = one;
	}
	link_equal_names(h);
}

void
headers_clear(struct headers *h)
{
	if (h->all != h->few)
		free(h->all);
	h->all = h->few;
	h->count = 0;
}

bool
header_is(const struct header *h, const char *name)
{
	return h->name_len == strlen(name) &&
	    ascii_compare(h->name, name, h->name_len) == 0;
}

const struct header *
headers_first(const struct headers *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (h->all[i].is_first && header_is(&h->all[i], name))
			return &h->all[i];
	return NULL;
}

const struct header *
headers_only(const struct headers *h, const char *name)
{
	const struct header *first = headers_first(h, name);

	return first != NULL && first->next == 0 ? first : NULL;
}
