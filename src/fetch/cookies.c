/*
 * Cookies.
 */
#include "config.h"

#include "fetch/cookies.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/xmalloc.h"
#include "input/options.h"

/* Of a line in Netscape's format; there are seven, with tabs between them. */
enum field {
	DOMAIN,
	TAILMATCH,
	PATH,
	SECURE,
	EXPIRES, /* seconds since 1970; 0: with the session */
	NAME,
};

/* The field, with *len bytes; borrowed. */
static const char *
field_of(const char *line, enum field field, size_t *len)
{
	int n;

	for (n = 0; n < (int)field; n++) {
		line += strcspn(line, "\t");
		line += *line == '\t';
	}
	*len = strcspn(line, "\t");
	return line;
}

static bool
is_equal(const char *a, const char *b, enum field field)
{
	size_t a_len, b_len;

	a = field_of(a, field, &a_len);
	b = field_of(b, field, &b_len);
	return a_len == b_len &&
	    (field == DOMAIN ? ascii_compare(a, b, a_len)
			     : memcmp(a, b, a_len)) == 0;
}

/* Does the one take the place of the other? As libcurl has it. */
static bool
is_same(const char *a, const char *b)
{
	return is_equal(a, b, NAME) && is_equal(a, b, DOMAIN) &&
	    is_equal(a, b, TAILMATCH) && is_equal(a, b, PATH);
}

/* libcurl's list has those that have expired since, too. */
static bool
is_expired(const char *line)
{
	size_t len;
	long long expires = atoll(field_of(line, EXPIRES, &len));

	return expires != 0 && expires < time(NULL);
}

/* Takes a cookie out of a jar: one that expired long ago replaces it. */
static void
expire(CURL *jar, const char *line)
{
	size_t len;
	const char *expires = field_of(line, EXPIRES, &len);
	char *expired = xasprintf(
	    "%.*s1%s", (int)(expires - line), line, expires + len);

	curl_easy_setopt(jar, CURLOPT_COOKIELIST, expired);
	free(expired);
}

/* The files that -b names. */
static void
add_files(CURL *easy, const struct request_options *r)
{
	const struct cookie_files *files = &r->cookie_files;
	size_t i;

	for (i = 0; i < files->count; i++)
		curl_easy_setopt(easy, CURLOPT_COOKIEFILE, files->all[i].name);
}

void
cookies_init(struct cookies *c, const struct request_options *r)
{
	const struct setting *junk;

	memset(c, 0, sizeof *c);
	c->options = r;
	/* As in curl, cookies are on only where -b or -c says so. */
	if (r->cookie_jar == NULL &&
	    (r->cookie_files.count == 0 || !r->cookie_share))
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
	junk = settings_find(&r->settings, CURLOPT_COOKIESESSION);
	if (junk != NULL)
		curl_easy_setopt(c->jar, CURLOPT_COOKIESESSION, junk->number);
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
is_equal_line(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/*
 * Has a list a line that fits this one? It is looked for at *next first, and
 * what was found sets that: what nobody changed stands in the same order in
 * two lists, and to look for each among all of a large jar takes long.
 */
static bool
has(const struct curl_slist *list, const struct curl_slist **next,
    const char *line, bool (*fits)(const char *, const char *))
{
	const struct curl_slist *one = *next;

	if (one == NULL || !fits(one->data, line))
		for (one = list; one != NULL && !fits(one->data, line);)
			one = one->next;
	if (one == NULL)
		return false;
	*next = one->next;
	return true;
}

/* Was there an answer? Only one can take cookies away. */
static bool
is_answered(CURL *easy)
{
	long size = 0;

	curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &size);
	return size > 0;
}

void
cookies_collect(const struct cookies *c, CURL *easy)
{
	struct curl_slist *all = NULL, *one;
	const struct curl_slist *next;

	if (c->jar == NULL || c->share != NULL || !is_answered(easy) ||
	    curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &all) != CURLE_OK)
		return;
	/* libcurl forgets what has expired when the next request begins. */
	next = all;
	for (one = c->given; one != NULL; one = one->next)
		if (!has(all, &next, one->data, is_same))
			expire(c->jar, one->data);
	/* What it was given is old where another task got a new one. */
	next = c->given;
	for (one = all; one != NULL; one = one->next)
		if (!has(c->given, &next, one->data, is_equal_line))
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
		if (!is_expired(one->data))
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
