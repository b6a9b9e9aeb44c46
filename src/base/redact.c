/*
 * URLs as they may be shown.
 */
#include "config.h"

#include "base/redact.h"

#include <string.h>

#include "base/buf.h"

void
redact_url(struct buf *to, const char *url)
{
	const char *scheme = strstr(url, "://"), *at = NULL, *host, *s;
	size_t authority;

	host = scheme != NULL ? scheme + 3 : url;
	authority = strcspn(host, "/?#");
	for (s = host; s < host + authority; s++)
		if (*s == '@')
			at = s;
	/* Without a scheme it may be a mail address. */
	if (at != NULL && scheme == NULL &&
	    memchr(host, ':', (size_t)(at - host)) == NULL)
		at = NULL;
	if (at != NULL) {
		buf_append(to, url, (size_t)(host - url));
		buf_puts(to, "***");
		url = at;
	}
	buf_puts(to, url);
}
