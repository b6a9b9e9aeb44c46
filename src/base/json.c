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

static void
put_escape(struct buf *to, unsigned code)
{
	static const char names[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
	const char *name;

	if (code != 0 && code < 0x80 &&
	    (name = strchr(names, (int)code)) != NULL) {
		buf_putc(to, '\\');
		buf_putc(to, letters[name - names]);
	} else
		buf_printf(to, "\\u%04x", code);
}

/* A line or paragraph separator: JSON may hold them, JavaScript may not. */
static bool
is_separator(const char *s, size_t n)
{
	return n == 3 && (code_point(s, n) | 1) == 0x2029;
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void
put_text(struct buf *to, const char *s, size_t len, bool latin1)
{
	size_t run, n;
	char two[2];

	while (len > 0) {
		for (run = 0; run < len && is_plain((unsigned char)s[run]);)
			run++;
		buf_append(to, s, run);
		s += run;
		len -= run;
		if (len == 0)
			break;
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
		} else if (utf8_control(s, n) || is_separator(s, n) ||
		    *s == '"' || *s == '\\')
			put_escape(to, code_point(s, n));
		else
			buf_append(to, s, n);
		s += n;
		len -= n;
	}
}

void
json_string(struct buf *to, const char *s, size_t len)
{
	buf_reserve(to, len + 2);
	buf_putc(to, '"');
	put_text(to, s, len, false);
	buf_putc(to, '"');
}

void
json_string_latin1(struct buf *to, const char *s, size_t len)
{
	buf_putc(to, '"');
	put_text(to, s, len, !utf8_valid(s, len));
	buf_putc(to, '"');
}

void
json_integer(struct buf *to, int64_t n)
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
json_seconds(struct buf *to, int64_t usec)
{
	char point[7] = ".000000";
	int i, rest;

	if (usec < 0)
		usec = 0;
	json_integer(to, usec / USEC_PER_SEC);
	rest = (int)(usec % USEC_PER_SEC);
	for (i = 6; i > 0; i--, rest /= 10)
		point[i] = (char)('0' + rest % 10);
	buf_append(to, point, sizeof point);
}
