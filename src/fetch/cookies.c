/*
 * Cookies.
 */
#include "config.h"

#include "fetch/cookies.h"

#include <string.h>

#include "base/xmalloc.h"
#include "input/options.h"

/* The files that -b names. */
static void
add_files(CURL *easy, const struct request_options *r)
{
	const struct curl_slist *file;

	for (file = r->cookie_files; file != NULL; file = file->next)
		curl_easy_setopt(easy, CURLOPT_COOKIEFILE, file->data);
}

void
cookies_init(struct cookies *c, const struct request_options *r)
{
	memset(c, 0, sizeof *c);
	c->options = r;
	/* As in curl, cookies are on only where -b or -c says so. */
	if (r->cookie_jar == NULL &&
	    (r->cookie_files == NULL || !r->cookie_share))
		return;
	if ((c->jar = curl_easy_init()) == NULL)
		xmalloc_exhausted();
	if (r->cookie_share) {
		if ((c->share = curl_share_init()) == NULL)
			xmalloc_exhausted();
		curl_share_setopt(
		    c->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
		curl_easy_setopt(c->jar, CURLOPT_SHARE, c->share);
	}
	curl_easy_setopt(c->jar, CURLOPT_COOKIEFILE, "");
	add_files(c->jar, r);
	curl_easy_setopt(c->jar, CURLOPT_COOKIELIST, "RELOAD");
	curl_easy_getinfo(c->jar, CURLINFO_COOKIELIST, &c->given);
}

void
cookies_setup(const struct cookies *c, CURL *easy)
{
	/* An empty name switches the cookies on. */
	if (c->jar != NULL)
		curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
	if (c->share != NULL)
		curl_easy_setopt(easy, CURLOPT_SHARE, c->share);
	else
		add_files(easy, c->options);
}

static bool
has_line(const struct curl_slist *list, const char *line)
{
	for (; list != NULL; list = list->next)
		if (strcmp(list->data, line) == 0)
			return true;
	return false;
}

void
cookies_collect(const struct cookies *c, CURL *easy)
{
	struct curl_slist *all = NULL, *one;

	if (c->jar == NULL || c->share != NULL ||
	    curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &all) != CURLE_OK)
		return;
	/* What it was given is old where another task got a new one. */
	for (one = all; one != NULL; one = one->next)
		if (!has_line(c->given, one->data))
			curl_easy_setopt(c->jar, CURLOPT_COOKIELIST, one->data);
	curl_slist_free_all(all);
}

void
cookies_put(const struct cookies *c, struct buf *to)
{
	struct curl_slist *all = NULL, *one;

	buf_puts(to, "# Netscape HTTP Cookie File\n\n");
	curl_easy_getinfo(c->jar, CURLINFO_COOKIELIST, &all);
	for (one = all; one != NULL; one = one->next)
		buf_printf(to, "%s\n", one->data);
	curl_slist_free_all(all);
}

void
cookies_clear(struct cookies *c)
{
	curl_easy_cleanup(c->jar);
	if (c->share != NULL)
		curl_share_cleanup(c->share);
	curl_slist_free_all(c->given);
}
