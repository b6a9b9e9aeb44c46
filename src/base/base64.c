/*
 * Base64.
 */
#include "config.h"

#include "base/base64.h"

#include "base/buf.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(struct buf *to, const void *data, size_t len)
{
	const unsigned char *u = data;
	unsigned bits;
	char *out;

	if (len == 0)
		return;
	buf_reserve(to, (len + 2) / 3 * 4);
	out = to->data + to->len;
	for (; len > 0; u += 3) {
		bits = (unsigned)u[0] << 16;
		if (len > 1)
			bits |= (unsigned)u[1] << 8;
		if (len > 2)
			bits |= u[2];
		*out++ = alphabet[bits >> 18];
		*out++ = alphabet[bits >> 12 & 63];
		*out++ = len > 1 ? alphabet[bits >> 6 & 63] : '=';
		*out++ = len > 2 ? alphabet[bits & 63] : '=';
		len -= len < 3 ? len : 3;
	}
	to->len = (size_t)(out - to->data);
}
