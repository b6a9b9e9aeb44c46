/*
 * fetch/: headers, and when to retry.
 */
#include "config.h"

#include "base/buf.h"
#include "fetch/headers.h"
#include "fetch/record.h"
#include "fetch/retry.h"
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

static bool
transient_status(const char *method, long status)
{
	struct record r = {.outcome = OUTCOME_HTTP_ERROR,
	    .method_asked = method,
	    .size_request = 100,
	    .response_code = status};

	return retry_transient(&r);
}

static bool
transient_code(const char *method, long sent, CURLcode code)
{
	struct record r = {.outcome = OUTCOME_NETWORK_ERROR,
	    .method_asked = method,
	    .size_request = sent,
	    .code = code};

	return retry_transient(&r);
}

static void
what_is_transient(void)
{
	struct record redirected = {.outcome = OUTCOME_NETWORK_ERROR,
	    .method_asked = "POST",
	    .method = "GET",
	    .size_request = 100,
	    .code = CURLE_COULDNT_CONNECT};
	static const long transient[] = {
	    408, 425, 429, 500, 502, 503, 504, 522, 524};
	size_t i;

	for (i = 0; i < sizeof transient / sizeof *transient; i++)
		CHECK(transient_status("GET", transient[i]));
	CHECK(!transient_status("GET", 404));
	CHECK(!transient_status("GET", 501));
	CHECK(!transient_status("POST", 503));
	CHECK(transient_status("PUT", 503));
	CHECK(!transient_status("put", 503)); /* RFC 9110 section 9.1 */
	CHECK(transient_code("GET", 99, CURLE_OPERATION_TIMEDOUT));
	CHECK(transient_code("GET", 99, CURLE_RECV_ERROR));
	CHECK(transient_code("GET", 99, CURLE_GOT_NOTHING));
	CHECK(!transient_code("POST", 99, CURLE_GOT_NOTHING));
	CHECK(!transient_code("POST", 99, CURLE_OPERATION_TIMEDOUT));
	CHECK(transient_code("POST", 0, CURLE_OPERATION_TIMEDOUT));
	CHECK(transient_code("POST", 0, CURLE_SSL_CONNECT_ERROR));
	CHECK(transient_code("POST", 0, CURLE_COULDNT_CONNECT));
	CHECK(transient_code("POST", 0, CURLE_COULDNT_RESOLVE_HOST));
	CHECK(!retry_transient(&redirected)); /* the first server saw it */
	CHECK(!transient_code("GET", 0, CURLE_PEER_FAILED_VERIFICATION));
	CHECK(!transient_code("GET", 99, CURLE_TOO_MANY_REDIRECTS));
}

/* Full jitter: from nothing up to the doubled base, evenly. */
static void
delays(void)
{
	struct retry_random random;
	int64_t delay, most = 0, sum = 0;
	int i;

	retry_random_init(&random, 42);
	for (i = 0; i < 10000; i++) {
		delay = retry_delay(&random, 3);
		CHECK(delay >= 0 && delay <= 4 * RETRY_BASE_USEC);
		most = delay > most ? delay : most;
		sum += delay;
	}
	CHECK(most > 39 * RETRY_BASE_USEC / 10);
	CHECK(sum / 10000 > 19 * RETRY_BASE_USEC / 10);
	CHECK(sum / 10000 < 21 * RETRY_BASE_USEC / 10);
	for (i = 0; i < 1000; i++)
		CHECK(retry_delay(&random, 1000000) <= RETRY_MOST_USEC);
}

TAP_MAIN({"header lines are split", header_lines},
    {"what is transient", what_is_transient},
    {"delays grow and are jittered", delays})
