/*
 * Cookies: by default each task's own, from the files given; one jar for all
 * where that is asked for.
 */
#ifndef FETCH_COOKIES_H
#define FETCH_COOKIES_H

#include <stdbool.h>

#include <curl/curl.h>

struct request_options;

struct cookies {
	const struct request_options *options; /* borrowed */
	struct curl_slist *given;	       /* cookies of the files; owned */
	CURLSH *share;			       /* --cookie-share, or NULL */
	CURL *jar;  /* what all tasks got, for --cookie-jar; or NULL */
	bool drops; /* it is not to be written */
};

void cookies_init(struct cookies *c, const struct request_options *r);

/* Sets a handle up; it must be cleaned up before cookies_clear. */
void cookies_setup(const struct cookies *c, CURL *easy);

/* Takes what a transfer was given for the jar. */
void cookies_collect(const struct cookies *c, CURL *easy);

/* Writes the jar, unless that is not wanted (drops). */
void cookies_clear(struct cookies *c);

#endif
