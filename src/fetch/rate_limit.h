/*
 * What a response tells of a limit on requests: the fields RateLimit and
 * RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers, its early forms
 * too), and what was in use before them, X-RateLimit-Remaining and -Reset.
 */
#ifndef FETCH_RATE_LIMIT_H
#define FETCH_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

struct rate_limit {
	int64_t remaining; /* requests */
	int64_t wait;	   /* until there are more; microseconds */
};

/*
 * Reads raw header lines (may be NULL). Where there are several limits, the
 * one that ends first counts. now is seconds since 1970, for a point in time
 * (a number, or a date of ISO 8601 in UTC or of HTTP) instead of a duration. A
 * value that is none of these says nothing. False: they tell nothing that can
 * be used.
 */
bool rate_limit_read(
    struct rate_limit *limit, const struct buf *head, int64_t now);

#endif
