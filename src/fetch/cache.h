/*
 * The cache of --cache: keeps responses of status 200, asks with what they
 * were marked by (ETag, Last-Modified) whether they are still good, and gives
 * what was kept in place of a 304. It never answers without having asked.
 */
#ifndef FETCH_CACHE_H
#define FETCH_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "fetch/cache_store.h"

struct options;
struct record;
struct request;
struct xfer;

struct cache {
	const struct options *options; /* borrowed */
	struct cache_store store;
	int64_t since; /* when the run began; microseconds since 1970 */
	bool told;     /* of what failed */
};

/* Without --cache it takes nothing. Says on stderr what fails, once. */
void cache_init(struct cache *c, const struct options *o);
void cache_clear(struct cache *c);

/* Has anything failed? */
bool cache_failed(const struct cache *c);

/* What an attempt has to do with it: at most one open file at a time. */
struct cached;

/*
 * Before an attempt: looks for what is kept, and lets the transfer ask for
 * it; not so where it is distrusted. What a 200 brings is written while it
 * comes. NULL: the request has no part in it. All are borrowed.
 */
struct cached *cached_open(struct cache *c, const struct request *request,
    const char *method, struct xfer *x, bool distrusted);
void cached_close(struct cached *e); /* takes NULL */

/*
 * After the transfer: reads what is kept into its response, where that is a
 * 304; a piece of it a call. False: that is all.
 */
bool cached_restore(struct cached *e); /* takes NULL */

/*
 * The record tells how the attempt ended; now also what the cache has to do
 * with it. One that --changed-only leaves out becomes skipped.
 */
void cached_judge(struct cached *e, struct record *r);

/*
 * What was kept is damaged, or the 304 is about something else: there is to be
 * another attempt.
 */
bool cached_is_useless(const struct cached *e); /* takes NULL */

/* The body is where it should be: keeps the response, or forgets it. */
void cached_keep(struct cached *e, const struct record *r);

#endif
