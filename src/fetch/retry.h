/*
 * When to try again, and how long to wait before: exponential backoff with
 * full jitter (M. Brooker, "Exponential Backoff And Jitter", 2015).
 */
#ifndef FETCH_RETRY_H
#define FETCH_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct record;
struct request;
struct retry_options;

/* The delay before the n-th retry is random, up to 1 s doubled n-1 times. */
#define RETRY_BASE_USEC (INT64_C(1) * 1000000)
#define RETRY_MOST_USEC (INT64_C(600) * 1000000)

/* A small random generator (xorshift64*); not for secrets. */
struct retry_random {
	uint64_t state;
};

void retry_random_init(struct retry_random *r, uint64_t seed);

/* How often a request may be tried again: a JSON task's own word counts. */
long retry_most(const struct retry_options *o, const struct request *request);

/* Is the method idempotent (RFC 9110 section 9.2.2)? */
bool retry_may_repeat(const char *method);

/*
 * Shall a failed task have another attempt? So it shall where attempts are
 * left, the failure is one of those named, and the method is safe to repeat
 * (RFC 9110 section 9.2.2) or not a byte of the request was sent.
 */
bool retry_wanted(const struct retry_options *o, const struct record *r);

/*
 * The delay in microseconds before the next attempt: never less than the
 * response's Retry-After (RFC 9110 section 10.2.3). -1: it would begin later
 * than the user allows.
 */
int64_t retry_delay(const struct retry_options *o, struct retry_random *random,
    const struct record *r);

#endif
