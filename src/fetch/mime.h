/*
 * A multipart form as libcurl sends it.
 */
#ifndef FETCH_MIME_H
#define FETCH_MIME_H

#include <curl/curl.h>

struct form;

/* The form for that handle; curl_mime_free it after the handle is gone. */
curl_mime *mime_new(CURL *easy, const struct form *f);

#endif
