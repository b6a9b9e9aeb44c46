/*
 * --parse-json: is a body a JSON text (RFC 8259)? Then it is put into the
 * record as it is. It is looked at piece by piece, whatever its size: a parser
 * that makes values of it takes up to eighty times its memory.
 */
#ifndef OUTPUT_BODY_JSON_H
#define OUTPUT_BODY_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/blob.h"
#include "base/buf.h"

/*
 * Of valid UTF-8, of which nothing was taken. False, too, where it cannot be
 * read, has half a surrogate pair, or is nested deeper than 2048, as others
 * would not read the record then.
 */
bool body_json_is(const struct blob *body);

/* A piece of one, without line ends: between its tokens they say nothing. */
void body_json_put(struct buf *to, const char *piece, size_t len);

#endif
