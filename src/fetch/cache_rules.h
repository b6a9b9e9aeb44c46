/*
 * What RFC 9111 says of the header lines of responses that are kept.
 */
#ifndef FETCH_CACHE_RULES_H
#define FETCH_CACHE_RULES_H

#include <stdbool.h>

struct buf;

/* Has it an ETag or a Last-Modified? */
bool cache_has_validator(const struct buf *head);

/* Does its Cache-Control say no-store (section 5.2.2.5)? */
bool cache_forbidden(const struct buf *head);

/*
 * The line that asks whether the response is still good (RFC 9110 section
 * 13.1): If-None-Match where it has an ETag, else If-Modified-Since. The
 * caller's to free; NULL: there is no way to ask.
 */
char *cache_question(const struct buf *head);

/*
 * Is it about the kept response that the 304 came? Its ETag would be the same,
 * but perhaps weak (section 4.3.4).
 */
bool cache_is_about(const struct buf *kept, const struct buf *fresh);

/*
 * Appends the kept header lines as the 304 that came says they are now
 * (sections 3.2 and 4.3.4); each name stays in its place.
 */
void cache_update(
    struct buf *to, const struct buf *kept, const struct buf *fresh);

#endif
