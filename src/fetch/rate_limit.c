/*
 * RateLimit and its relatives.
 */
#include "config.h"

#include "fetch/rate_limit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/units.h"

/* A number beyond a year of seconds is a point in time, since 1970. */
#define SECONDS_OF_YEAR (INT64_C(366) * 24 * 3600)
#define MILLISECONDS	INT64_C(100000000000)

/* A piece of a header; borrowed. */
struct span {
	const char *s;
	const char *end;
};

/* What the lines have told so far; -1: nothing. */
struct seen {
	int64_t remaining, wait; /* of RateLimit, or its early forms */
	int64_t window;		 /* of RateLimit-Policy */
	int64_t x_remaining, x_wait;
};

/* Without white space at both ends. */
static struct span
trim(struct span text)
{
	while (text.s < text.end && ascii_is_space(*text.s))
		text.s++;
	while (text.s < text.end && ascii_is_space(text.end[-1]))
		text.end--;
	return text;
}

/* A decimal number, in millionths; -1: it is none, or more than that. */
static int64_t
number(struct span text)
{
	int64_t value = 0, place = USEC_PER_SEC;

	text = trim(text);
	if (text.s == text.end || !ascii_is_digit(*text.s))
		return -1;
	for (; text.s < text.end && ascii_is_digit(*text.s); text.s++) {
		if (value > INT64_MAX / 11)
			return -1;
		value = value * 10 + (*text.s - '0') * USEC_PER_SEC;
	}
	if (text.s < text.end && *text.s == '.')
		for (text.s++; text.s < text.end && ascii_is_digit(*text.s);
		     text.s++)
			value += (*text.s - '0') * (place /= 10);
	return text.s == text.end ? value : -1;
}

static int64_t
whole_number(struct span text)
{
	int64_t value = number(text);

	return value == -1 ? -1 : value / USEC_PER_SEC;
}

/* Cuts off what stands before the separator, quoted strings aside. */
static bool
next_part(struct span *rest, char separator, struct span *part)
{
	bool quoted = false;

	if (rest->s == NULL)
		return false;
	part->s = rest->s;
	for (part->end = part->s; part->end < rest->end; part->end++) {
		if (*part->end == '"')
			quoted = !quoted;
		else if (*part->end == separator && !quoted)
			break;
	}
	rest->s = part->end < rest->end ? part->end + 1 : NULL;
	while (part->s < part->end && ascii_is_space(*part->s))
		part->s++;
	return true;
}

/* "name=NUMBER": its number, else -1. */
static int64_t
parameter(struct span part, const char *name)
{
	size_t len = strlen(name);
	struct span value = {part.s + len + 1, part.end};
	const char *next;

	if ((size_t)(part.end - part.s) <= len || part.s[len] != '=' ||
	    ascii_compare(part.s, name, len) != 0)
		return -1;
	next = memchr(value.s, ';', (size_t)(value.end - value.s));
	if (next != NULL) /* more parameters */
		value.end = next;
	return number(value);
}

/* One more limit: the one that ends first counts. */
static void
add_limit(struct seen *seen, int64_t remaining, int64_t wait)
{
	if (remaining == -1 ||
	    (seen->remaining != -1 &&
		(remaining > seen->remaining ||
		    (remaining == seen->remaining && wait <= seen->wait))))
		return;
	seen->remaining = remaining;
	seen->wait = wait;
}

/* "default";r=50;t=30, "hour";r=9;t=700 or limit=100, remaining=50, reset=5 */
static void
read_limits(struct seen *seen, struct span value)
{
	struct span item, part;
	int64_t remaining, wait, old_remaining = -1, old_wait = -1, n;

	while (next_part(&value, ',', &item)) {
		remaining = wait = -1;
		if ((n = parameter(item, "remaining")) != -1)
			old_remaining = n / USEC_PER_SEC;
		if ((n = parameter(item, "reset")) != -1)
			old_wait = n;
		while (next_part(&item, ';', &part)) {
			if ((n = parameter(part, "r")) != -1)
				remaining = n / USEC_PER_SEC;
			if ((n = parameter(part, "t")) != -1)
				wait = n;
		}
		add_limit(seen, remaining, wait);
	}
	add_limit(seen, old_remaining, old_wait);
}

