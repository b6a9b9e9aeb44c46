/*
 * Ranges of bodies.
 */
#include "config.h"

#include "fetch/range.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/xmalloc.h"
#include "fetch/headers.h"
#include "fetch/xfer.h"
#include "input/options.h"
#include "input/slist.h"

/* Moves *s behind the number; false where there is none. */
static bool
take_number(const char **s, const char *end, int64_t *number)
{
	const char *start = *s;

	for (*number = 0; *s < end && ascii_is_digit(**s); (*s)++) {
		if (*number > (INT64_MAX - 9) / 10)
			return false;
		*number = *number * 10 + (**s - '0');
	}
	return *s > start;
}

static bool
take_char(const char **s, const char *end, char c)
{
	return *s < end && *(*s)++ == c;
}

/* "5-9", or a star. */
static bool
take_bytes(const char **s, const char *end, struct range *r)
{
	r->start = r->end = -1;
	if (*s < end && **s == '*') {
		++*s;
		return true;
	}
	if (!take_number(s, end, &r->start) || !take_char(s, end, '-') ||
	    !take_number(s, end, &r->end))
		return false;
	return r->start < ++r->end;
}

bool
range_parse(struct range *r, const char *value, size_t len)
{
	const char *s = value, *end = value + len;

	r->total = -1;
	if (len < 6 || ascii_compare(s, "bytes ", 6) != 0)
		return false;
	s += 6;
	if (!take_bytes(&s, end, r) || !take_char(&s, end, '/'))
		return false;
	if (s + 1 == end && *s == '*')
		return r->start != -1;
	return take_number(&s, end, &r->total) && s == end &&
	    r->end <= r->total;
}

size_t
range_count(int64_t total, size_t count, int64_t least)
{
	int64_t most = total / (least > 0 ? least : 1);

	if (most < 1)
		return 1;
	return most < (int64_t)count ? (size_t)most : count;
}

int64_t
range_start(int64_t total, size_t count, size_t n)
{
	int64_t size = total / (int64_t)count, rest = total % (int64_t)count;

	return size * (int64_t)n + ((int64_t)n < rest ? (int64_t)n : rest);
}

static bool
offers_bytes(const struct headers *h)
{
	const struct header *offer = headers_only(h, "Accept-Ranges");

	return offer != NULL && offer->value_len == 5 &&
	    ascii_compare(offer->value, "bytes", 5) == 0;
}

