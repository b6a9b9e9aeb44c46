/*
 * A token bucket (RFC 2697 calls its size the burst): over any time T at most
 * rate * T + burst tokens are taken. Knows no clock; times are microseconds.
 */
#ifndef FETCH_BUCKET_H
#define FETCH_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"

/* The largest burst. */
#define BUCKET_BURST_MAX 100000

struct bucket {
	struct rate rate; /* count 0: no limit */
	int64_t most;	  /* what it holds; a token is rate.period */
	int64_t level;	  /* at the time since; below 0: taken in advance */
	int64_t since;
};

/* Full from the start; burst is from 1 to BUCKET_BURST_MAX. */
void bucket_init(
    struct bucket *b, const struct rate *rate, long burst, int64_t now);

/* From when on there is a token: now, or later. */
int64_t bucket_when(struct bucket *b, int64_t now);

/* Takes tokens, in advance where there are none; later takers wait then. */
void bucket_take(struct bucket *b, int64_t now, long tokens);

/*
 * The least time in which so many tokens can be taken of a full one, in
 * microseconds; 0 without a limit.
 */
int64_t bucket_time(const struct rate *rate, long burst, int64_t tokens);

bool bucket_full(struct bucket *b, int64_t now);

#endif
