/*
 * Validators of transfers.
 */
#include "config.h"

#include "fetch/validator.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "input/host_key.h"
#include "input/slist.h"

static void
send_it(struct validator *v, CURL *easy, bool wanted)
{
	if (wanted != v->is_sent)
		curl_easy_setopt(
		    easy, CURLOPT_HTTPHEADER, wanted ? v->headers : v->plain);
	v->is_sent = wanted;
}

void
validator_set(struct validator *v, CURL *easy, const struct curl_slist *plain,
    const char *line, const char *from)
{
	validator_clear(v, easy);
	v->plain = plain;
	slist_add_all(&v->headers, plain);
	slist_add(&v->headers, line);
	v->from = from != NULL ? xstrdup(from) : NULL;
	send_it(v, easy, from == NULL);
}

void
validator_redirect(struct validator *v, CURL *easy, const char *location)
{
	char *url;

	if (v->headers == NULL)
		return;
	url = v->from != NULL ? url_of_redirect(easy, location) : NULL;
	send_it(v, easy, url != NULL && strcmp(url, v->from) == 0);
	free(url);
}

void
validator_clear(struct validator *v, CURL *easy)
{
	send_it(v, easy, false);
	curl_slist_free_all(v->headers);
	free(v->from);
	memset(v, 0, sizeof *v);
}
