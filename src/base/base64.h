/*
 * Base64 of RFC 4648 section 4, padded, without line breaks.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

struct buf;

void base64_encode(struct buf *to, const void *data, size_t len);

#endif
