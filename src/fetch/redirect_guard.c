/*
 * What must not go along to another host.
 */
#include "config.h"

#include "fetch/redirect_guard.h"

#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "fetch/xfer.h"
#include "input/host_key.h"
#include "input/options.h"

/* "https://host:443": is it the same host, whatever scheme and port? */
static bool
same_name(const char *a, const char *b)
{
	size_t len;

	a += url_scheme_len(a);
	b += url_scheme_len(b);
	len = (size_t)(strrchr(a, ':') - a);
	return strncmp(a, b, len) == 0 && strrchr(b, ':') == b + len;
}

static bool
is_set(const struct xfer *x, CURLoption option)
{
	const struct setting *s = settings_find(
	    &x->pool->options->request.settings, option);

	return s != NULL && (s->kind == SETTING_TEXT || s->number != 0);
}

/*
 * A redirect leads to another host, or who knows where (NULL): what must not
 * go along is taken away.
 */
static void
guard(struct xfer *x, const char *host)
{
	x->is_guarded = true;
	if (is_set(x, CURLOPT_UNRESTRICTED_AUTH)) {
		if (x->has_login)
			curl_easy_setopt(
			    x->easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
		return;
	}
	curl_easy_setopt(x->easy, CURLOPT_COOKIE, NULL);
	/* It names hosts only, and another one's login is that one's. */
	if (host == NULL || same_name(host, x->host))
		curl_easy_setopt(x->easy, CURLOPT_NETRC, CURL_NETRC_IGNORED);
}

void
redirect_guard_check(struct xfer *x)
{
	const struct response *r = &x->response;
	char *host;

	if (!is_set(x, CURLOPT_UNRESTRICTED_AUTH) &&
	    !is_set(x, CURLOPT_COOKIE) && !is_set(x, CURLOPT_NETRC))
		return;
	/* Each is judged anew: it may lead back. */
	redirect_guard_end(x);
	host = host_key_of_redirect(x->easy, r->location);
	if (host == NULL || strcmp(host, x->host) != 0)
		guard(x, host);
	free(host);
}

void
redirect_guard_end(struct xfer *x)
{
	const struct settings *s = &x->pool->options->request.settings;
	const struct setting *cookie = settings_find(s, CURLOPT_COOKIE),
			     *netrc = settings_find(s, CURLOPT_NETRC);

	if (!x->is_guarded)
		return;
	x->is_guarded = false;
	if (cookie != NULL)
		curl_easy_setopt(x->easy, CURLOPT_COOKIE, cookie->text);
	if (netrc != NULL)
		curl_easy_setopt(x->easy, CURLOPT_NETRC, netrc->number);
	if (is_set(x, CURLOPT_UNRESTRICTED_AUTH))
		curl_easy_setopt(x->easy, CURLOPT_UNRESTRICTED_AUTH, 1L);
}
