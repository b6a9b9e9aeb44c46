/*
 * UTF-8: is it valid (RFC 3629), and text made safe to show.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * The length in bytes (1 to 4) of the well-formed UTF-8 sequence at s, of
 * which at most len bytes may be read; 0 where it is not well-formed: a stray
 * or overlong byte, a surrogate, past U+10FFFF, cut short.
 */
size_t utf8_sequence(const char *s, size_t len);

/* How many characters well-formed text has. */
size_t utf8_count(const char *s);

/* Whether all of it is well-formed UTF-8. NUL bytes are. */
bool utf8_valid(const char *s, size_t len);

/* The same for text that comes in pieces; all zero at first. */
struct utf8_check {
	char part[4]; /* a sequence of which the rest is to come */
	size_t part_len;
	bool bad;
};

void utf8_check_add(struct utf8_check *c, const char *s, size_t len);

/* Whether all of it was well-formed, if this is the end. */
bool utf8_check_ok(const struct utf8_check *c);

/*
 * How many bytes at the end of well-formed text, cut anywhere, are the
 * beginning of a sequence: 0 to 3.
 */
size_t utf8_cut(const char *s, size_t len);

/*
 * Whether the well-formed sequence of n bytes at s is a control character:
 * C0, DEL or C1.
 */
bool utf8_control(const char *s, size_t n);

/*
 * Appends the text for a terminal or a log: control characters, also the C1
 * ones, and bytes that are not UTF-8 become \xHH.
 */
void utf8_printable(struct buf *to, const char *s, size_t len);

#endif