/* "default";q=100;w=60: of several windows the shortest. */
static void
read_policy(struct seen *seen, struct span value)
{
	struct span item, part;
	int64_t window;

	while (next_part(&value, ',', &item))
		while (next_part(&item, ';', &part)) {
			window = parameter(part, "w");
			if (window != -1 &&
			    (seen->window == -1 || window < seen->window))
				seen->window = window;
		}
}

/* 2026-11-30T17:51:00Z, perhaps with decimals; since 1970, or -1. */
static int64_t
iso_date(const char *text)
{
	static const char form[] = "0000-00-00T00:00:00";
	struct span seconds; /* the last digit, and decimals */
	struct tm tm;
	int64_t part;
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == '0' ? !ascii_is_digit(text[i])
				   : text[i] != form[i])
			return -1;
	seconds.s = text + i - 1;
	seconds.end = text + strlen(text) - 1;
	if (*seconds.end != 'Z' || (part = number(seconds)) == -1)
		return -1;
	memset(&tm, 0, sizeof tm);
	sscanf(text, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
	    &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (int64_t)timegm(&tm) * USEC_PER_SEC + part % USEC_PER_SEC;
}

/* A date of ISO 8601 or of HTTP; microseconds since 1970, or -1: none. */
static int64_t
date(struct span value)
{
	char text[64];
	int64_t usec;
	time_t seconds;
	size_t len;

	value = trim(value);
	len = (size_t)(value.end - value.s);
	if (len >= sizeof text)
		return -1;
	memcpy(text, value.s, len);
	text[len] = '\0';
	if ((usec = iso_date(text)) >= 0)
		return usec;
	seconds = curl_getdate(text, NULL);
	return seconds == -1 ? -1 : (int64_t)seconds * USEC_PER_SEC;
}

/* A number of seconds, or a point in time. */
static int64_t
duration(struct span value, int64_t now)
{
	int64_t usec = number(value);

	if (usec != -1 && usec / USEC_PER_SEC <= SECONDS_OF_YEAR)
		return usec;
	if (usec == -1)
		usec = date(value);
	else if (usec / USEC_PER_SEC >= MILLISECONDS)
		usec /= 1000;
	if (usec == -1)
		return -1;
	usec -= now * USEC_PER_SEC;
	return usec > 0 ? usec : 0;
}

static bool
is(struct span name, const char *what)
{
	return (size_t)(name.end - name.s) == strlen(what) &&
	    ascii_compare(name.s, what, strlen(what)) == 0;
}

static void
read_line(struct seen *seen, struct span name, struct span value, int64_t now)
{
	if (is(name, "RateLimit"))
		read_limits(seen, value);
	else if (is(name, "RateLimit-Policy"))
		read_policy(seen, value);
	else if (is(name, "RateLimit-Remaining") ||
	    is(name, "X-RateLimit-Remaining") ||
	    is(name, "X-Rate-Limit-Remaining"))
		seen->x_remaining = whole_number(value);
	else if (is(name, "RateLimit-Reset") || is(name, "X-RateLimit-Reset") ||
	    is(name, "X-Rate-Limit-Reset"))
		seen->x_wait = duration(value, now);
}

/* Few responses have such lines: the others shall cost little. */
static bool
may_matter(struct span line)
{
	return line.end - line.s > 10 &&
	    (ascii_compare(line.s, "ratelimit", 9) == 0 ||
		ascii_compare(line.s, "x-rate", 6) == 0);
}

bool
rate_limit_read(struct rate_limit *limit, const struct buf *head, int64_t now)
{
	struct seen seen = {-1, -1, -1, -1, -1};
	struct span line, name, value;
	const char *s, *end, *colon;

	if (head == NULL || head->len == 0)
		return false;
	end = head->data + head->len;
	for (s = head->data; s < end; s = line.end + 1) {
		line.s = s;
		line.end = memchr(s, '\n', (size_t)(end - s));
		if (line.end == NULL)
			line.end = end;
		if (!may_matter(line) ||
		    (colon = memchr(s, ':', (size_t)(line.end - s))) == NULL)
			continue;
		name.s = s;
		name.end = colon;
		value.s = colon + 1;
		value.end = line.end;
		read_line(&seen, name, value, now);
	}
	if (seen.remaining == -1) {
		seen.remaining = seen.x_remaining;
		seen.wait = seen.x_wait;
	}
	limit->remaining = seen.remaining;
	limit->wait = seen.wait != -1 ? seen.wait : seen.window;
	return limit->remaining != -1 && limit->wait != -1;
}
