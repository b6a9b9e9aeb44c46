/*
 * The fields of a JSON task that make its request.
 */
#include "config.h"

#include "input/overrides.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <jansson.h>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/units.h"
#include "base/url.h"
#include "base/xmalloc.h"
#include "input/json_task.h"
#include "input/slist.h"

/* Longer than this nothing takes: ten years. */
#define SECONDS_MAX (10.0 * 366 * 24 * 3600)

bool
is_token(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!ascii_is_alnum(*s) &&
		    strchr("!#$%&'*+-.^_`|~", *s) == NULL)
			return false;
	return true;
}

static int
wrong(const char *name, const char *what, char **cause)
{
	*cause = xasprintf("field \"%s\" %s", name, what);
	return -1;
}

/*
 * A string without NUL, CR and LF, borrowed; else NULL and the cause, with the
 * header if it is one of the field's.
 */
static const char *
line(const json_t *value, const char *name, const char *header, char **cause)
{
	const char *s = json_string_value(value);
	const char *what = s == NULL ? "is no string" : NULL;

	if (s != NULL &&
	    (strlen(s) != json_string_length(value) ||
		strpbrk(s, "\r\n") != NULL))
		what = "holds a line end or a NUL";
	if (what == NULL)
		return s;
	*cause = header == NULL
	    ? xasprintf("field \"%s\" %s", name, what)
	    : xasprintf("field \"%s\": \"%s\" %s", name, header, what);
	return NULL;
}

static int
read_method(struct overrides *o, const json_t *value, char **cause)
{
	const char *s = line(value, "method", NULL, cause);

	if (s == NULL)
		return -1;
	if (!is_token(s))
		return wrong("method", "is no method", cause);
	o->method = xstrdup(s);
	return 0;
}

static int
add_header(
    struct overrides *o, const char *name, const json_t *value, char **cause)
{
	const char *text = "";
	char *header;

	if (!is_token(name))
		return wrong("headers", "holds what is no name", cause);
	if (!json_is_null(value) &&
	    (text = line(value, "headers", name, cause)) == NULL)
		return -1;
	/* As -H: "Name:" takes one away, "Name;" is an empty one. */
	header = json_is_null(value) ? xasprintf("%s:", name)
	    : *text == '\0'	     ? xasprintf("%s;", name)
				     : xasprintf("%s: %s", name, text);
	slist_add(&o->headers, header);
	free(header);
	return 0;
}

static int
read_headers(struct overrides *o, json_t *value, char **cause)
{
	const char *name;
	json_t *one, *item;
	size_t i;

	if (!json_is_object(value))
		return wrong("headers", "is no object", cause);
	json_object_foreach(value, name, one)
	{
		if (!json_is_array(one)) {
			if (add_header(o, name, one, cause) == -1)
				return -1;
			continue;
		}
		json_array_foreach(one, i,
		    item) if (add_header(o, name, item, cause) == -1) return -1;
	}
	return 0;
}

/* Numbers are sent as they were written: 1.10 is not 1.1. */
static int
read_form(struct overrides *o, const struct json_task *task, json_t *value,
    char **cause)
{
	struct json_member member = {.value = NULL};
	struct form_part *part;
	const char *name, *text;
	size_t at, len;
	json_t *one;

	if (!json_is_object(value) || !json_task_find(task, "form", &at, &len))
		return wrong("form", "is no object", cause);
	text = task->text + at;
	json_object_foreach(value, name, one)
	{
		json_text_next(text, &member);
		part = form_new_part(&o->form, name);
		if (json_is_string(one)) {
			buf_append(&part->data, json_string_value(one),
			    json_string_length(one));
			continue;
		}
		if (json_is_object(one) || json_is_array(one) ||
		    json_is_null(one))
			return wrong("form", "holds what is no scalar", cause);
		buf_append(&part->data, member.value, member.len);
	}
	return 0;
}

