/*
 * Content-Disposition.
 */
#include "config.h"

#include "input/disposition.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "input/file_name.h"

/* A quoted string's own text, or a token's. */
static void
put_value(struct buf *to, const char *s, const char *end)
{
	if (s < end && *s == '"') {
		for (s++; s < end && *s != '"'; s++) {
			if (*s == '\\' && s + 1 < end)
				s++;
			buf_putc(to, *s);
		}
		return;
	}
	while (s < end && *s != ';' && !ascii_is_space(*s))
		buf_putc(to, *s++);
}

/* Behind the ; that ends the parameter at s, quoted strings aside. */
static const char *
next_parameter(const char *s, const char *end)
{
	bool quoted = false;

	for (; s < end && (quoted || *s != ';'); s++) {
		if (quoted && *s == '\\' && s + 1 < end)
			s++;
		else if (*s == '"')
			quoted = !quoted;
	}
	return s < end ? s + 1 : end;
}

static const char *
skip_space(const char *s, const char *end)
{
	while (s < end && ascii_is_space(*s))
		s++;
	return s;
}

/* Where the value of the parameter of that name begins, or NULL. */
static const char *
find_parameter(const char *s, const char *end, const char *name)
{
	const size_t len = strlen(name);
	const char *behind;

	for (; s < end; s = next_parameter(s, end)) {
		s = skip_space(s, end);
		if ((size_t)(end - s) <= len ||
		    ascii_compare(s, name, len) != 0)
			continue;
		behind = skip_space(s + len, end);
		if (behind < end && *behind == '=')
			return skip_space(behind + 1, end);
	}
	return NULL;
}

static int
hex_value(char c)
{
	return ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

/* A byte of ISO 8859-1, as UTF-8. */
static void
put_latin1(struct buf *to, unsigned char c)
{
	if (c >= 0x80) {
		buf_putc(to, (char)(0xc0 | c >> 6));
		c = 0x80 | (c & 0x3f);
	}
	buf_putc(to, (char)c);
}

/* CHARSET'LANGUAGE'PERCENT-ENCODED; false: it is not, or nobody knows it. */
static bool
put_extended(struct buf *to, const char *s, const char *end)
{
	bool latin1 = end - s > 11 && ascii_prefix(s, "iso-8859-1'");
	char c;

	if (!latin1 && !(end - s > 6 && ascii_prefix(s, "utf-8'")))
		return false;
	s += strcspn(s, "'") + 1;
	s = memchr(s, '\'', (size_t)(end - s));
	if (s == NULL)
		return false;
	for (s++; s < end && *s != ';' && !ascii_is_space(*s); s++) {
		c = *s;
		if (c == '%') {
			if (end - s < 3 || !ascii_is_hex(s[1]) ||
			    !ascii_is_hex(s[2]))
				return false;
			c = (char)(hex_value(s[1]) << 4 | hex_value(s[2]));
			s += 2;
		}
		if (latin1)
			put_latin1(to, (unsigned char)c);
		else
			buf_putc(to, c);
	}
	return utf8_valid(to->data, to->len);
}

/* No more than the last part of a path, of any system. */
static char *
make_safe(const struct buf *text)
{
	size_t i, begin = 0;
	struct buf safe;
	char *name = NULL;

	for (i = 0; i < text->len; i++)
		if (text->data[i] == '/' || text->data[i] == '\\')
			begin = i + 1;
	buf_init(&safe);
	if (text->len > begin) {
		file_name_put(&safe, text->data + begin, text->len - begin);
		name = file_name_finish(safe.data, safe.len);
	}
	buf_clear(&safe);
	return name;
}

char *
disposition_name(const char *value, size_t len)
{
	const char *end = value + len, *s;
	char *name = NULL;
	struct buf text;

	buf_init(&text);
	s = find_parameter(value, end, "filename*");
	if (s != NULL && put_extended(&text, s, end))
		name = make_safe(&text);
	s = find_parameter(value, end, "filename");
	if (name == NULL && s != NULL) {
		text.len = 0;
		put_value(&text, s, end);
		name = make_safe(&text);
	}
	buf_clear(&text);
	return name;
}
