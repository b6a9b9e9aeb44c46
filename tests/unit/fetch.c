/*
 * fetch/: headers, and when to retry.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/units.h"
#include "fetch/headers.h"
#include "fetch/range.h"
#include "fetch/record.h"
#include "fetch/response.h"
#include "fetch/retry.h"
#include "fetch/task_log.h"
#include "input/options.h"
#include "input/request.h"
#include "tap.h"

static void
header_lines(void)
{
	struct buf raw;
	struct headers h;

	buf_init(&raw);
	buf_puts(&raw,
	    "HTTP/1.1 200 OK\r\nA: 1\r\nb:2 \r\n"
	    "Fold: x\r\n\ty\r\nno colon\r\n: empty\r\n"
	    "Empty:\r\na:3\nA: 4\n\r\n");
	headers_parse(&h, &raw);
	CHECK(h.count == 6);
	CHECK(header_is(&h.all[0], "a") && !header_is(&h.all[0], "ab"));
	CHECK(h.all[1].value_len == 1 && *h.all[1].value == '2');
	CHECK(h.all[2].value_len == 5);
	CHECK(memcmp(h.all[2].value, "x\r\n\ty", 5) == 0);
	CHECK(header_is(&h.all[3], "Empty") && h.all[3].value_len == 0);
	/* the three of one name, in order of arrival */
	CHECK(h.all[0].is_first && h.all[0].next == 4);
	CHECK(!h.all[4].is_first && h.all[4].next == 5);
	CHECK(!h.all[5].is_first && h.all[5].next == 0);
	CHECK(h.all[1].is_first && h.all[1].next == 0);
	headers_clear(&h);
	raw.len = 0;
	headers_parse(&h, &raw);
	CHECK(h.count == 0);
	headers_clear(&h);
	headers_parse(&h, NULL);
	CHECK(h.count == 0);
	headers_clear(&h);
	buf_clear(&raw);
}

/* Three retries, after the failures of a list. */
static const struct request request;

static struct retry_options
policy(const char *on)
{
	struct retry_options o = {.count = 3, .after_max = 3600 * USEC_PER_SEC};

	CHECK(retry_on_parse(on, &o.on) == 0);
	return o;
}

static bool
after_status(const char *on, const char *method, long status)
{
	struct retry_options o = policy(on);
	struct record r = {.request = &request,
	    .outcome = OUTCOME_HTTP_ERROR,
	    .method_asked = method,
	    .size_request = 100,
	    .response_code = status,
	    .attempts = 1};

	return retry_wanted(&o, &r);
}

static bool
after_code(const char *on, const char *method, long sent, CURLcode code)
{
	struct retry_options o = policy(on);
	struct record r = {.request = &request,
	    .outcome = OUTCOME_NETWORK_ERROR,
	    .method_asked = method,
	    .size_request = sent,
	    .code = code,
	    .attempts = 1};

	return retry_wanted(&o, &r);
}

static void
what_is_retried(void)
{
	static const char trouble[] = "timeout,dns,connect,tls,reset";
	struct retry_options o = policy("503");
	struct record r = {.request = &request,
	    .outcome = OUTCOME_HTTP_ERROR,
	    .method_asked = "POST",
	    .size_request = 9,
	    .response_code = 404,
	    .attempts = 3};

	CHECK(after_status("503,429", "GET", 503));
	CHECK(!after_status("503,429", "GET", 404));
	CHECK(after_status("500-599", "PUT", 504));
	CHECK(!after_status("503", "POST", 503));
	CHECK(!after_status("503", "put", 503)); /* RFC 9110 section 9.1 */
	CHECK(after_code(trouble, "GET", 99, CURLE_OPERATION_TIMEDOUT));
	CHECK(!after_code("dns,reset", "GET", 99, CURLE_OPERATION_TIMEDOUT));
	CHECK(after_code(trouble, "GET", 99, CURLE_RECV_ERROR));
	CHECK(after_code("reset", "GET", 99, CURLE_GOT_NOTHING));
	CHECK(!after_code(trouble, "POST", 99, CURLE_GOT_NOTHING));
	CHECK(!after_code(trouble, "POST", 99, CURLE_COULDNT_CONNECT));
	CHECK(after_code(trouble, "POST", 0, CURLE_OPERATION_TIMEDOUT));
	CHECK(after_code("tls", "POST", 0, CURLE_SSL_CONNECT_ERROR));
	CHECK(after_code("connect", "POST", 0, CURLE_COULDNT_CONNECT));
	CHECK(after_code("dns", "POST", 0, CURLE_COULDNT_RESOLVE_HOST));
	CHECK(!after_code(trouble, "GET", 0, CURLE_PEER_FAILED_VERIFICATION));
	CHECK(!after_code(trouble, "GET", 99, CURLE_TOO_MANY_REDIRECTS));
	/* all errors, any method; but only so often */
	o.all_errors = true;
	CHECK(retry_wanted(&o, &r));
	r.attempts = 4;
	CHECK(!retry_wanted(&o, &r));
	CHECK(retry_on_parse("503,", &o.on) == -1);
	CHECK(retry_on_parse("", &o.on) == -1);
	CHECK(retry_on_parse("Timeout", &o.on) == -1);
}

