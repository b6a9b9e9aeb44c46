/*
 * When to try again.
 */
#include "config.h"

#include "fetch/retry.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <curl/curl.h>

#include "fetch/record.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

static const struct {
	CURLcode code;
	enum trouble trouble;
} troubles[] = {
    {CURLE_OPERATION_TIMEDOUT, TROUBLE_TIMEOUT},
    {CURLE_COULDNT_RESOLVE_PROXY, TROUBLE_DNS},
    {CURLE_COULDNT_RESOLVE_HOST, TROUBLE_DNS},
    {CURLE_COULDNT_CONNECT, TROUBLE_CONNECT},
    {CURLE_SSL_CONNECT_ERROR, TROUBLE_TLS},
    {CURLE_SEND_ERROR, TROUBLE_RESET},
    {CURLE_RECV_ERROR, TROUBLE_RESET},
    {CURLE_GOT_NOTHING, TROUBLE_RESET},
    {CURLE_PARTIAL_FILE, TROUBLE_RESET},
    {CURLE_HTTP2, TROUBLE_RESET},
    {CURLE_HTTP2_STREAM, TROUBLE_RESET},
};

static const char *const repeatable_methods[] = {
    "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool
retry_may_repeat(const char *method)
{
	size_t i;

	for (i = 0; i < COUNT(repeatable_methods); i++)
		if (strcmp(method, repeatable_methods[i]) == 0)
			return true;
	return false;
}

/* Is it one of the failures that the user named? */
static bool
named(const struct retry_on *on, const struct record *r)
{
	size_t i;

	if (r->outcome == OUTCOME_HTTP_ERROR)
		return status_set_has(&on->statuses, r->response_code);
	for (i = 0; i < COUNT(troubles); i++)
		if (r->code == troubles[i].code)
			return (on->troubles & troubles[i].trouble) != 0;
	return false;
}

long
retry_most(const struct retry_options *o, const struct request *request)
{
	if (request->overrides != NULL && request->overrides->retry != -1)
		return request->overrides->retry;
	return o->count;
}

bool
retry_wanted(const struct retry_options *o, const struct record *r)
{
	if (r->attempts > retry_most(o, r->request))
		return false;
	/* Our own trouble is not over soon. */
	if ((r->write_failed || r->read_failed) &&
	    (!o->all_errors || record_no_room(r) != NULL))
		return false;
	/* Where no server has seen the request, it may be any. */
	return o->all_errors ||
	    (named(&o->on, r) &&
		(r->size_request == 0 || retry_may_repeat(r->method_asked)));
}

void
retry_random_init(struct retry_random *r, uint64_t seed)
{
	r->state = seed | 1;
}

/* From 0 to most, evenly (xorshift64*). */
static int64_t
random_up_to(struct retry_random *r, int64_t most)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (int64_t)((r->state * UINT64_C(2685821657736338717) >> 11) %
	    (uint64_t)(most + 1));
}

/* Exponential, with full jitter. */
static int64_t
backoff(struct retry_random *r, int retry)
{
	int64_t most = RETRY_BASE_USEC;

	while (--retry > 0 && most < RETRY_MOST_USEC)
		most *= 2;
	if (most > RETRY_MOST_USEC)
		most = RETRY_MOST_USEC;
	return random_up_to(r, most);
}

int64_t
retry_delay(const struct retry_options *o, struct retry_random *random,
    const struct record *r)
{
	int64_t delay = o->delay, after = r->retry_after;

	if (delay == 0)
		delay = backoff(random, r->attempts);
	if (after > o->after_max)
		after = o->after_max;
	/* What the server asks for is the least; jitter only adds to it. */
	if (after > 0)
		after += random_up_to(random, after / 10);
	if (after > delay)
		delay = after;
	if (o->max_time > 0 &&
	    r->time_attempts + r->time_backoff + delay > o->max_time)
		return -1;
	return delay;
}
