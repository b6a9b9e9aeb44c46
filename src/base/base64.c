/*
 * Base64.
 */
#include "config.h"

#include "base/base64.h"

#include <string.h>

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

/* What a character stands for, or -1. */
static int
digit(char c)
{
	const char *place = c != '\0' ? strchr(alphabet, c) : NULL;

	return place != NULL ? (int)(place - alphabet) : -1;
}

int
base64_decode(struct buf *to, const char *s, size_t len)
{
	size_t i, padding = 0;
	unsigned bits = 0;

	if (len % 4 != 0)
		return -1;
	while (padding < 2 && padding < len && s[len - 1 - padding] == '=')
		padding++;
	for (i = 0; i < len - padding; i++) {
		if (digit(s[i]) == -1)
			return -1;
		bits = bits << 6 | (unsigned)digit(s[i]);
		if (i % 4 != 3)
			continue;
		buf_putc(to, (char)(bits >> 16 & 0xff));
		buf_putc(to, (char)(bits >> 8 & 0xff));
		buf_putc(to, (char)(bits & 0xff));
		bits = 0;
	}
	if (padding == 2)
		buf_putc(to, (char)(bits >> 4 & 0xff));
	if (padding == 1) {
		buf_putc(to, (char)(bits >> 10 & 0xff));
		buf_putc(to, (char)(bits >> 2 & 0xff));
	}
	return 0;
}
