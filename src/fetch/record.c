/*
 * The record. Library codes are translated here and nowhere else.
 */
#include "config.h"

#include "fetch/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "fetch/headers.h"
#include "fetch/task_log.h"
#include "fetch/xfer.h"
#include "input/identity.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

/* A year. */
#define RETRY_AFTER_MOST ((curl_off_t)366 * 24 * 3600)

/* The fewest of a number that has no place in 63 bits. */
#define DIGITS_MANY 19

static bool
is_ok(const struct record *r, const struct options *o)
{
	const struct overrides *task = r->request->overrides;

	return status_set_has(task != NULL && task->has_ok_status
		? &task->ok_status
		: &o->ok_status,
	    r->response_code);
}

void
record_init(
    struct record *r, const struct request *request, const struct options *o)
{
	memset(r, 0, sizeof *r);
	r->request = request;
	r->method = r->method_asked = identity_method(request, o);
	r->modified = -1;
}

void
record_clear(struct record *r)
{
	task_log_free(r->log);
	free(r->problem);
	r->problem = NULL;
}

static void
set_problem(struct record *r, char *problem)
{
	free(r->problem);
	r->problem = problem;
}

/* "404 Not Found", from the last status line; the words may be missing. */
static char *
status_problem(const struct xfer *x, long status)
{
	const char *line = x->response.head.data, *end, *reason = NULL;
	struct buf text;
	size_t len = 0;
	char *problem;

	if (x->response.head.len > 0 &&
	    (end = memchr(line, '\n', x->response.head.len)) != NULL) {
		while (end > line && (end[-1] == '\r' || end[-1] == ' '))
			end--;
		/* "HTTP/1.1 404 Not Found": behind the second space */
		reason = memchr(line, ' ', (size_t)(end - line));
		if (reason != NULL)
			reason = memchr(
			    reason + 1, ' ', (size_t)(end - reason - 1));
		if (reason != NULL)
			len = (size_t)(end - reason);
	}
	buf_init(&text);
	buf_printf(&text, "HTTP status %ld", status);
	utf8_printable(&text, reason, len);
	problem = xstrdup(buf_string(&text));
	buf_clear(&text);
	return problem;
}

void
record_times(struct record *r, const struct xfer *x)
{
	static const CURLINFO infos[TIME_COUNT] = {
	    [TIME_NAMELOOKUP] = CURLINFO_NAMELOOKUP_TIME_T,
	    [TIME_CONNECT] = CURLINFO_CONNECT_TIME_T,
	    [TIME_APPCONNECT] = CURLINFO_APPCONNECT_TIME_T,
	    [TIME_PRETRANSFER] = CURLINFO_PRETRANSFER_TIME_T,
	    [TIME_STARTTRANSFER] = CURLINFO_STARTTRANSFER_TIME_T,
	    [TIME_REDIRECT] = CURLINFO_REDIRECT_TIME_T,
	    [TIME_TOTAL] = CURLINFO_TOTAL_TIME_T,
	};
	CURL *easy = x->easy;
	curl_off_t usec;
	int i;

	for (i = 0; i < TIME_COUNT; i++)
		if (curl_easy_getinfo(easy, infos[i], &usec) == CURLE_OK)
			r->times[i] = usec;
	r->time_sent = x->sending.last_read > 0
	    ? x->sending.last_read - x->sending.began
	    : 0;
#if LIBCURL_VERSION_NUM >= 0x080a00
	if (curl_easy_getinfo(easy, CURLINFO_POSTTRANSFER_TIME_T, &usec) ==
	    CURLE_OK)
		r->time_sent = usec;
#endif
}

/* The 304 is not the response. */
static void
read_restored(struct record *r, const struct response *response)
{
	r->response_code = response->status;
	r->content_type = response->content_type;
	r->unmodified = false;
}

/* A number of seconds that libcurl takes for none, as it is too large? */
static bool
asks_for_ever(const struct buf *head)
{
	const struct header *after;
	struct headers h;
	size_t i = 0, zeros;
	bool is_long = false;

	headers_parse(&h, head);
	after = headers_first(&h, "Retry-After");
	if (after != NULL) {
		while (i < after->value_len && after->value[i] == '0')
			i++;
		zeros = i;
		while (i < after->value_len && ascii_is_digit(after->value[i]))
			i++;
		is_long = i == after->value_len && i - zeros >= DIGITS_MANY;
	}
	headers_clear(&h);
	return is_long;
}

