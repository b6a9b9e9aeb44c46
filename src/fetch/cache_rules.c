/*
 * Header lines of kept responses.
 */
#include "config.h"

#include "fetch/cache_rules.h"

#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/xmalloc.h"
#include "fetch/headers.h"

/* The same of a whole list as of a name without an end. */
static const struct header *
find_same(const struct headers *h, const struct header *other)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (h->all[i].name_len == other->name_len &&
		    ascii_compare(
			h->all[i].name, other->name, other->name_len) == 0)
			return &h->all[i];
	return NULL;
}

/* A value that can be sent: not empty, and in one line. */
static const struct header *
find_validator(const struct headers *h, const char *name)
{
	const struct header *one = headers_first(h, name);
	size_t i;

	if (one == NULL || one->value_len == 0)
		return NULL;
	for (i = 0; i < one->value_len; i++)
		if (one->value[i] == '\r' || one->value[i] == '\n' ||
		    one->value[i] == '\0')
			return NULL;
	return one;
}

char *
cache_question(const struct buf *head)
{
	struct headers h;
	const struct header *one;
	const char *name = "If-None-Match";
	char *line = NULL;

	headers_parse(&h, head);
	one = find_validator(&h, "ETag");
	if (one == NULL) {
		name = "If-Modified-Since";
		one = find_validator(&h, "Last-Modified");
	}
	if (one != NULL)
		line = xasprintf(
		    "%s: %.*s", name, (int)one->value_len, one->value);
	headers_clear(&h);
	return line;
}

bool
cache_has_validator(const struct buf *head)
{
	struct headers h;
	bool found;

	headers_parse(&h, head);
	found = find_validator(&h, "ETag") != NULL ||
	    find_validator(&h, "Last-Modified") != NULL;
	headers_clear(&h);
	return found;
}

/* Do they name the same, weak or not (RFC 9110 section 8.8.3.2)? */
static bool
is_same_tag(const struct header *a, const struct header *b)
{
	size_t skip = a->value_len > 2 && memcmp(a->value, "W/", 2) == 0 ? 2
									 : 0;
	size_t pass = b->value_len > 2 && memcmp(b->value, "W/", 2) == 0 ? 2
									 : 0;

	return a->value_len - skip == b->value_len - pass &&
	    memcmp(a->value + skip, b->value + pass, a->value_len - skip) == 0;
}

bool
cache_is_about(const struct buf *kept, const struct buf *fresh)
{
	struct headers old, new;
	const struct header *tag;
	bool same = true;
	size_t i;

	headers_parse(&old, kept);
	headers_parse(&new, fresh);
	tag = headers_first(&old, "ETag");
	for (i = 0; i < new.count &&tag != NULL; i++)
		if (header_is(&new.all[i], "ETag"))
			same = same && is_same_tag(tag, &new.all[i]);
	headers_clear(&old);
	headers_clear(&new);
	return same;
}

/* Is the word an element of the list, without regard to case? */
static bool
list_has(const struct header *h, const char *word)
{
	const char *s = h->value, *end = s + h->value_len, *comma, *last;

	for (; s < end; s = comma + 1) {
		comma = memchr(s, ',', (size_t)(end - s));
		if (comma == NULL)
			comma = end;
		while (s < comma && ascii_is_space(*s))
			s++;
		for (last = comma; last > s && ascii_is_space(last[-1]);)
			last--;
		if ((size_t)(last - s) == strlen(word) &&
		    ascii_compare(s, word, strlen(word)) == 0)
			return true;
	}
	return false;
}

bool
cache_forbidden(const struct buf *head)
{
	struct headers h;
	bool found = false;
	size_t i;

	headers_parse(&h, head);
	for (i = 0; i < h.count; i++)
		found = found ||
		    (header_is(&h.all[i], "Cache-Control") &&
			list_has(&h.all[i], "no-store"));
	headers_clear(&h);
	return found;
}

/*
 * What a 304 says of itself, or of a connection, is not about the kept
 * response; and the kept body's form is what it is.
 */
static bool
may_update(const struct header *h)
{
	static const char *const own[] = {"Connection", "Keep-Alive",
	    "Proxy-Authenticate", "Proxy-Authentication-Info",
	    "Proxy-Connection", "Trailer", "Transfer-Encoding", "Upgrade",
	    "Content-Length", "Content-Encoding", "Content-Range"};
	size_t i;

	for (i = 0; i < sizeof own / sizeof *own; i++)
		if (header_is(h, own[i]))
			return false;
	return true;
}

static void
put_line(struct buf *to, const struct header *h)
{
	buf_append(to, h->name, h->name_len);
	buf_puts(to, ": ");
	buf_append(to, h->value, h->value_len);
	buf_puts(to, "\r\n");
}

/* All values of a name, from its first on. */
static void
put_all(struct buf *to, const struct headers *h, const struct header *first)
{
	const struct header *one = first;

	put_line(to, one);
	while (one->next != 0) {
		one = &h->all[one->next];
		put_line(to, one);
	}
}

void
cache_update(struct buf *to, const struct buf *kept, const struct buf *fresh)
{
	struct headers old, new;
	const struct header *other;
	const char *end;
	size_t i;

	headers_parse(&old, kept);
	headers_parse(&new, fresh);
	/* the status line */
	end = kept->len > 0 ? memchr(kept->data, '\n', kept->len) : NULL;
	if (end != NULL)
		buf_append(to, kept->data, (size_t)(end - kept->data) + 1);
	for (i = 0; i < old.count; i++) {
		other = find_same(&new, &old.all[i]);
		if (other == NULL || !may_update(other))
			put_line(to, &old.all[i]);
		else if (old.all[i].is_first)
			put_all(to, &new, other);
	}
	for (i = 0; i < new.count; i++)
		if (find_same(&old, &new.all[i]) == NULL &&
		    may_update(&new.all[i]))
			put_line(to, &new.all[i]);
	buf_puts(to, "\r\n");
	headers_clear(&old);
	headers_clear(&new);
}
