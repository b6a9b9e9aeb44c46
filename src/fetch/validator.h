/*
 * The header by which a transfer asks whether what is kept is still good. It
 * is about one URL, and goes to no other: where a redirect leads elsewhere it
 * stays behind, so that no other resource is taken for unmodified and no
 * other host hears of it.
 */
#ifndef FETCH_VALIDATOR_H
#define FETCH_VALIDATOR_H

#include <stdbool.h>

#include <curl/curl.h>

/* All zero: none. */
struct validator {
	struct curl_slist *headers;	/* with the one that asks; owned */
	const struct curl_slist *plain; /* without; borrowed */
	char *from;   /* the URL, or NULL: the request's own; owned */
	bool is_sent; /* with the request that is under way */
};

/*
 * Adds the line to the headers that the handle has. from is the URL that it
 * is about, where redirects had led; NULL: the request's own.
 */
void validator_set(struct validator *v, CURL *easy,
    const struct curl_slist *plain, const char *line, const char *from);

/* libcurl is about to follow a redirect. */
void validator_redirect(struct validator *v, CURL *easy, const char *location);

/* The handle has its own headers again. */
void validator_clear(struct validator *v, CURL *easy);

#endif
