/*
 * URLs as they may be shown: without user and password.
 */
#ifndef BASE_REDACT_H
#define BASE_REDACT_H

struct buf;

/*
 * Appends the URL, with "***" for what stands before the host's @. Without a
 * scheme, only a user with a password is taken for one.
 */
void redact_url(struct buf *to, const char *url);

#endif