/* RFC 9110 section 8.8.3; a weak one begins with W/. */
static bool
is_strong(const struct header *etag)
{
	size_t i;

	if (etag->value_len < 3 || etag->value[0] != '"' ||
	    etag->value[etag->value_len - 1] != '"')
		return false;
	for (i = 1; i < etag->value_len - 1; i++)
		if ((unsigned char)etag->value[i] <= ' ' ||
		    etag->value[i] == '"' || etag->value[i] == 0x7f)
			return false;
	return true;
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

/* A date, in seconds since 1970, or -1. */
static time_t
date_of(const struct header *h)
{
	char *text;
	time_t date;

	if (!is_printable(h))
		return -1;
	text = xmemdup(h->value, h->value_len);
	date = curl_getdate(text, NULL);
	free(text);
	return date;
}

static bool
is_settled(const struct header *modified, const struct header *date)
{
	time_t then = date_of(modified), now = date_of(date);

	return then != -1 && now != -1 && now >= RANGE_MODIFIED_SECONDS &&
	    then <= now - RANGE_MODIFIED_SECONDS;
}

/* An ETag counts before a date: where it is weak, the date is no better. */
static const struct header *
find_validator(const struct headers *h)
{
	const struct header *etag = headers_only(h, "ETag"),
			    *modified = headers_only(h, "Last-Modified"),
			    *date = headers_only(h, "Date");

	if (headers_first(h, "ETag") != NULL)
		return etag != NULL && is_strong(etag) ? etag : NULL;
	return modified != NULL && date != NULL && is_settled(modified, date)
	    ? modified
	    : NULL;
}

static char *
copy_validator(const struct headers *h)
{
	const struct header *found = find_validator(h);

	return found != NULL ? xmemdup(found->value, found->value_len) : NULL;
}

char *
range_strong_validator(const struct buf *head)
{
	struct headers h;
	char *text;

	headers_parse(&h, head);
	text = copy_validator(&h);
	headers_clear(&h);
	return text;
}

static bool
is_coded(const struct headers *h)
{
	return headers_first(h, "Content-Encoding") != NULL ||
	    headers_first(h, "Transfer-Encoding") != NULL;
}

char *
range_validator(const struct buf *head)
{
	struct headers h;
	char *text = NULL;

	headers_parse(&h, head);
	if (offers_bytes(&h) && !is_coded(&h))
		text = copy_validator(&h);
	headers_clear(&h);
	return text;
}

bool
range_is_of(const struct headers *h, const char *validator, bool *told)
{
	const char *name = *validator == '"' ? "ETag" : "Last-Modified";
	const struct header *found = headers_only(h, name);

	*told = headers_first(h, name) != NULL;
	return found != NULL && found->value_len == strlen(validator) &&
	    memcmp(found->value, validator, found->value_len) == 0;
}

bool
range_is_answered(
    const struct buf *head, const struct range *wanted, const char *validator)
{
	const struct header *content;
	struct headers h;
	struct range got;
	bool answered, told;

	headers_parse(&h, head);
	content = headers_only(&h, "Content-Range");
	answered = content != NULL && !is_coded(&h) &&
	    range_parse(&got, content->value, content->value_len) &&
	    got.start == wanted->start && got.end == wanted->end &&
	    got.total == wanted->total && range_is_of(&h, validator, &told);
	headers_clear(&h);
	return answered;
}

bool
range_is_named(const struct curl_slist *headers)
{
	static const char *const names[] = {"Range", "If-Range", "If-Match",
	    "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (slist_has(headers, names[i]))
			return true;
	return false;
}

/* The request's headers, without those that are for one host only. */
static struct curl_slist *
headers_for(const struct curl_slist *all, const char *validator, bool elsewhere)
{
	struct curl_slist *list = NULL;
	char *line = xasprintf("If-Range: %s", validator);

	for (; all != NULL; all = all->next)
		if (!elsewhere ||
		    (!slist_is(all->data, "Authorization") &&
			!slist_is(all->data, "Cookie") &&
			!slist_is(all->data, "Host")))
			slist_add(&list, all->data);
	slist_add(&list, line);
	free(line);
	return list;
}

/* What libcurl would not take along when it followed the redirect itself. */
static void
forget_login(CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_USERPWD, NULL);
	curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, NULL);
	curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
	curl_easy_setopt(easy, CURLOPT_COOKIE, NULL);
	/* It names hosts only, and may have a login for another port. */
	curl_easy_setopt(easy, CURLOPT_NETRC, CURL_NETRC_IGNORED);
}

void
range_setup(struct xfer *x, const struct range *wanted, const char *validator,
    bool elsewhere)
{
	const struct curl_slist *own = x->is_overridden
	    ? x->headers
	    : x->pool->options->request.headers;
	struct curl_slist *headers = headers_for(own, validator, elsewhere);
	char *text = xasprintf(
	    "%lld-%lld", (long long)wanted->start, (long long)wanted->end - 1);

	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, headers);
	curl_slist_free_all(x->headers);
	x->headers = headers;
	x->is_overridden = true; /* and of no use for another task */
	if (curl_easy_setopt(x->easy, CURLOPT_RANGE, text) != CURLE_OK)
		xmalloc_exhausted();
	free(text);
	/* The range is where the body was, or nowhere. */
	curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 0L);
	if (elsewhere)
		forget_login(x->easy);
}