/* At most one of the four that make the body. */
static int
read_body(struct overrides *o, const struct json_task *task, char **cause)
{
	static const char *const names[] = {
	    "body", "body_base64", "json", "form"};
	json_t *value = NULL, *one;
	size_t i, found = 0, at, len;

	for (i = 0; i < 4; i++) {
		one = json_object_get(task->root, names[i]);
		if (one == NULL)
			continue;
		if (value != NULL)
			return wrong(names[i], "is a second body", cause);
		value = one;
		found = i;
	}
	if (value == NULL)
		return 0;
	if (found == 3)
		return read_form(o, task, value, cause);
	o->has_data = true;
	if (found == 2) {
		o->is_json = true;
		if (json_task_find(task, "json", &at, &len))
			buf_append(&o->data, task->text + at, len);
		return 0;
	}
	if (!json_is_string(value))
		return wrong(names[found], "is no string", cause);
	if (found == 0)
		buf_append(&o->data, json_string_value(value),
		    json_string_length(value));
	else if (base64_decode(&o->data, json_string_value(value),
		     json_string_length(value)) == -1)
		return wrong("body_base64", "is no base64", cause);
	return 0;
}

/* A string without NUL; else NULL. */
static const char *
plain_text(const json_t *value)
{
	const char *s = json_string_value(value);

	return s != NULL && strlen(s) == json_string_length(value) ? s : NULL;
}

/* Seconds as a number, or a duration as on the command line. */
static int
read_time(
    const struct json_task *task, const char *name, int64_t *usec, char **cause)
{
	const json_t *value = json_object_get(task->root, name);
	const char *text;
	double seconds;

	if (value == NULL)
		return 0;
	if ((text = plain_text(value)) != NULL &&
	    duration_parse(text, usec) == 0)
		return 0;
	seconds = json_number_value(value);
	if (!json_is_number(value) || seconds < 0 || seconds > SECONDS_MAX)
		return wrong(name, "is no time, as 0.5 or \"500ms\"", cause);
	*usec = (int64_t)ceil(seconds * (double)USEC_PER_SEC);
	return 0;
}

static int
read_retry(struct overrides *o, const json_t *value, char **cause)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0 || n > 1000000)
		return wrong("retry", "is no number from 0 to 1000000", cause);
	o->retry = (long)n;
	return 0;
}

/* 404, "200-299,404" or [200, 404]. */
static int
read_ok_status(struct overrides *o, json_t *value, char **cause)
{
	static const char what[] = "is no list of statuses, as \"200-399,404\"";
	struct status_set one;
	const char *text;
	json_t *item;
	char digits[24];
	size_t i;

	o->has_ok_status = true;
	if (json_is_array(value) && json_array_size(value) > 0) {
		json_array_foreach(value, i,
		    item) if (json_is_array(item)) return wrong("ok_status",
		    what, cause);
		else if (read_ok_status(o, item, cause) == -1) return -1;
		return 0;
	}
	snprintf(digits, sizeof digits, "%lld",
	    (long long)json_integer_value(value));
	text = json_is_integer(value) ? digits : plain_text(value);
	if (text == NULL || status_set_parse(text, &one) == -1)
		return wrong("ok_status", what, cause);
	status_set_add(&o->ok_status, &one);
	return 0;
}

static int
read_user(struct overrides *o, const json_t *value, char **cause)
{
	const char *s = line(value, "user", NULL, cause);

	if (s == NULL)
		return -1;
	o->user = xstrdup(s);
	return 0;
}

static int
read_all(struct overrides *o, const struct json_task *task, char **cause)
{
	json_t *root = task->root, *value;

	if ((value = json_object_get(root, "method")) != NULL &&
	    read_method(o, value, cause) == -1)
		return -1;
	if ((value = json_object_get(root, "headers")) != NULL &&
	    read_headers(o, value, cause) == -1)
		return -1;
	if ((value = json_object_get(root, "user")) != NULL &&
	    read_user(o, value, cause) == -1)
		return -1;
	if ((value = json_object_get(root, "retry")) != NULL &&
	    read_retry(o, value, cause) == -1)
		return -1;
	if ((value = json_object_get(root, "ok_status")) != NULL &&
	    read_ok_status(o, value, cause) == -1)
		return -1;
	if (read_time(task, "max_time", &o->max_time, cause) == -1 ||
	    read_time(task, "connect_timeout", &o->connect_timeout, cause) ==
		-1)
		return -1;
	return read_body(o, task, cause);
}

