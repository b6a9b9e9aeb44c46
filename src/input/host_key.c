/*
 * Keys of hosts.
 */
#include "config.h"

#include "input/host_key.h"

#include <string.h>

#include "base/ascii.h"
#include "base/xmalloc.h"

char *
host_key(CURLU *url, CURLUcode *code)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *key = NULL, *s;

	*code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
	if (*code == CURLUE_OK)
		*code = curl_url_get(
		    url, CURLUPART_HOST, &host, CURLU_PUNYCODE);
	if (*code == CURLUE_OK)
		*code = curl_url_get(
		    url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	if (*code == CURLUE_OK) {
		key = xasprintf("%s://%s:%s", scheme, host, port);
		for (s = key; *s != '\0'; s++)
			*s = ascii_lower(*s);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return key;
}

/*
 * The second URL, relative to the first; it may be NULL. It is read as libcurl
 * does where it follows: what it takes must have a host here, too.
 */
static CURLU *
parse(const char *url, const char *relative, CURLUcode *code)
{
	CURLU *parser = curl_url();

	if (parser == NULL)
		xmalloc_exhausted();
	*code = curl_url_set(parser, CURLUPART_URL, url, 0);
	if (*code == CURLUE_OK && relative != NULL)
		*code = curl_url_set(parser, CURLUPART_URL, relative,
		    CURLU_URLENCODE | CURLU_ALLOW_SPACE);
	return parser;
}

static char *
key_of(const char *url, const char *relative)
{
	CURLUcode code;
	CURLU *parser = parse(url, relative, &code);
	char *key = NULL;

	if (code == CURLUE_OK)
		key = host_key(parser, &code);
	curl_url_cleanup(parser);
	return key;
}

char *
host_key_of(const char *url)
{
	return key_of(url, NULL);
}

char *
host_key_of_redirect(CURL *easy, const char *location)
{
	char *url = NULL;

	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	return url != NULL ? key_of(url, location) : NULL;
}

char *
url_of_redirect(CURL *easy, const char *location)
{
	char *url = NULL, *text = NULL, *copy = NULL;
	CURLUcode code;
	CURLU *parser;

	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	if (url == NULL)
		return NULL;
	parser = parse(url, location, &code);
	if (code == CURLUE_OK &&
	    curl_url_get(parser, CURLUPART_URL, &text, 0) == CURLUE_OK)
		copy = xmemdup(text, strcspn(text, "#"));
	curl_free(text);
	curl_url_cleanup(parser);
	return copy;
}
