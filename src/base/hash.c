/*
 * Hashes, by nettle.
 */
#include "config.h"

#include "base/hash.h"

#include <stdint.h>
#include <string.h>

void
hash_init(struct hash *h)
{
	sha256_init(&h->state);
}

void
hash_add(struct hash *h, const void *data, size_t len)
{
	if (len > 0)
		sha256_update(&h->state, len, data);
}

void
hash_value(const struct hash *h, unsigned char value[HASH_SIZE])
{
	struct sha256_ctx copy = h->state;

	sha256_digest(&copy, HASH_SIZE, value);
}

void
hash_add_text(struct hash *h, const char *text, size_t len)
{
	uint64_t size = text != NULL ? (uint64_t)len : UINT64_MAX;
	unsigned char bytes[8];
	int i;

	for (i = 0; i < 8; i++, size >>= 8)
		bytes[i] = (unsigned char)size;
	hash_add(h, bytes, sizeof bytes);
	if (text != NULL)
		hash_add(h, text, len);
}