int
overrides_read(
    const struct json_task *task, struct overrides **result, char **cause)
{
	static const char *const names[] = {"method", "headers", "body",
	    "body_base64", "json", "form", "user", "max_time",
	    "connect_timeout", "retry", "ok_status"};
	struct overrides *o;
	bool any = false;
	size_t i;

	*result = NULL;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		any = any || json_object_get(task->root, names[i]) != NULL;
	if (!any)
		return 0;
	o = xcalloc(1, sizeof *o);
	o->max_time = o->connect_timeout = -1;
	o->retry = -1;
	if (read_all(o, task, cause) == -1) {
		overrides_free(o);
		return -1;
	}
	*result = o;
	return 0;
}

void
overrides_free(struct overrides *o)
{
	if (o == NULL)
		return;
	free(o->method);
	curl_slist_free_all(o->headers);
	buf_clear(&o->data);
	form_clear(&o->form);
	free(o->user);
	free(o);
}

/* A piece of the text, and what stands in its place. */
struct cut {
	size_t at, len;
	char *text; /* owned */
};

static int
compare_cuts(const void *a, const void *b)
{
	const struct cut *first = a, *second = b;

	return first->at < second->at ? -1 : first->at > second->at;
}

/* Notes that a member's value is to be hidden; text NULL: all of it. */
static void
hide(struct cut **cuts, size_t *count, size_t at, size_t len, const char *text)
{
	struct cut *cut;
	json_t *string;

	*cuts = xreallocarray(*cuts, *count + 1, sizeof **cuts);
	cut = &(*cuts)[(*count)++];
	cut->at = at;
	cut->len = len;
	string = json_string(text != NULL ? text : "***");
	cut->text = json_dumps(string, JSON_ENCODE_ANY);
	json_decref(string);
	if (cut->text == NULL)
		xmalloc_exhausted();
}

static bool
logs_in(const char *name)
{
	static const char *const names[] = {
	    "Authorization", "Proxy-Authorization", "Cookie"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (ascii_prefix(name, names[i]) &&
		    name[strlen(names[i])] == '\0')
			return true;
	return false;
}

static bool
headers_are_right(json_t *headers)
{
	struct overrides o = {0};
	char *cause = NULL;
	bool right = read_headers(&o, headers, &cause) == 0;

	curl_slist_free_all(o.headers);
	free(cause);
	return right;
}

static void
hide_headers(const struct json_task *task, struct cut **cuts, size_t *count)
{
	json_t *headers = json_object_get(task->root, "headers"), *value;
	size_t at, len, inner, inner_len;
	const char *name;

	if (headers == NULL || !json_task_find(task, "headers", &at, &len))
		return;
	/* Of what is wrong nobody knows where a password stands. */
	if (!headers_are_right(headers)) {
		hide(cuts, count, at, len, NULL);
		return;
	}
	json_object_foreach(headers, name, value) if (logs_in(name) &&
	    json_text_find(task->text + at, name, &inner, &inner_len))
	    hide(cuts, count, at + inner, inner_len, NULL);
}

/* The password in it; all of what is no URL. */
static void
hide_url(const struct json_task *task, size_t at, size_t len, struct cut **cuts,
    size_t *count)
{
	const json_t *url = json_object_get(task->root, "url");
	const char *text = plain_text(url);
	struct buf shown;

	if (text == NULL) {
		if (url != NULL) /* else it was null */
			hide(cuts, count, at, len, NULL);
		return;
	}
	buf_init(&shown);
	url_redact(&shown, text, strlen(text));
	if (strcmp(buf_string(&shown), text) != 0)
		hide(cuts, count, at, len, buf_string(&shown));
	buf_clear(&shown);
}

void
overrides_redact(struct buf *to, const struct json_task *task)
{
	struct cut *cuts = NULL;
	size_t count = 0, i, at, len, from = 0;

	if (json_task_find(task, "url", &at, &len))
		hide_url(task, at, len, &cuts, &count);
	if (json_task_find(task, "user", &at, &len))
		hide(&cuts, &count, at, len, NULL);
	hide_headers(task, &cuts, &count);
	if (count > 0)
		qsort(cuts, count, sizeof *cuts, compare_cuts);
	for (i = 0; i < count; i++) {
		buf_append(to, task->text + from, cuts[i].at - from);
		buf_puts(to, cuts[i].text);
		from = cuts[i].at + cuts[i].len;
		free(cuts[i].text);
	}
	buf_puts(to, task->text + from);
	free(cuts);
}