/* What the response asks for; a date far away is as good as any. */
static int64_t
read_retry_after(const struct record *r, const struct xfer *x)
{
	curl_off_t seconds = 0;

	curl_easy_getinfo(x->easy, CURLINFO_RETRY_AFTER, &seconds);
	if (seconds > RETRY_AFTER_MOST ||
	    (seconds == 0 && r->response_code >= 400 &&
		asks_for_ever(&x->response.head)))
		seconds = RETRY_AFTER_MOST;
	return (int64_t)seconds * USEC_PER_SEC;
}

static void
read_info(struct record *r, struct xfer *x)
{
	char *text = NULL;
	long unmet = 0;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &r->response_code);
	curl_easy_getinfo(x->easy, CURLINFO_HTTP_VERSION, &r->http_version);
	curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_COUNT, &r->num_redirects);
	curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &r->size_request);
	curl_easy_getinfo(x->easy, CURLINFO_NUM_CONNECTS, &r->num_connects);
	curl_easy_getinfo(x->easy, CURLINFO_PRIMARY_PORT, &r->remote_port);
	curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &r->size_download);
	if (curl_easy_getinfo(x->easy, CURLINFO_EFFECTIVE_URL, &text) ==
	    CURLE_OK)
		r->url_effective = text;
	r->retry_after = read_retry_after(r, x);
	curl_easy_getinfo(x->easy, CURLINFO_CONDITION_UNMET, &unmet);
	r->unmodified = unmet != 0 || r->response_code == 304;
	text = NULL;
	curl_easy_getinfo(x->easy, CURLINFO_EFFECTIVE_METHOD, &text);
	if (text != NULL)
		r->method = text;
	text = NULL;
	curl_easy_getinfo(x->easy, CURLINFO_PRIMARY_IP, &text);
	r->remote_ip = text != NULL && *text != '\0' ? text : NULL;
	text = NULL;
	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &text);
	r->content_type = text;
	if (x->response.restored)
		read_restored(r, &x->response);
}

/*
 * How long the attempt waited for a connection: a name looked up, TCP, TLS, or
 * another transfer's that it shares. Nothing where none came of it.
 */
static int64_t
setup_time(const struct record *r)
{
	int64_t most = 0;
	int i;

	if (r->times[TIME_PRETRANSFER] == 0)
		return 0;
	for (i = TIME_NAMELOOKUP; i <= TIME_APPCONNECT; i++)
		if (r->times[i] > most)
			most = r->times[i];
	return most;
}

/* -C: is what was there whole now? Whatever the status says of the request. */
static bool
is_resumed(const struct xfer *x)
{
	return x->response.resume.answer == RESUME_REST ||
	    (x->response.resume.answer == RESUME_COMPLETE &&
		x->response.file != NULL);
}

static enum outcome
judge(const struct record *r, const struct xfer *x, const struct options *o)
{
	if (r->code == CURLE_OPERATION_TIMEDOUT)
		return OUTCOME_TIMEOUT;
	if (r->code != CURLE_OK)
		return OUTCOME_NETWORK_ERROR;
	/* HTTP/0.9, where it was allowed, has no status. */
	if (r->response_code == 0 || is_resumed(x) || is_ok(r, o))
		return OUTCOME_OK;
	return OUTCOME_HTTP_ERROR;
}

void
record_attempt(struct record *r, struct xfer *x, const struct options *o)
{
	r->xfer = x;
	r->code = x->code;
	r->write_failed = x->response.spool_failed;
	r->write_error = 0;
	r->read_failed = x->sending.failed;
	r->starved = x->is_starved;
	read_info(r, x);
	record_times(r, x);
	r->modified = x->response.restored && o->files.remote_time
	    ? (curl_off_t)response_modified(&x->response)
	    : -1;
	if (!x->response.restored)
		curl_easy_getinfo(x->easy, CURLINFO_FILETIME_T, &r->modified);
	r->time_setup += setup_time(r);
	r->sent = x->request.len > 0 ? &x->request : NULL;
	r->head = &x->response.head;
	r->heads = request_is_own(r->request) ? NULL : &x->response.heads;
	/* A part of a body is none: nobody could tell it from the whole. */
	r->body = x->code == CURLE_OK ? &x->response.body : NULL;
	r->body_is_text = utf8_check_ok(&x->response.utf8);
	r->body_is_json = json_check_ok(&x->response.json);
	r->ranges = x->code == CURLE_OK && x->response.received > 0;
	r->outcome = judge(r, x, o);
	switch (r->outcome) {
	case OUTCOME_OK:
		set_problem(r, NULL);
		break;
	case OUTCOME_HTTP_ERROR:
		set_problem(r, status_problem(x, r->response_code));
		break;
	case OUTCOME_NETWORK_ERROR:
	case OUTCOME_TIMEOUT:
		set_problem(r, xstrdup(xfer_problem(x)));
		break;
	case OUTCOME_CANCELLED:
	case OUTCOME_SKIPPED:
	case OUTCOME_INVALID:
	case OUTCOME_COUNT:
		abort(); /* no attempt ends so */
	}
}

