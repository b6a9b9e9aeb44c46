/*
 * Writing JSON.
 */
#include "config.h"

#include "base/json.h"

#include <stdbool.h>
#include <string.h>

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

/* Printable ASCII that stands for itself. */
static size_t
plain_run(const char *s, size_t len)
{
	const char *end = s + len, *start = s;

	while (s < end && *s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\')
		s++;
	return (size_t)(s - start);
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
	buf_putc(to, '"');
	put_text(to, s, len, !utf8_valid(s, len));
	buf_putc(to, '"');
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
		if (*s == '\t' || *s == '\n' || *s == '\r') {
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
	char digits[24], *s = digits + sizeof digits;
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--s = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (n < 0)
		*--s = '-';
	buf_append(to, s, (size_t)(digits + sizeof digits - s));
}

void
json_put_seconds(struct buf *to, int64_t usec)
{
	char point[7] = ".000000";
	int i, rest;

	if (usec < 0)
		usec = 0;
	json_put_integer(to, usec / USEC_PER_SEC);
	rest = (int)(usec % USEC_PER_SEC);
	for (i = 6; i > 0; i--, rest /= 10)
		point[i] = (char)('0' + rest % 10);
	buf_append(to, point, sizeof point);
}
