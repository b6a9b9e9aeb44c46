/*
 * URLs: their schemes and what of them may be shown.
 */
#include "config.h"

#include "base/url.h"

#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"

#define SCHEME_MARK "://"

size_t
url_scheme_len(const char *url)
{
	size_t len = 0, slashes;

	while (ascii_is_alnum(url[len]) ||
	    (url[len] != '\0' && strchr("+-.", url[len]) != NULL))
		len++;
	if (len == 0 || url[len] != ':')
		return 0;
	slashes = strspn(url + len + 1, "/");
	if (slashes < 2 &&
	    (slashes < 1 ||
		(!ascii_prefix(url, "http:") && !ascii_prefix(url, "https:"))))
		return 0;
	return len + 1 + slashes;
}

/* How many of the bytes stand before the first one of the set. */
static size_t
span_without(const char *s, size_t len, const char *set)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (memchr(set, s[i], strlen(set)) != NULL)
			break;
	return i;
}

/* The length of "USER:PASSWORD" in an authority (up to its last @), or 0. */
static size_t
userinfo_len(const char *authority, size_t len)
{
	while (len > 0 && authority[len - 1] != '@')
		len--;
	return len > 0 ? len - 1 : 0;
}

void
url_redact(struct buf *to, const char *text, size_t len)
{
	const char *s = text, *end = text + len, *host = text, *mark;
	size_t secret, scheme = url_scheme_len(text);

	host += scheme != 0 ? scheme : strspn(text, "/");
	secret = userinfo_len(
	    host, span_without(host, (size_t)(end - host), "/?#"));
	if (scheme == 0 && memchr(host, ':', secret) == NULL)
		secret = 0;
	for (;;) {
		if (secret > 0) {
			buf_append(to, s, (size_t)(host - s));
			buf_puts(to, "***");
			s = host + secret;
		}
		/* another URL further on */
		mark = host < s ? s : host;
		mark = memmem(mark, (size_t)(end - mark), SCHEME_MARK,
		    strlen(SCHEME_MARK));
		if (mark == NULL)
			break;
		host = mark + strlen(SCHEME_MARK);
		secret = userinfo_len(
		    host, span_without(host, (size_t)(end - host), "/?#\" "));
	}
	buf_append(to, s, (size_t)(end - s));
}
