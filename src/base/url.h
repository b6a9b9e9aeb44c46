/*
 * What is to be seen of a URL without parsing it: parsing is libcurl's.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stddef.h>

struct buf;

/*
 * The length of the "SCHEME://" (RFC 3986 section 3.1) at the start, or 0. As
 * libcurl does, one slash or three are taken for two after http: and https:.
 */
size_t url_scheme_len(const char *url);

/*
 * Appends a text with a URL at its start or inside, with "***" for each user
 * and password. Without a scheme, only a user with a password is taken for
 * one: the rest may be a mail address.
 */
void url_redact(struct buf *to, const char *text, size_t len);

#endif
