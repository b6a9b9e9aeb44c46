/*
 * Origins (RFC 6454: scheme, host and port) that libcurl's parser has taken
 * before. Lists have few hosts and many URLs: one that begins as an earlier one
 * did, byte for byte up to the path, needs no parsing, which would cost a
 * seventh of a small request.
 */
#ifndef INPUT_ORIGINS_H
#define INPUT_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>

/* As many are remembered; others are parsed each time. */
#define ORIGINS_MOST 256

struct origin {
	char *text; /* as it stands in URLs; NULL: none; owned */
	size_t len;
	char *key;    /* its host_key.h; owned */
	bool is_name; /* the host is to be looked up */
};

/* All zero is a new one. */
struct origins {
	struct origin known[ORIGINS_MOST]; /* by hash of the text */
};

void origins_clear(struct origins *o);

/*
 * That of a URL, borrowed until the next call; NULL where it is not known or
 * where what follows it may be no valid URL.
 */
const struct origin *origins_find(const struct origins *o, const char *url);

/* libcurl has taken the URL; key is copied. */
void origins_add(
    struct origins *o, const char *url, const char *key, bool is_name);

#endif
