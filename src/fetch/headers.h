/*
 * The header lines of a response, split into names and values.
 */
#ifndef FETCH_HEADERS_H
#define FETCH_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Borrowed from the raw lines; may hold any byte. */
struct header {
	const char *name;
	size_t name_len;
	const char *value; /* without white space around it */
	size_t value_len;
	bool is_first; /* of its name */
	size_t next;   /* the next one of its name; 0: none */
};

/* Not to be copied: few is where most are. */
#define HEADERS_FEW 16

struct headers {
	struct header *all; /* in order of arrival */
	size_t count;
	struct header few[HEADERS_FEW];
};

/*
 * Splits raw header lines. A line that begins with white space continues the
 * one before (RFC 9112 section 5.2); others without a colon are passed over,
 * as is the status line. raw may be NULL.
 */
void headers_parse(struct headers *h, const struct buf *raw);
void headers_clear(struct headers *h);

/* Splits one line; false where it is no header. */
bool header_split(struct header *h, const char *line, size_t len);

/* Is it the header of that name, without regard to case? */
bool header_is(const struct header *h, const char *name);

/* The first header of that name, or NULL. */
const struct header *headers_first(const struct headers *h, const char *name);

/* The only one, or NULL: who sends two means neither. */
const struct header *headers_only(const struct headers *h, const char *name);

#endif
