/*
 * Writing JSON: strings and decimals, always valid UTF-8, on one line.
 *
 * jansson writes only what it holds as a json_t; these append to a buffer, so
 * that a record costs no tree. Reading is jansson's.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Appends a string with its quotes. Control characters (C0, DEL and C1) and
 * line separators are escaped; a byte that is not UTF-8 becomes U+FFFD.
 */
void json_put_string(struct buf *to, const char *s, size_t len);

/* The same without the quotes: a piece of a string. */
void json_put_text(struct buf *to, const char *s, size_t len);

/* As json_put_string, but text that is not UTF-8 is read as ISO 8859-1. */
void json_put_latin1(struct buf *to, const char *s, size_t len);

/*
 * Appends a valid JSON text, or a piece of one that is cut at a character, as
 * it is, but in one line: without line ends, which say nothing between its
 * tokens, with spaces for tabs, and with what json_put_string escapes escaped.
 */
void json_put_line(struct buf *to, const char *s, size_t len);

/* Appends microseconds as seconds with six decimals: 0.001500. */
void json_put_seconds(struct buf *to, int64_t usec);

/*
 * Appends microseconds since 1970 as a string of RFC 3339, in UTC and with
 * microseconds; 0 is null.
 */
void json_put_moment(struct buf *to, int64_t usec);

void json_put_integer(struct buf *to, int64_t n);

#endif
