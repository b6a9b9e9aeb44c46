/*
 * The record as a JSON object; the fields are coget-record(5)'s.
 */
#include "config.h"

#include <string.h>

#include "base/ascii.h"
#include "base/json.h"
#include "base/units.h"
#include "base/url.h"
#include "base/utf8.h"
#include "fetch/headers.h"
#include "fetch/record.h"
#include "input/request.h"
#include "output/format.h"

/* The text before a value, from a name that is a literal. */
#define KEY(name) ",\"" name "\":"

/*
 * The fields of each record: inlined, so that the length of their names is
 * known to the compiler.
 */
static inline void
put_text(struct buf *to, const char *key, const char *s)
{
	buf_puts(to, key);
	if (s == NULL)
		buf_puts(to, "null");
	else
		json_put_string(to, s, strlen(s));
}

static inline void
put_integer(struct buf *to, const char *key, int64_t n)
{
	buf_puts(to, key);
	json_put_integer(to, n);
}

static inline void
put_seconds(struct buf *to, const char *key, int64_t usec)
{
	buf_puts(to, key);
	json_put_seconds(to, usec);
}

/* A text that may be a URL, without user and password. */
static void
put_redacted(struct buf *to, const char *key, const char *text, size_t len)
{
	struct buf shown;

	buf_puts(to, key);
	if (memchr(text, '@', len) == NULL) {
		json_put_string(to, text, len);
		return;
	}
	buf_init(&shown);
	url_redact(&shown, text, len);
	json_put_string(to, shown.data, shown.len);
	buf_clear(&shown);
}

static void
put_url(struct buf *to, const char *key, const char *url)
{
	if (url != NULL)
		put_redacted(to, key, url, strlen(url));
	else
		put_text(to, key, NULL);
}

static void
put_input(struct buf *to, const struct request *r)
{
	if (r->input_is_json) {
		buf_puts(to, KEY("input"));
		buf_append(to, r->input, r->input_len);
	} else
		put_redacted(to, KEY("input"), r->input, r->input_len);
}

static const char *
http_version_name(long version)
{
	switch (version) {
	case CURL_HTTP_VERSION_1_0:
		return "1.0";
	case CURL_HTTP_VERSION_1_1:
		return "1.1";
	case CURL_HTTP_VERSION_2_0:
		return "2";
	case CURL_HTTP_VERSION_3:
		return "3";
	default:
		return NULL;
	}
}

static void
put_header_name(struct buf *to, const struct header *h)
{
	size_t i, start = to->len;

	json_put_latin1(to, h->name, h->name_len);
	for (i = start; i < to->len; i++)
		to->data[i] = ascii_lower(to->data[i]);
}

/* A value, in one line: where it was folded stands a space (RFC 9112, 5.2). */
static void
put_header_value(struct buf *to, const struct header *h)
{
	struct buf line;
	const char *s = h->value, *end = s + h->value_len;

	if (memchr(s, '\n', h->value_len) == NULL) {
		json_put_latin1(to, s, h->value_len);
		return;
	}
	buf_init(&line);
	for (; s < end; s++) {
		if (*s != '\r' && *s != '\n') {
			buf_putc(&line, *s);
			continue;
		}
		while (s + 1 < end && ascii_is_space(s[1]))
			s++;
		buf_putc(&line, ' ');
	}
	json_put_latin1(to, line.data, line.len);
	buf_clear(&line);
}

/* {"name": ["value", ...], ...}, names in order of first arrival. */
static void
put_headers(struct buf *to, const struct buf *raw)
{
	struct headers h;
	size_t i, value;
	bool first = true;

	headers_parse(&h, raw);
	buf_puts(to, KEY("headers"));
	buf_putc(to, '{');
	for (i = 0; i < h.count; i++) {
		if (!h.all[i].is_first)
			continue;
		if (!first)
			buf_putc(to, ',');
		first = false;
		put_header_name(to, &h.all[i]);
		buf_append(to, ":[", 2);
		for (value = i;; value = h.all[value].next) {
			put_header_value(to, &h.all[value]);
			if (h.all[value].next == 0)
				break;
			buf_putc(to, ',');
		}
		buf_putc(to, ']');
	}
	buf_putc(to, '}');
	headers_clear(&h);
}

