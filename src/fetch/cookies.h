/*
 * Cookies: by default each task's own, from the files given; one jar for all
 * where that is asked for.
 */
#ifndef FETCH_COOKIES_H
#define FETCH_COOKIES_H

#include <curl/curl.h>

#include "base/buf.h"

struct request_options;

struct cookies {
	const struct request_options *options; /* borrowed */
	struct curl_slist *given;	       /* cookies of the files; owned */
	CURLSH *share;			       /* --cookie-share, or NULL */
	CURL *jar; /* what all tasks got, for --cookie-jar; or NULL */
};

void cookies_init(struct cookies *c, const struct request_options *r);

/* Sets a handle up; it must be cleaned up before cookies_clear. */
void cookies_setup(const struct cookies *c, CURL *easy);

/*
 * Takes what a transfer was given for the jar, and out of it what a server made
 * expire. Of what several transfers say of a cookie, the last one's holds.
 */
void cookies_collect(const struct cookies *c, CURL *easy);

/*
 * All cookies, as a file in the format of Netscape's. (libcurl writes one, too,
 * but does not tell where it could not.)
 */
void cookies_put(const struct cookies *c, struct buf *to);

void cookies_clear(struct cookies *c);

#endif