void
record_write_failed(struct record *r, const char *cause, int error)
{
	r->code = CURLE_WRITE_ERROR;
	r->body = NULL;
	r->ranges = 0;
	r->write_failed = true;
	r->write_error = error;
	record_end(r, OUTCOME_NETWORK_ERROR, cause);
}

const char *
record_no_room(const struct record *r)
{
	if (!r->write_failed)
		return NULL;
	if (r->write_error == ENOSPC)
		return N_("the disk is full");
#ifdef EDQUOT
	if (r->write_error == EDQUOT)
		return N_("the disk quota is used up");
#endif
	return NULL;
}

void
record_spoiled(struct record *r, const char *cause)
{
	r->code = CURLE_READ_ERROR;
	r->body = NULL;
	r->ranges = 0;
	record_end(r, OUTCOME_NETWORK_ERROR, cause);
}

void
record_unchanged(struct record *r, const char *cause)
{
	r->body = NULL;
	r->ranges = 0;
	r->unmodified = true;
	record_end(r, OUTCOME_SKIPPED, cause);
}

void
record_abandon(struct record *r, const struct xfer *x, int64_t time_total)
{
	/* Its first range may have ended before. */
	record_forget(r);
	record_times(r, x);
	r->sent = x->request.len > 0 ? &x->request : NULL;
	r->code = CURLE_ABORTED_BY_CALLBACK;
	r->write_failed = r->read_failed = r->starved = false;
	r->times[TIME_TOTAL] = time_total;
}

void
record_detach(struct record *r)
{
	r->method = r->method_asked;
	r->url_effective = r->remote_ip = r->content_type = NULL;
	r->sent = r->head = r->heads = NULL;
	r->body = NULL;
	r->ranges = 0;
	r->body_file = NULL;
	r->cache = CACHE_NONE;
	r->xfer = NULL;
}

void
record_forget(struct record *r)
{
	record_detach(r);
	r->response_code = r->http_version = 0;
	r->size_request = r->num_redirects = r->num_connects = 0;
	r->remote_port = 0;
	r->size_download = 0;
	r->modified = -1;
	r->retry_after = 0;
	r->unmodified = false;
	memset(r->times, 0, sizeof r->times);
	r->time_sent = 0;
	r->write_failed = r->read_failed = r->starved = false;
	r->write_error = 0;
}

void
record_end(struct record *r, enum outcome outcome, const char *cause)
{
	r->outcome = outcome;
	set_problem(r, xstrdup(cause));
}

const char *
record_cache_name(enum record_cache cache)
{
	static const char *const names[] = {
	    [CACHE_NONE] = NULL,
	    [CACHE_MISS] = "miss",
	    [CACHE_REVALIDATED] = "revalidated",
	    [CACHE_REFETCHED] = "refetched",
	};

	return names[cache];
}

const char *
outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
	    [OUTCOME_OK] = "ok",
	    [OUTCOME_HTTP_ERROR] = "http_error",
	    [OUTCOME_NETWORK_ERROR] = "network_error",
	    [OUTCOME_TIMEOUT] = "timeout",
	    [OUTCOME_CANCELLED] = "cancelled",
	    [OUTCOME_SKIPPED] = "skipped",
	    [OUTCOME_INVALID] = "invalid",
	};

	return names[outcome];
}

bool
outcome_fine(enum outcome outcome)
{
	return outcome == OUTCOME_OK || outcome == OUTCOME_SKIPPED;
}
