/*
 * When to try again.
 */
#include "config.h"

#include "fetch/retry.h"

#include <stddef.h>
#include <string.h>

#include <curl/curl.h>

#include "fetch/record.h"

static const long transient_statuses[] = {
    408, 425, 429, 500, 502, 503, 504, 522, 524};

/* Trouble on the way. */
static const CURLcode transient_codes[] = {CURLE_COULDNT_RESOLVE_PROXY,
    CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
    CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
    CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM};

static const char *const repeatable_methods[] = {
    "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
repeatable(const char *method)
{
	size_t i;

	for (i = 0; i < COUNT(repeatable_methods); i++)
		if (strcmp(method, repeatable_methods[i]) == 0)
			return true;
	return false;
}

/* Has no server seen the request, or is it safe to send it again? */
static bool
harmless(const struct record *r)
{
	return r->size_request == 0 || repeatable(r->method_asked);
}

bool
retry_transient(const struct record *r)
{
	size_t i;

	if (r->outcome == OUTCOME_HTTP_ERROR) {
		for (i = 0; i < COUNT(transient_statuses); i++)
			if (r->response_code == transient_statuses[i])
				return harmless(r);
		return false;
	}
	for (i = 0; i < COUNT(transient_codes); i++)
		if (r->code == transient_codes[i])
			return harmless(r);
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
