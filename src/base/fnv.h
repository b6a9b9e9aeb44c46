/*
 * FNV-1a, 64 bits (draft-eastlake-fnv): a quick hash, for tables and names
 * that nobody attacks.
 */
#ifndef BASE_FNV_H
#define BASE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)

static inline uint64_t
fnv_add(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * UINT64_C(0x100000001b3);
}

/* Of len bytes, behind those that hash is of; FNV_BASIS is of none. */
static inline uint64_t
fnv_of(uint64_t hash, const char *text, size_t len)
{
	for (; len > 0; text++, len--)
		hash = fnv_add(hash, *text);
	return hash;
}

#endif
