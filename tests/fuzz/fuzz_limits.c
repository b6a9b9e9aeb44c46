/*
 * What the header lines of a response ask for: Retry-After and RateLimit, and
 * their neighbours, Content-Range, ETag and Cache-Control.
 *
 * The input is what follows the status line 503: header lines, and perhaps a
 * blank one and a body. libcurl reads it from a socket, as it does Retry-After.
 */
#include "config.h"

#include "fuzz.h"

#include <sys/socket.h>

#include <curl/curl.h>

#include "base/spool.h"
#include "base/units.h"
#include "fetch/cache_rules.h"
#include "fetch/headers.h"
#include "fetch/range.h"
#include "fetch/rate_limit.h"
#include "fetch/record.h"
#include "fetch/response.h"
#include "fetch/retry.h"
#include "fetch/xfer.h"
#include "input/request.h"

#define STATUS_LINE "HTTP/1.1 503 Busy\r\n"

/* More would wait for who reads. */
#define MOST 65536

static struct options options;
static struct request *request;
static CURL *easy;

/* What is left of a limit, and for how long. */
static void
check_rate_limit(const struct buf *head)
{
	static const int64_t times[] = {0, INT64_C(1700000000)};
	struct rate_limit limit;
	size_t i;

	for (i = 0; i < 2; i++)
		if (rate_limit_read(&limit, head, times[i]))
			CHECK(limit.remaining >= 0 && limit.wait >= 0);
}

static void
check_value(const struct header *h, const struct buf *head)
{
	const char *end = head->data + head->len;

	CHECK(h->name >= head->data && h->name_len > 0);
	CHECK(h->name + h->name_len < h->value);
	CHECK(h->value + h->value_len <= end);
}

/* Each header is in exactly one chain of its name. */
static void
check_headers(const struct buf *head)
{
	struct headers h;
	size_t i, at, linked = 0;

	headers_parse(&h, head);
	for (i = 0; i < h.count; i++) {
		check_value(&h.all[i], head);
		if (!h.all[i].is_first)
			continue;
		for (at = i, linked++; h.all[at].next != 0; linked++) {
			CHECK(h.all[at].next > at && h.all[at].next < h.count);
			at = h.all[at].next;
			CHECK(h.all[at].name_len == h.all[i].name_len);
			CHECK(!h.all[at].is_first);
		}
	}
	CHECK(linked == h.count);
	headers_clear(&h);
}

/* What goes into a request again must be no more than one line. */
static void
check_line(char *line)
{
	CHECK(line == NULL || strpbrk(line, "\r\n") == NULL);
	free(line);
}

static void
check_range(const struct buf *head)
{
	struct range r;
	struct headers h;
	const struct header *content;
	char *validator = range_strong_validator(head);

	headers_parse(&h, head);
	content = headers_first(&h, "Content-Range");
	if (content != NULL &&
	    range_parse(&r, content->value, content->value_len)) {
		CHECK(r.start == -1 || (r.start >= 0 && r.start < r.end));
		CHECK(r.start != -1 || r.total >= 0);
		CHECK(r.total == -1 || r.end <= r.total);
		if (validator != NULL)
			range_is_answered(head, &r, validator);
	}
	headers_clear(&h);
	check_line(validator);
	check_line(range_validator(head));
}

/* A 304 that has the same header lines changes nothing the second time. */
static void
check_cache(const struct buf *head)
{
	struct buf updated, again;
	struct headers h;
	char *question = cache_question(head);

	CHECK((question != NULL) == cache_has_validator(head));
	check_line(question);
	(void)cache_forbidden(head);
	headers_parse(&h, head);
	CHECK(headers_only(&h, "ETag") == NULL || cache_is_about(head, head));
	headers_clear(&h);
	buf_init(&updated);
	buf_init(&again);
	cache_update(&updated, head, head);
	cache_update(&again, &updated, head);
	check_headers(&updated);
	CHECK(updated.len == again.len);
	CHECK(memcmp(updated.data, again.data, again.len) == 0);
	buf_clear(&updated);
	buf_clear(&again);
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	(void)address;
	return *(int *)arg;
}

static int
is_connected(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)arg;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	(void)size;
	return response_header(arg, data, count) ? count : 0;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	(void)size;
	return response_body(arg, data, count) ? count : 0;
}

/* As fetch/setup.c has it, but from a socket that we have filled. */
static void
perform(struct xfer *x, int *fd)
{
	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, fd);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &x->response);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &x->response);
	x->code = curl_easy_perform(easy);
	response_end(&x->response);
	if (x->response.refused != NULL)
		x->code = x->response.refused_code;
}

static void
send_response(int fd, const uint8_t *data, size_t size)
{
	CHECK(write(fd, STATUS_LINE, strlen(STATUS_LINE)) ==
	    (ssize_t)strlen(STATUS_LINE));
	CHECK(size == 0 || write(fd, data, size) == (ssize_t)size);
	CHECK(shutdown(fd, SHUT_WR) == 0);
}

/* The least and the most that a failed task waits. */
static void
check_delay(const struct record *r)
{
	struct retry_random random;
	const int64_t most = options.retry.after_max;
	int64_t delay;

	CHECK(r->retry_after >= 0);
	retry_random_init(&random, 1);
	delay = retry_delay(&options.retry, &random, r);
	CHECK(delay >= (r->retry_after < most ? r->retry_after : most));
	CHECK(delay <= most + most / 10);
}

static void
check_response(const uint8_t *data, size_t size)
{
	struct xfer x = {.easy = easy};
	struct record r;
	struct spool spool;
	int fds[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	send_response(fds[1], data, size);
	spool_init(&spool, 1 << 20);
	response_init(&x.response, &options, &spool);
	x.response.ok = &options.ok_status;
	x.response.checks_text = true;
	perform(&x, &fds[0]);
	record_init(&r, request, &options);
	r.attempts = 1;
	record_attempt(&r, &x, &options);
	check_delay(&r);
	record_clear(&r);
	response_clear(&x.response);
	CHECK(spool.used == 0);
	spool_clear(&spool);
	close(fds[1]);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const words[] = {"--compressed", "--ndjson", NULL};
	static const char url[] = "http://127.0.0.1/";
	struct request_rules rules = {
	    .scheme = "http", .files = &options.files};

	(void)argc;
	(void)argv;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fuzz_options(&options, words);
	request = request_parse(&rules, 0, url, strlen(url), NULL);
	easy = curl_easy_init();
	CHECK(request->problem == NULL && easy != NULL);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf head;

	buf_init(&head);
	buf_puts(&head, STATUS_LINE);
	buf_append(&head, data, size);
	check_headers(&head);
	check_rate_limit(&head);
	check_range(&head);
	check_cache(&head);
	buf_clear(&head);
	if (size <= MOST)
		check_response(data, size);
	return 0;
}