/* The body stays what it is for now. */
static void
take_body(struct result *to, struct record *r)
{
	to->file = r->body_file;
	if (r->body_file != NULL)
		to->form = BODY_FILE;
	else if (r->body == NULL)
		to->form = BODY_NONE;
	else {
		to->form = r->body_is_text ? BODY_STRING : BODY_BASE64;
		to->body_is_json = r->body_is_json;
		blob_move(&to->body, r->body);
	}
}

void
format_body_alone(struct result *to, struct record *r)
{
	take_body(to, r);
}

static void
put_times(struct result *result, const struct record *r)
{
	static const char *const keys[TIME_COUNT] = {
	    [TIME_NAMELOOKUP] = KEY("time_namelookup"),
	    [TIME_CONNECT] = KEY("time_connect"),
	    [TIME_APPCONNECT] = KEY("time_appconnect"),
	    [TIME_PRETRANSFER] = KEY("time_pretransfer"),
	    [TIME_STARTTRANSFER] = KEY("time_starttransfer"),
	    [TIME_REDIRECT] = KEY("time_redirect"),
	    [TIME_TOTAL] = KEY("time_total"),
	};
	struct buf *to = &result->text;
	int i;

	put_seconds(to, KEY("time_queue"), r->time_queue);
	put_seconds(to, KEY("time_backoff"), r->time_backoff);
	buf_puts(to, KEY("time_held"));
	result->mark = to->len;
	buf_puts(to, RESULT_NOT_HELD);
	for (i = 0; i < TIME_COUNT; i++)
		put_seconds(to, keys[i], r->times[i]);
}

void
format_own_fields(
    struct buf *to, const struct request *r, const size_t *dedup_of)
{
	buf_puts(to, "{\"index\":");
	json_put_integer(to, (int64_t)r->index);
	buf_puts(to, KEY("id"));
	buf_puts(to, r->id_text != NULL ? r->id_text : "null");
	put_input(to, r);
	buf_puts(to, KEY("dedup_of"));
	if (dedup_of != NULL)
		json_put_integer(to, (int64_t)*dedup_of);
	else
		buf_puts(to, "null");
}

void
format_fields(struct result *result, struct record *r, const char *lead)
{
	const struct request *request = r->request;
	struct buf *to = &result->text;

	buf_reserve(to, 1024);
	buf_puts(to, lead);
	result->start = to->len;
	format_own_fields(to, request, NULL);
	result->rest = to->len;
	result->served_here = request->served_here;
	put_text(to, KEY("outcome"), outcome_name(r->outcome));
	put_text(to, KEY("method"), r->method);
	put_url(to, KEY("url"), request->url);
	put_url(to, KEY("url_effective"), r->url_effective);
	put_integer(to, KEY("response_code"), r->response_code);
	put_text(to, KEY("http_version"), http_version_name(r->http_version));
	put_integer(to, KEY("exitcode"), r->code);
	put_text(to, KEY("errormsg"), r->problem);
	put_integer(to, KEY("attempts"), r->attempts);
	put_text(to, KEY("remote_ip"), r->remote_ip);
	put_integer(to, KEY("remote_port"), r->remote_port);
	put_integer(to, KEY("num_redirects"), r->num_redirects);
	put_integer(to, KEY("num_connects"), r->num_connects);
	buf_puts(to, KEY("started_at"));
	json_put_moment(to, r->started_at);
	put_times(result, r);
	put_integer(to, KEY("size_download"), r->size_download);
	put_text(to, KEY("cache"), record_cache_name(r->cache));
	put_integer(to, KEY("ranges"), r->ranges);
	buf_puts(to, KEY("content_type"));
	if (r->content_type != NULL)
		json_put_latin1(to, r->content_type, strlen(r->content_type));
	else
		buf_puts(to, "null");
	put_headers(to, r->head);
	take_body(result, r);
}
