/*
 * Writing JSON.
 */
#include "config.h"

#include "base/json.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/units.h"
#include "base/utf8.h"

/* The code point of a well-formed sequence of two or three bytes. */
static unsigned
code_point(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	if (n == 1)
		return u[0];
	if (n == 2)
		return (u[0] & 0x1fU) << 6 | (u[1] & 0x3fU);
	return (u[0] & 0xfU) << 12 | (u[1] & 0x3fU) << 6 | (u[2] & 0x3fU);
}

/* The letter of a two-character escape (RFC 8259 section 7), or 0. */
static char
escape_letter(unsigned code)
{
	switch (code) {
	case '\b':
		return 'b';
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\f':
		return 'f';
	case '\r':
		return 'r';
	case '"':
	case '\\':
		return (char)code;
	default:
		return 0;
	}
}

/* Without printf: a body may be nothing but control bytes. */
static void
put_escape(struct buf *to, unsigned code)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {'\\', escape_letter(code)};

	if (text[1] != 0) {
		buf_append(to, text, 2);
		return;
	}
	text[1] = 'u';
	text[2] = hex[code >> 12 & 0xf];
	text[3] = hex[code >> 8 & 0xf];
	text[4] = hex[code >> 4 & 0xf];
	text[5] = hex[code & 0xf];
	buf_append(to, text, sizeof text);
}

/* A line or paragraph separator: JSON may hold them, JavaScript may not. */
static bool
is_separator(const char *s, size_t n)
{
	return n == 3 && (code_point(s, n) | 1) == 0x2029;
}

#define EACH(byte) ((byte)*UINT64_C(0x0101010101010101))

/* The high bit is set in some byte if one is 0 (Mycroft's test). */
static inline uint64_t
zero_in(uint64_t eight)
{
	return (eight - EACH(0x01)) & ~eight;
}

/* Is each of eight bytes one that stands for itself? */
static inline bool
are_plain(uint64_t eight)
{
	const uint64_t below_space = (eight - EACH(0x20)) & ~eight,
		       odd = zero_in(eight ^ EACH('"')) |
	    zero_in(eight ^ EACH('\\')) | zero_in(eight ^ EACH(0x7f));

	return ((eight | below_space | odd) & EACH(0x80)) == 0;
}

/* Printable ASCII that stands for itself. */
static size_t
plain_run(const char *s, size_t len)
{
	uint64_t eight;
	size_t i = 0;

	for (; len - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, s + i, sizeof eight);
		if (!are_plain(eight))
			break;
	}
	/* The last eight, of which some were seen. */
	if (len - i < sizeof eight && i > 0) {
		memcpy(&eight, s + len - sizeof eight, sizeof eight);
		if (are_plain(eight))
			return len;
	}
	while (i < len && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' &&
	    s[i] != '\\')
		i++;
	return i;
}

static void
put_text(struct buf *to, const char *s, size_t len, bool latin1)
{
	size_t run, n;
	char two[2];

	while (len > 0) {
		run = plain_run(s, len);
		buf_append(to, s, run);
		s += run;
		len -= run;
		if (len == 0)
			break;
		if ((unsigned char)*s < 0x80) {
			put_escape(to, (unsigned char)*s);
			s++;
			len--;
			continue;
		}
		n = utf8_sequence(s, len);
		if (n == 0 || (latin1 && n > 1)) {
			two[0] = (char)(0xc0 | (unsigned char)*s >> 6);
			two[1] = (char)(0x80 | ((unsigned char)*s & 0x3f));
			if (!latin1)
				buf_puts(to, "\xef\xbf\xbd");
			else if (utf8_control(two, 2))
				put_escape(to, (unsigned char)*s);
			else
				buf_append(to, two, 2);
			n = 1;
		} else if (utf8_control(s, n) || is_separator(s, n))
			put_escape(to, code_point(s, n));
		else
			buf_append(to, s, n);
		s += n;
		len -= n;
	}
}

void
json_put_string(struct buf *to, const char *s, size_t len)
{
	buf_reserve(to, len + 2);
	buf_putc(to, '"');
	put_text(to, s, len, false);
	buf_putc(to, '"');
}

void
json_put_text(struct buf *to, const char *s, size_t len)
{
	put_text(to, s, len, false);
}

void
json_put_latin1(struct buf *to, const char *s, size_t len)
{
	const bool plain = plain_run(s, len) == len;

	buf_putc(to, '"');
	if (plain)
		buf_append(to, s, len);
	else
		put_text(to, s, len, !utf8_valid(s, len));
	buf_putc(to, '"');
}

/* Writes the digits in front of end. Returns where they begin. */
static char *
put_digits(char *end, uint64_t n)
{
	do {
		*--end = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	return end;
}

void
json_put_line(struct buf *to, const char *s, size_t len)
{
	size_t n;

	buf_reserve(to, len);
	for (; len > 0; s += n, len -= n) {
		n = plain_run(s, len);
		if (n > 0) {
			buf_append(to, s, n);
			continue;
		}
		if (*s == '\n' || *s == '\r' || *s == '\t') {
			if (*s == '\t')
				buf_putc(to, ' ');
			n = 1;
			continue;
		}
		n = utf8_sequence(s, len);
		if (utf8_control(s, n) || is_separator(s, n))
			put_escape(to, code_point(s, n));
		else
			buf_append(to, s, n);
	}
}

void
json_put_integer(struct buf *to, int64_t n)
{
	char digits[24], *end = digits + sizeof digits, *s;

	s = put_digits(end, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
	if (n < 0)
		*--s = '-';
	buf_append(to, s, (size_t)(end - s));
}

void
json_put_seconds(struct buf *to, int64_t usec)
{
	char digits[32], *end = digits + sizeof digits, *s;
	unsigned rest;

	if (usec <= 0) {
		buf_puts(to, "0.000000");
		return;
	}
	rest = (unsigned)(usec % USEC_PER_SEC);
	for (s = end; s > end - 6; rest /= 10)
		*--s = (char)('0' + rest % 10);
	*--s = '.';
	s = put_digits(s, (uint64_t)(usec / USEC_PER_SEC));
	buf_append(to, s, (size_t)(end - s));
}

/* "2026-11-25T04:49:07: the same text as long as the second is the same. */
static const char *
date_text(time_t seconds)
{
	static char text[64];
	static time_t last;
	struct tm tm;

	if (text[0] != '\0' && seconds == last)
		return text;
	text[0] = '\0';
	last = seconds;
	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return NULL;
	return text;
}

void
json_put_moment(struct buf *to, int64_t usec)
{
	const char *date = usec != 0 ? date_text((time_t)(usec / USEC_PER_SEC))
				     : NULL;
	size_t len;

	if (date == NULL) {
		buf_puts(to, "null");
		return;
	}
	buf_puts(to, date);
	/* ".123456Z": the fraction as json_put_seconds writes it behind a 0 */
	len = to->len;
	json_put_seconds(to, usec % USEC_PER_SEC);
	memmove(to->data + len, to->data + len + 1, to->len - len - 1);
	to->len--;
	buf_append(to, "Z\"", 2);
}
