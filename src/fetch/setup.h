/*
 * The one place that turns options into libcurl's.
 */
#ifndef FETCH_SETUP_H
#define FETCH_SETUP_H

#include <curl/curl.h>

struct options;

/*
 * Sets all that the requests of a run have in common. What the options hold
 * is borrowed by the handle. Dies (EXIT_LOCAL) where libcurl refuses.
 */
void setup_easy(CURL *easy, const struct options *o);

#endif
