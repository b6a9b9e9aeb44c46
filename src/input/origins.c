/*
 * Origins that are known.
 */
#include "config.h"

#include "input/origins.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/xmalloc.h"

/* libcurl refuses what is far longer (CURL_MAX_INPUT_LENGTH). */
#define URL_MOST 65536

void
origins_clear(struct origins *o)
{
	size_t i;

	for (i = 0; i < ORIGINS_MOST; i++) {
		free(o->known[i].text);
		free(o->known[i].key);
	}
	memset(o, 0, sizeof *o);
}

static bool
ends_authority(char c)
{
	return c == '/' || c == '?' || c == '#' || c == '\0';
}

/* Is all of it printable ASCII? Only that is sure to be taken behind a host. */
static bool
is_plain(const char *s)
{
	const char *start = s;

	while (*s > ' ' && *s <= '~')
		s++;
	return *s == '\0' && s - start < URL_MOST;
}

/*
 * The length of the origin with which a URL begins, and its hash (FNV-1a); 0
 * where it is none of which only the path can differ. A user (RFC 3986 section
 * 3.2.1) is none of its parts.
 */
static size_t
origin_len(const char *url, uint32_t *hash)
{
	const char *s = url + (ascii_prefix(url, "https:") ? 6 : 5);

	if ((!ascii_prefix(url, "http:") && !ascii_prefix(url, "https:")) ||
	    s[0] != '/' || s[1] != '/' || ends_authority(s[2]))
		return 0;
	*hash = UINT32_C(2166136261) ^ (uint32_t)(s - url);
	for (s += 2; !ends_authority(*s); s++) {
		if (*s == '@')
			return 0;
		*hash = (*hash ^ (unsigned char)*s) * UINT32_C(16777619);
	}
	return is_plain(s) ? (size_t)(s - url) : 0;
}

const struct origin *
origins_find(const struct origins *o, const char *url)
{
	const struct origin *one;
	uint32_t hash;
	size_t len = origin_len(url, &hash);

	if (len == 0)
		return NULL;
	one = &o->known[hash % ORIGINS_MOST];
	return one->len == len && memcmp(one->text, url, len) == 0 ? one : NULL;
}

void
origins_add(struct origins *o, const char *url, const char *key, bool is_name)
{
	struct origin *one;
	uint32_t hash;
	size_t len = origin_len(url, &hash);

	if (len == 0)
		return;
	one = &o->known[hash % ORIGINS_MOST];
	free(one->text);
	free(one->key);
	one->text = xmemdup(url, len);
	one->len = len;
	one->key = xstrdup(key);
	one->is_name = is_name;
}
