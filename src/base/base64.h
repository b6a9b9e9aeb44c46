/*
 * Base64 of RFC 4648 section 4, padded, without line breaks.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

struct buf;

void base64_encode(struct buf *to, const void *data, size_t len);

/* Returns 0, or -1 where the text is none; then to may hold a part. */
int base64_decode(struct buf *to, const char *s, size_t len);

#endif
