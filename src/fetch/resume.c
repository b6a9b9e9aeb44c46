/*
 * Resuming a body.
 */
#include "config.h"

#include "fetch/resume.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/xmalloc.h"
#include "fetch/headers.h"

/*
 * A Last-Modified is strong only if it is older than the response, so that the
 * body cannot have changed again in the same second (RFC 9110 section
 * 8.8.2.2). Some seconds more, as two clocks may have made them: what RFC 7232
 * had.
 */
#define STRONG_AGE 60

/* The only header of that name; NULL: there is none, or several. */
static const struct header *
find(const struct headers *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (h->all[i].is_first && header_is(&h->all[i], name))
			return h->all[i].next == 0 ? &h->all[i] : NULL;
	return NULL;
}

static bool
has(const struct headers *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (header_is(&h->all[i], name))
			return true;
	return false;
}

/* Takes a number; -1 where there is none. */
static int64_t
take_number(const char **s, const char *end)
{
	int64_t value = 0;

	if (*s == end || !ascii_is_digit(**s))
		return -1;
	for (; *s < end && ascii_is_digit(**s); ++*s) {
		if (value > (INT64_MAX - 9) / 10)
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

struct content_range {
	int64_t first, last, size; /* -1: not told */
};

/* "bytes 5-9/10", "bytes 5-9/x", x being a star, or "bytes x/10". */
static void
read_range(struct content_range *c, const struct header *h)
{
	const char *s, *end;

	c->first = c->last = c->size = -1;
	if (h == NULL || h->value_len < 6 ||
	    ascii_compare(h->value, "bytes", 5) != 0 ||
	    !ascii_is_space(h->value[5]))
		return;
	end = h->value + h->value_len;
	for (s = h->value + 6; s < end && ascii_is_space(*s);)
		s++;
	if (s < end && *s == '*')
		s++;
	else {
		c->first = take_number(&s, end);
		if (s < end && *s == '-')
			s++;
		c->last = take_number(&s, end);
	}
	if (s < end && *s == '/') {
		s++;
		c->size = take_number(&s, end);
	}
}

/*
 * Is it the rest? A server may send less of it than was asked for: that is
 * seen at its end.
 */
static bool
is_rest(const struct resume *r, const struct content_range *c)
{
	return c->first == r->offset &&
	    (c->last == -1 || c->last >= c->first) &&
	    (c->size == -1 || (c->size > r->offset && c->last < c->size));
}

/*
 * Does the response say itself that it is of another body? A server that knows
 * ranges need not know If-Range.
 */
static bool
is_changed(const struct resume *r, const struct headers *h)
{
	const struct header *found;

	if (r->validator == NULL)
		return false;
	found = find(h, r->validator[0] == '"' ? "ETag" : "Last-Modified");
	return found != NULL &&
	    (strlen(r->validator) != found->value_len ||
		memcmp(r->validator, found->value, found->value_len) != 0);
}

static enum resume_answer
judge(const struct resume *r, long status, const struct content_range *c,
    bool changed, bool encoded)
{
	if (status == 416 && r->offset > 0)
		return c->first == -1 && c->size == r->offset && !changed
		    ? RESUME_COMPLETE
		    : RESUME_REFUSED;
	/* HTTP/0.9 has no status. */
	if (status != 0 && (status < 200 || status > 299))
		return RESUME_OTHER;
	/* curl takes any success for a 206 that has the header. */
	if ((status == 206 || r->exact) && is_rest(r, c) && !changed &&
	    !encoded)
		return RESUME_REST;
	return status == 206 ? RESUME_REFUSED : RESUME_WHOLE;
}

void
resume_judge(
    struct resume *r, long status, const struct buf *head, bool encoded)
{
	struct content_range range;
	struct headers h;

	headers_parse(&h, head);
	read_range(&range, find(&h, "Content-Range"));
	r->answer = judge(r, status, &range, is_changed(r, &h), encoded);
	headers_clear(&h);
	r->size = r->answer == RESUME_REST ? range.size : -1;
}

/* RFC 9110 section 8.8.3; a weak one begins with W/. */
static bool
is_strong_etag(const struct header *h)
{
	size_t i;

	if (h->value_len < 2 || h->value[0] != '"' ||
	    h->value[h->value_len - 1] != '"')
		return false;
	for (i = 1; i < h->value_len - 1; i++)
		if (h->value[i] == '"' || (unsigned char)h->value[i] <= ' ' ||
		    h->value[i] == 0x7f)
			return false;
	return true;
}

static time_t
read_date(const struct header *h)
{
	char *text;
	time_t date;

	if (h == NULL)
		return -1;
	text = xmemdup(h->value, h->value_len);
	date = curl_getdate(text, NULL);
	free(text);
	return date;
}

static bool
is_printable(const struct header *h)
{
	size_t i;

	for (i = 0; i < h->value_len; i++)
		if (h->value[i] < ' ' || h->value[i] > '~')
			return false;
	return true;
}

char *
resume_validator(const struct buf *head)
{
	const struct header *found = NULL, *modified;
	time_t date, since;
	struct headers h;
	char *result;

	headers_parse(&h, head);
	if (has(&h, "ETag")) {
		found = find(&h, "ETag");
		if (found != NULL && !is_strong_etag(found))
			found = NULL;
	} else if ((modified = find(&h, "Last-Modified")) != NULL &&
	    is_printable(modified)) {
		date = read_date(find(&h, "Date"));
		since = read_date(modified);
		if (since != -1 && date != -1 && date - since >= STRONG_AGE)
			found = modified;
	}
	result = found != NULL ? xmemdup(found->value, found->value_len) : NULL;
	headers_clear(&h);
	return result;
}
