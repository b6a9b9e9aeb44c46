/*
 * The one place that turns options into libcurl's.
 */
#ifndef FETCH_SETUP_H
#define FETCH_SETUP_H

#include <stdbool.h>

#include <stdint.h>

#include <curl/curl.h>

struct options;
struct overrides;

/*
 * Sets all that the requests of a run have in common. What the options hold
 * is borrowed by the handle. Dies (EXIT_LOCAL) where libcurl refuses.
 */
void setup_easy(CURL *easy, const struct options *o);

/*
 * For a transfer that may come to HTTP/2, or is not to: the version, and the
 * size of libcurl's buffer. Before it begins.
 */
void setup_version(CURL *easy, const struct options *o, bool may_be_http2);

/*
 * What a JSON task says of its own request, on a handle that setup_easy has
 * set up. Returns the headers, which must outlive the handle's use; the
 * caller's to free.
 */
struct curl_slist *setup_overrides(
    CURL *easy, const struct options *o, const struct overrides *task);

/* The headers of a task, as -H has them; for setup_headers_free. */
struct curl_slist *setup_headers(
    const struct options *o, const struct overrides *task);
void setup_headers_free(struct curl_slist *headers);

/*
 * Asks for the body from offset on, if it is still what the validator says
 * (NULL: in any case). headers are those of setup_overrides, which it takes,
 * or NULL. Returns what setup_overrides does.
 */
struct curl_slist *setup_range(CURL *easy, const struct options *o,
    struct curl_slist *headers, int64_t offset, const char *validator);

#endif
