/*
 * What hosts are told apart by: scheme, name and port.
 */
#ifndef INPUT_HOST_KEY_H
#define INPUT_HOST_KEY_H

#include <curl/curl.h>

/*
 * "https://example.com:443" of a parsed URL, in lower case, without user and
 * password; NULL and the reason in *code where it has no host that libcurl
 * takes. The caller's to free.
 */
char *host_key(CURLU *url, CURLUcode *code);

/* The same of a URL's text; NULL where it is none. */
char *host_key_of(const char *url);

/*
 * The same of where a redirect leads, relative to where the handle is now; as
 * lenient as libcurl is there.
 */
char *host_key_of_redirect(CURL *easy, const char *location);

/* All of that URL, without fragment. */
char *url_of_redirect(CURL *easy, const char *location);

#endif
