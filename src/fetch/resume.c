/*
 * Resuming a body.
 */
#include "config.h"

#include "fetch/resume.h"

#include <stddef.h>

#include "base/ascii.h"
#include "fetch/headers.h"
#include "fetch/range.h"

/* The first number of a value; -1: there is none. */
static int64_t
first_number(const struct header *h)
{
	const char *s = h->value, *end = s + h->value_len;
	int64_t n = -1;

	while (s < end && !ascii_is_digit(*s))
		s++;
	for (; s < end && ascii_is_digit(*s) && n < INT64_MAX / 10 - 1; s++)
		n = (n == -1 ? 0 : n) * 10 + (*s - '0');
	return n;
}

/*
 * Sets all to -1 where there is no Content-Range, or none that is valid. With
 * -C OFFSET it is enough that it begins with a number, as for curl.
 */
static void
read_range(struct range *c, const struct headers *h, bool exact)
{
	const struct header *found = headers_only(h, "Content-Range");

	if (found != NULL && range_parse(c, found->value, found->value_len))
		return;
	*c = (struct range){-1, -1, -1};
	if (found != NULL && exact)
		c->start = first_number(found);
}

/*
 * Is it the rest? A server may send less of it than was asked for: that is
 * seen at its end.
 */
static bool
is_rest(const struct resume *r, const struct range *c)
{
	return c->start == r->offset;
}

/*
 * Does the response say itself that it is of another body? A server that knows
 * ranges need not know If-Range.
 */
static bool
is_changed(const struct resume *r, const struct headers *h)
{
	bool told;

	return r->validator != NULL && !range_is_of(h, r->validator, &told) &&
	    told;
}

static enum resume_answer
judge(const struct resume *r, long status, const struct range *c, bool changed,
    bool encoded)
{
	if (status == 416 && r->offset > 0)
		return c->start == -1 && c->total == r->offset && !changed
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
	struct range range;
	struct headers h;

	headers_parse(&h, head);
	read_range(&range, &h, r->exact);
	r->answer = judge(r, status, &range, is_changed(r, &h), encoded);
	headers_clear(&h);
	r->size = r->answer == RESUME_REST ? range.total : -1;
}
