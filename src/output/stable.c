/*
 * --stable: records that are the same whenever the same is answered.
 */
#include "config.h"

#include "output/format.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/json.h"
#include "base/xmalloc.h"
#include "input/json_task.h"

/* Sorted. The body's own place is the first of its three names. */
static const char *const stable_fields[] = {"attempts", "body", "cache",
    "content_type", "dedup_of", "errormsg", "exitcode", "headers",
    "http_version", "id", "index", "input", "method", "num_redirects",
    "outcome", "response_code", "size_download", "truncated", "url",
    "url_effective"};

/* Headers that tell of the moment, the connection or the very request. */
static const char *const volatile_headers[] = {"age", "cf-ray", "connection",
    "date", "expires", "keep-alive", "nel", "report-to", "server-timing",
    "set-cookie", "traceparent", "x-amz-id-2", "x-amz-request-id",
    "x-correlation-id", "x-github-request-id", "x-request-id",
    "x-response-time", "x-runtime", "x-served-by", "x-timer", "x-trace-id"};

static bool
is_volatile(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof volatile_headers / sizeof *volatile_headers; i++)
		if (strcmp(name, volatile_headers[i]) == 0)
			return true;
	return false;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
put_values(struct buf *to, const char *name, const json_t *values)
{
	const json_t *one;
	size_t i;

	json_put_string(to, name, strlen(name));
	buf_puts(to, ":[");
	for (i = 0; (one = json_array_get(values, i)) != NULL; i++) {
		if (i > 0)
			buf_putc(to, ',');
		json_put_string(
		    to, json_string_value(one), json_string_length(one));
	}
	buf_putc(to, ']');
}

static void
put_headers(struct buf *to, const char *text, size_t len)
{
	json_t *headers = json_loadb(text, len, JSON_ALLOW_NUL, NULL), *value;
	const char **names, *name;
	size_t i, count = 0;
	void *at;

	names = xcalloc(json_object_size(headers) + 1, sizeof *names);
	for (at = json_object_iter(headers); at != NULL;
	     at = json_object_iter_next(headers, at)) {
		name = json_object_iter_key(at);
		if (!is_volatile(name))
			names[count++] = name;
	}
	qsort(names, count, sizeof *names, compare_names);
	buf_putc(to, '{');
	for (i = 0; i < count; i++) {
		value = json_object_get(headers, names[i]);
		if (i > 0)
			buf_putc(to, ',');
		put_values(to, names[i], value);
	}
	buf_putc(to, '}');
	free(names);
	json_decref(headers);
}

/* Does a quantity that is another one each time end here? */
static bool
is_quantity(const char *s, size_t len)
{
	static const char *const units[] = {
	    " ms", " milliseconds", " bytes", " out of "};
	size_t i;

	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (len >= strlen(units[i]) &&
		    memcmp(s, units[i], strlen(units[i])) == 0)
			return true;
	return false;
}

/* libcurl's messages say how long it took: that becomes N. */
static void
put_message(struct buf *to, const char *text, size_t len)
{
	size_t i, digits;

	for (i = 0; i < len; i += digits) {
		for (digits = 0;
		     i + digits < len && ascii_is_digit(text[i + digits]);)
			digits++;
		if (digits > 0 &&
		    is_quantity(text + i + digits, len - i - digits)) {
			buf_putc(to, 'N');
			continue;
		}
		if (digits == 0)
			digits = 1;
		buf_append(to, text + i, digits);
	}
}

/* The task service has another port each time. */
static void
put_without_port(struct buf *to, const char *url, size_t len)
{
	static const char start[] = "\"http://127.0.0.1";
	const size_t host = sizeof start - 1;
	size_t path;

	if (len <= host || memcmp(url, start, host) != 0 || url[host] != ':') {
		buf_append(to, url, len); /* null, where nothing was sent */
		return;
	}
	for (path = host + 1; path < len && ascii_is_digit(url[path]);)
		path++;
	buf_append(to, url, host);
	buf_append(to, url + path, len - path);
}

static void
put_field(struct buf *to, const char *name, const char *value, size_t len,
    bool served_here)
{
	buf_putc(to, to->len > 0 && to->data[to->len - 1] == '{' ? ' ' : ',');
	if (to->data[to->len - 1] == ' ')
		to->len--; /* the first one */
	buf_printf(to, "\"%s\":", name);
	if (strcmp(name, "headers") == 0)
		put_headers(to, value, len);
	else if (strcmp(name, "errormsg") == 0)
		put_message(to, value, len);
	else if (served_here && strncmp(name, "url", 3) == 0)
		put_without_port(to, value, len);
	else
		buf_append(to, value, len);
}

void
format_stable(struct result *to, struct buf *after)
{
	struct buf before, *part = &before;
	size_t i, at, len;
	const char *text;

	buf_init(&before);
	buf_append(&before, to->text.data, to->start);
	buf_putc(&before, '{');
	buf_putc(&to->text, '}');
	text = buf_string(&to->text) + to->start;
	for (i = 0; i < sizeof stable_fields / sizeof *stable_fields; i++) {
		if (strcmp(stable_fields[i], "body") == 0)
			part = after;
		else if (json_text_find(text, stable_fields[i], &at, &len))
			put_field(part, stable_fields[i], text + at, len,
			    to->served_here);
	}
	buf_move(&to->text, &before);
	to->mark = 0;
}
