/*
 * Which requests have a part in the cache, and what tells their entries
 * apart.
 */
#ifndef FETCH_CACHE_KEY_H
#define FETCH_CACHE_KEY_H

#include <stdbool.h>

#include "base/hash.h"

struct options;
struct request;

/*
 * GET of the whole, without a body, where the user asks nothing by conditions
 * of his own. method is what is asked for. The task service is not kept: it
 * is somewhere else each time.
 */
bool cache_takes(
    const struct request *request, const char *method, const struct options *o);

/*
 * The hash of the URL, and of all that the user says to have another
 * representation, as another user, or from another place.
 */
void cache_key(const struct request *request, const struct options *o,
    unsigned char key[HASH_SIZE]);

#endif
