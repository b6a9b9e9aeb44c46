/*
 * When to try again.
 */
#include "config.h"

#include "fetch/retry.h"

#include <stddef.h>
#include <strings.h>

#include <curl/curl.h>

#include "fetch/record.h"

static const long transient_statuses[] = {
    408, 425, 429, 500, 502, 503, 504, 522, 524};

/* Trouble on the way; and whether the server can have seen the request. */
static const struct {
	CURLcode code;
	bool seen;
} transient_codes[] = {
    {CURLE_COULDNT_RESOLVE_PROXY, false},
    {CURLE_COULDNT_RESOLVE_HOST, false},
    {CURLE_COULDNT_CONNECT, false},
    {CURLE_OPERATION_TIMEDOUT, true},
    {CURLE_SEND_ERROR, true},
    {CURLE_RECV_ERROR, true},
    {CURLE_GOT_NOTHING, true},
    {CURLE_PARTIAL_FILE, true},
    {CURLE_HTTP2, true},
    {CURLE_HTTP2_STREAM, true},
};

static const char *const repeatable_methods[] = {
    "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
repeatable(const char *method)
{
	size_t i;

	for (i = 0; i < COUNT(repeatable_methods); i++)
		if (strcasecmp(method, repeatable_methods[i]) == 0)
			return true;
	return false;
}

bool
retry_transient(const struct record *r)
{
	size_t i;

	if (r->outcome == OUTCOME_HTTP_ERROR) {
		for (i = 0; i < COUNT(transient_statuses); i++)
			if (r->response_code == transient_statuses[i])
				return repeatable(r->method);
		return false;
	}
	for (i = 0; i < COUNT(transient_codes); i++)
		if (r->code == transient_codes[i].code)
			return !transient_codes[i].seen ||
			    repeatable(r->method);
	return false;
}

void
retry_random_init(struct retry_random *r, uint64_t seed)
{
	r->state = seed | 1;
}

int64_t
retry_delay(struct retry_random *r, int retry)
{
	int64_t most = RETRY_BASE_USEC;

	while (--retry > 0 && most < RETRY_MOST_USEC)
		most *= 2;
	if (most > RETRY_MOST_USEC)
		most = RETRY_MOST_USEC;
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (int64_t)((r->state * UINT64_C(2685821657736338717) >> 11) %
	    (uint64_t)(most + 1));
}