/* Full jitter: from nothing up to the doubled base, evenly. */
static void
delays(void)
{
	struct retry_options o = policy("503");
	struct record r = {.request = &request, .attempts = 3};
	struct retry_random random;
	int64_t delay, most = 0, sum = 0;
	int i;

	retry_random_init(&random, 42);
	for (i = 0; i < 10000; i++) {
		delay = retry_delay(&o, &random, &r);
		CHECK(delay >= 0 && delay <= 4 * RETRY_BASE_USEC);
		most = delay > most ? delay : most;
		sum += delay;
	}
	CHECK(most > 39 * RETRY_BASE_USEC / 10);
	CHECK(sum / 10000 > 19 * RETRY_BASE_USEC / 10);
	CHECK(sum / 10000 < 21 * RETRY_BASE_USEC / 10);
	r.attempts = 1000000;
	for (i = 0; i < 1000; i++)
		CHECK(retry_delay(&o, &random, &r) <= RETRY_MOST_USEC);
	o.delay = 250000;
	CHECK(retry_delay(&o, &random, &r) == 250000);
}

static void
retry_after(void)
{
	struct retry_options o = policy("503");
	struct record r = {.request = &request,
	    .attempts = 1,
	    .retry_after = 5 * USEC_PER_SEC};
	struct retry_random random;
	int64_t delay, least = INT64_MAX, most = 0;
	int i;

	retry_random_init(&random, 7);
	for (i = 0; i < 1000; i++) {
		delay = retry_delay(&o, &random, &r);
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	/* never earlier, and not all at once */
	CHECK(least >= 5 * USEC_PER_SEC);
	CHECK(most > 54 * USEC_PER_SEC / 10 && most <= 55 * USEC_PER_SEC / 10);
	o.delay = 9 * USEC_PER_SEC;
	CHECK(retry_delay(&o, &random, &r) == 9 * USEC_PER_SEC);
	o.delay = 0;
	o.after_max = 2 * USEC_PER_SEC;
	CHECK(retry_delay(&o, &random, &r) <= 22 * USEC_PER_SEC / 10);
	/* no retry beyond the time allowed */
	o.max_time = 6 * USEC_PER_SEC;
	CHECK(retry_delay(&o, &random, &r) >= 2 * USEC_PER_SEC);
	r.time_attempts = 4 * USEC_PER_SEC;
	CHECK(retry_delay(&o, &random, &r) == -1);
}

static bool
reads(const char *value, int64_t start, int64_t end, int64_t total)
{
	struct range r;

	return range_parse(&r, value, strlen(value)) && r.start == start &&
	    r.end == end && r.total == total;
}

static bool
is_range(const char *value)
{
	struct range r;

	return range_parse(&r, value, strlen(value));
}

static void
content_ranges(void)
{
	CHECK(reads("bytes 0-0/1", 0, 1, 1));
	CHECK(reads("BYTES 5-9/10", 5, 10, 10));
	CHECK(reads(
	    "bytes 0-99999999999/100000000000", 0, 100000000000, 100000000000));
	CHECK(reads("bytes 0-9/*", 0, 10, -1));
	CHECK(reads("bytes */10", -1, -1, 10));
	CHECK(!is_range("bytes */*"));
	CHECK(!is_range("bytes */"));
	CHECK(!is_range("bytes *"));
	CHECK(!is_range("bytes 0-9/"));
	CHECK(!is_range("bytes 0-9/**"));
	CHECK(!is_range("bytes *-9/10"));
	CHECK(!is_range("bytes 5-4/10"));
	CHECK(!is_range("bytes 5-10/10"));
	CHECK(!is_range("bytes 0-9/10x"));
	CHECK(!is_range("bytes 0-9"));
	CHECK(!is_range("bytes -9/10"));
	CHECK(!is_range("bytes +0-9/10"));
	CHECK(!is_range("lines 0-9/10"));
	CHECK(!is_range("bytes 0-9223372036854775807/9223372036854775807"));
	CHECK(!is_range("bytes 0-1/99999999999999999999"));
	CHECK(!is_range(""));
}

static void
cutting(void)
{
	static const int64_t totals[] = {4, 5, 1000003, INT64_MAX};
	size_t i, n;

	CHECK(range_count(100, 4, 25) == 4);
	CHECK(range_count(99, 4, 25) == 3);
	CHECK(range_count(49, 4, 25) == 1);
	CHECK(range_count(0, 4, 25) == 1);
	CHECK(range_count(1000, 4, 0) == 4);
	/* no gap, no overlap, and none is much larger than another */
	for (i = 0; i < sizeof totals / sizeof *totals; i++) {
		CHECK(range_start(totals[i], 4, 0) == 0);
		CHECK(range_start(totals[i], 4, 4) == totals[i]);
		for (n = 0; n < 4; n++)
			CHECK((range_start(totals[i], 4, n + 1) -
				  range_start(totals[i], 4, n) -
				  totals[i] / 4) <= 1);
	}
}

/* Is that the validator of a response with these lines? */
static bool
validates(const char *lines, const char *validator)
{
	struct buf head;
	char *found;
	bool same;

	buf_init(&head);
	buf_puts(&head, "HTTP/1.1 200 OK\r\n");
	buf_puts(&head, lines);
	found = range_validator(&head);
	same = validator == NULL
	    ? found == NULL
	    : found != NULL && strcmp(found, validator) == 0;
	free(found);
	buf_clear(&head);
	return same;
}

#define OFFER "Accept-Ranges: bytes\r\n"
#define DATE  "Date: Wed, 01 Jan 2020 00:01:00 GMT\r\n"

static void
validators(void)
{
	CHECK(validates(OFFER "ETag: \"a\"\r\n", "\"a\""));
	CHECK(validates("accept-ranges: Bytes\r\netag: \"a\"\r\n", "\"a\""));
	CHECK(validates("ETag: \"a\"\r\n", NULL));
	CHECK(validates("Accept-Ranges: none\r\nETag: \"a\"\r\n", NULL));
	CHECK(validates(OFFER "ETag: W/\"a\"\r\n", NULL));
	CHECK(validates(OFFER "ETag: a\r\n", NULL));
	CHECK(validates(OFFER "ETag: \"\"\r\n", NULL));
	CHECK(validates(OFFER "ETag: \"a\"b\"\r\n", NULL));
	CHECK(validates(OFFER "ETag: \"a\"\r\nETag: \"b\"\r\n", NULL));
	CHECK(
	    validates(OFFER "ETag: \"a\"\r\nContent-Encoding: gzip\r\n", NULL));
	CHECK(validates(
	    OFFER "ETag: \"a\"\r\nTransfer-Encoding: chunked\r\n", NULL));
	/* a date is strong when the response is a minute younger */
	CHECK(validates(OFFER DATE
	    "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT\r\n",
	    "Wed, 01 Jan 2020 00:00:00 GMT"));
	CHECK(validates(OFFER DATE
	    "Last-Modified: Wed, 01 Jan 2020 00:00:01 GMT\r\n",
	    NULL));
	CHECK(validates(
	    OFFER "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT\r\n", NULL));
	CHECK(validates(OFFER DATE
	    "ETag: W/\"a\"\r\nLast-Modified: Wed, 01 Jan 2020 00:00:00 GMT\r\n",
	    NULL));
	CHECK(validates(OFFER, NULL));
}

static bool
answers(const char *lines)
{
	const struct range wanted = {10, 20, 30};
	struct buf head;
	bool answered;

	buf_init(&head);
	buf_puts(&head, "HTTP/1.1 206 Partial Content\r\n");
	buf_puts(&head, lines);
	answered = range_is_answered(&head, &wanted, "\"a\"");
	buf_clear(&head);
	return answered;
}

#define RANGE "Content-Range: bytes 10-19/30\r\n"
#define ETAG  "ETag: \"a\"\r\n"

static void
answers_to_ranges(void)
{
	CHECK(answers(RANGE ETAG));
	CHECK(!answers(ETAG));
	CHECK(!answers(RANGE));
	CHECK(!answers(RANGE "ETag: W/\"a\"\r\n"));
	CHECK(!answers(RANGE "ETag: \"b\"\r\n"));
	CHECK(!answers(RANGE RANGE ETAG));
	CHECK(!answers(RANGE ETAG "Content-Encoding: gzip\r\n"));
	CHECK(!answers("Content-Range: bytes 11-20/30\r\n" ETAG));
	CHECK(!answers("Content-Range: bytes 10-18/30\r\n" ETAG));
	CHECK(!answers("Content-Range: bytes 10-19/31\r\n" ETAG));
}

static bool
span_is(const struct task_log *l, size_t i, enum task_state state, int attempt,
    int64_t begin, int64_t length)
{
	const struct task_span *s = &l->spans[i];

	return i < l->count && s->state == state && s->attempt == attempt &&
	    s->begin == begin && s->length == length;
}

static void
log_of_a_task(void)
{
	struct task_log *l = task_log_new();
	struct record r = {
	    .waits = {[WAIT_SLOT] = 10, [WAIT_RATE] = 5},
	    .times = {[TIME_NAMELOOKUP] = 2,
		[TIME_CONNECT] = 5,
		[TIME_PRETRANSFER] = 6,
		[TIME_STARTTRANSFER] = 20,
		[TIME_TOTAL] = 30},
	};

	task_log_wait(l, 100, &r);
	CHECK(span_is(l, 0, STATE_SLOT, 1, 100, 10));
	CHECK(span_is(l, 1, STATE_RATE, 1, 110, 5));
	r.attempts = 1;
	task_log_attempt(l, 115, &r);
	CHECK(span_is(l, 2, STATE_DNS, 1, 115, 2));
	CHECK(span_is(l, 3, STATE_CONNECT, 1, 117, 3));
	CHECK(span_is(l, 4, STATE_SEND, 1, 120, 1)); /* there was no TLS */
	CHECK(span_is(l, 5, STATE_WAIT, 1, 121, 14));
	CHECK(span_is(l, 6, STATE_RECEIVE, 1, 135, 10));
	task_log_backoff(l, 145, 7, &r);
	CHECK(span_is(l, 7, STATE_BACKOFF, 2, 145, 7));
	/* only what was added since */
	r.waits[WAIT_SLOT] += 3;
	task_log_wait(l, 152, &r);
	CHECK(span_is(l, 8, STATE_SLOT, 2, 152, 3));
	/* one that comes to no connection */
	memset(r.times, 0, sizeof r.times);
	r.times[TIME_NAMELOOKUP] = 4;
	r.times[TIME_TOTAL] = 50;
	r.attempts = 2;
	task_log_attempt(l, 155, &r);
	CHECK(span_is(l, 9, STATE_DNS, 2, 155, 4));
	CHECK(span_is(l, 10, STATE_CONNECT, 2, 159, 46));
	CHECK(l->count == 11);
	task_log_free(l);
	/* nowhere kept */
	task_log_wait(NULL, 0, &r);
	task_log_attempt(NULL, 0, &r);
	task_log_backoff(NULL, 0, 1, &r);
	task_log_free(NULL);
}

static void
transfer_codings(void)
{
	CHECK(response_gets_transfer_codings(0x075801, true));
	CHECK(response_gets_transfer_codings(0x075801, false));
	CHECK(response_gets_transfer_codings(0x0803ff, true));
	CHECK(!response_gets_transfer_codings(0x080400, true));
	CHECK(!response_gets_transfer_codings(0x081400, true));
	CHECK(response_gets_transfer_codings(0x081400, false));
}

TAP_MAIN({"header lines are split", header_lines},
    {"what is tried again", what_is_retried},
    {"delays grow and are jittered", delays},
    {"Retry-After is the least", retry_after},
    {"Content-Range", content_ranges}, {"a body is cut", cutting},
    {"strong validators", validators}, {"answers to ranges", answers_to_ranges},
    {"who decodes transfer codings", transfer_codings},
    {"the log of a task", log_of_a_task})
