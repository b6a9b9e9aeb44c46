/*
 * When to try again, and how long to wait before: exponential backoff with
 * full jitter (M. Brooker, "Exponential Backoff And Jitter", 2015).
 */
#ifndef FETCH_RETRY_H
#define FETCH_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct record;

/* The delay before the n-th retry is random, up to 1 s doubled n-1 times. */
#define RETRY_BASE_USEC (INT64_C(1) * 1000000)
#define RETRY_MOST_USEC (INT64_C(600) * 1000000)

/* A small random generator (xorshift64*); not for secrets. */
struct retry_random {
	uint64_t state;
};

void retry_random_init(struct retry_random *r, uint64_t seed);

/*
 * Is the record's failure one that may pass by itself, and is its method
 * safe to repeat (RFC 9110 section 9.2.2)? A request that never reached the
 * server may be repeated whatever its method.
 */
bool retry_transient(const struct record *r);

/* The delay in microseconds before the retry of that number, from 1. */
int64_t retry_delay(struct retry_random *r, int retry);

#endif
