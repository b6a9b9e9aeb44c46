/*
 * Is a text that comes in pieces JSON (RFC 8259)? It is looked at byte by byte,
 * whatever its size: a parser that makes values of it takes up to eighty times
 * its memory. That the text is valid UTF-8 is not looked at, see utf8_check.
 */
#ifndef BASE_JSON_CHECK_H
#define BASE_JSON_CHECK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * What is nested deeper is none (RFC 8259, 9: an implementation may set
 * limits): jq before 1.7 reads no more than 256 levels, and then nothing of
 * what follows, and a record and an array of records are two of them.
 */
#define JSON_CHECK_DEPTH 250

/* All zero at first. */
struct json_check {
	int state;
	bool bad;      /* whatever comes now */
	bool is_key;   /* the string is */
	bool has_high; /* the first half of a surrogate pair was just there */
	unsigned code; /* of \u, so far */
	int digits;    /* of it */
	const char *rest; /* of the literal */
	size_t depth;
	/* a bit each: it is no array */
	unsigned char objects[JSON_CHECK_DEPTH / CHAR_BIT + 1];
};

void json_check_add(struct json_check *c, const char *s, size_t len);

/*
 * Whether all of it was JSON, if this is the end. False, too, where it begins
 * with a byte order mark (RFC 8259, 8.1) or has half a surrogate pair.
 */
bool json_check_ok(const struct json_check *c);

#endif
