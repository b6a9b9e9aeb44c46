/*
 * UTF-8: is it valid, and text made safe to show.
 */
#include "config.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

static bool
continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The second byte's range is narrower behind some first bytes: RFC 3629. */
static bool
second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return continues(second);
	}
}

size_t
utf8_sequence(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t i, n;

	if (len == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] >= 0xc2 && u[0] <= 0xdf)
		n = 2;
	else if (u[0] >= 0xe0 && u[0] <= 0xef)
		n = 3;
	else if (u[0] >= 0xf0 && u[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (len < n || !second_fits(u[0], u[1]))
		return 0;
	for (i = 2; i < n; i++)
		if (!continues(u[i]))
			return 0;
	return n;
}

size_t
utf8_count(const char *s)
{
	size_t count = 0;

	for (; *s != '\0'; s++)
		count += ((unsigned char)*s & 0xc0) != 0x80;
	return count;
}

bool
utf8_valid(const char *s, size_t len)
{
	uint64_t eight;
	size_t n;

	while (len > 0) {
		/* Eight ASCII bytes at once: most text is. */
		if (len >= sizeof eight) {
			memcpy(&eight, s, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				s += sizeof eight;
				len -= sizeof eight;
				continue;
			}
		}
		if ((n = utf8_sequence(s, len)) == 0)
			return false;
		s += n;
		len -= n;
	}
	return true;
}

/* Of a first byte: how long its sequence is; 0: it is none. */
static size_t
sequence_len(char first)
{
	unsigned char u = (unsigned char)first;

	if (u < 0x80)
		return 1;
	return u < 0xc2 ? 0 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : u < 0xf5 ? 4 : 0;
}

size_t
utf8_cut(const char *s, size_t len)
{
	size_t n;

	for (n = 1; n <= 3 && n <= len; n++)
		if (!continues((unsigned char)s[len - n]))
			return sequence_len(s[len - n]) > n ? n : 0;
	return 0;
}

void
utf8_check_add(struct utf8_check *c, const char *s, size_t len)
{
	size_t n;

	while (!c->bad && c->part_len > 0 && len > 0) {
		c->part[c->part_len++] = *s++;
		len--;
		if (c->part_len < sequence_len(c->part[0]))
			continue;
		c->bad = utf8_sequence(c->part, c->part_len) == 0;
		c->part_len = 0;
	}
	if (c->bad || len == 0)
		return;
	n = utf8_cut(s, len);
	c->bad = !utf8_valid(s, len - n);
	memcpy(c->part, s + len - n, n);
	c->part_len = n;
}

bool
utf8_check_ok(const struct utf8_check *c)
{
	return !c->bad && c->part_len == 0;
}

bool
utf8_control(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	if (n == 1)
		return u[0] < 0x20 || u[0] == 0x7f;
	return n == 2 && u[0] == 0xc2 && u[1] < 0xa0;
}

void
utf8_printable(struct buf *to, const char *s, size_t len)
{
	size_t i, n;

	for (; len > 0; s += n, len -= n) {
		n = utf8_sequence(s, len);
		if (n > 0 && !utf8_control(s, n)) {
			buf_append(to, s, n);
			continue;
		}
		if (n == 0)
			n = 1;
		for (i = 0; i < n; i++)
			buf_printf(to, "\\x%02x", (unsigned char)s[i]);
	}
}
