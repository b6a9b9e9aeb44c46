/*
 * SHA-256 (FIPS 180-4) of bytes that come in pieces.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

#include <nettle/sha2.h>

#define HASH_SIZE 32

struct hash {
	struct sha256_ctx state;
};

void hash_init(struct hash *h);
void hash_add(struct hash *h, const void *data, size_t len);

/* The hash of all that was added until now; more may follow. */
void hash_value(const struct hash *h, unsigned char value[HASH_SIZE]);

/* Adds a text such that no two sequences of texts are alike; NULL is one. */
void hash_add_text(struct hash *h, const char *text, size_t len);

#endif
