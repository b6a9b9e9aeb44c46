/*
 * What a task asks for, as text and as JSON. Nothing secret.
 */
#include "config.h"

#include "report/asked.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/json.h"
#include "base/nls.h"
#include "base/url.h"
#include "base/utf8.h"
#include "input/options.h"
#include "input/request.h"

/* A header that would be sent. */
typedef void put_header(
    struct buf *to, const char *name, size_t len, const char *value);

static void
put_header_text(struct buf *to, const char *name, size_t len, const char *value)
{
	buf_puts(to, "    ");
	utf8_printable(to, name, len);
	buf_puts(to, ": ");
	utf8_printable(to, value, strlen(value));
	buf_putc(to, '\n');
}

/* ["Name","value"], as the same name may be there twice. */
static void
put_header_json(struct buf *to, const char *name, size_t len, const char *value)
{
	buf_puts(to, to->data[to->len - 1] == '[' ? "[" : ",[");
	json_put_latin1(to, name, len);
	buf_putc(to, ',');
	json_put_latin1(to, value, strlen(value));
	buf_putc(to, ']');
}

/* One that says who somebody is. */
static bool
is_secret(const char *line)
{
	return ascii_prefix(line, "Authorization:") ||
	    ascii_prefix(line, "Proxy-Authorization:") ||
	    ascii_prefix(line, "Cookie:");
}

static bool
has_header(const struct asked *a, const char *name)
{
	const struct curl_slist *h;
	const size_t len = strlen(name);

	for (h = a->headers; h != NULL; h = h->next)
		if (ascii_prefix(h->data, name) &&
		    (h->data[len] == ':' || h->data[len] == ';'))
			return true;
	return false;
}

/* Those of -H; "Name:" takes one away, "Name;" has no value. */
static void
put_given(struct buf *to, const struct asked *a, put_header *put)
{
	const struct curl_slist *h;
	const char *value;
	size_t len;

	for (h = a->headers; h != NULL; h = h->next) {
		len = strcspn(h->data, ":;");
		value = h->data + len;
		if (*value == ':') {
			for (value++; ascii_is_space(*value); value++)
				;
			if (*value == '\0')
				continue;
		} else
			value = "";
		put(to, h->data, len, is_secret(h->data) ? "***" : value);
	}
}

static void
put_one(struct buf *to, const struct asked *a, put_header *put,
    const char *name, const char *value)
{
	if (value != NULL && *value != '\0' && !has_header(a, name))
		put(to, name, strlen(name), value);
}

static const char *
text_of(const struct options *o, CURLoption option)
{
	const struct setting *s = settings_find(&o->request.settings, option);

	return s != NULL ? s->text : NULL;
}

/* How the task logs in, without saying as whom. */
static const char *
login_of(
    const struct options *o, const struct request *r, const struct asked *a)
{
	const struct setting *s = settings_find(
	    &o->request.settings, CURLOPT_HTTPAUTH);

	if (text_of(o, CURLOPT_XOAUTH2_BEARER) != NULL)
		return "Bearer ***";
	if (a->user == NULL && !r->has_login)
		return NULL;
	if (s == NULL || s->number == (long)CURLAUTH_BASIC)
		return "Basic ***";
	return "***"; /* as the server asks for it */
}

/* The headers of the options; those that libcurl adds are not told. */
static void
put_headers(struct buf *to, const struct options *o, const struct request *r,
    const struct asked *a, put_header *put)
{
	const struct request_options *all = &o->request;
	const char *range = text_of(o, CURLOPT_RANGE);
	struct buf text;

	buf_init(&text);
	put_one(to, a, put, "User-Agent", all->user_agent);
	put_one(to, a, put, "Authorization", login_of(o, r, a));
	put_one(to, a, put, "Cookie",
	    text_of(o, CURLOPT_COOKIE) != NULL ? "***" : NULL);
	if (all->referer != NULL) {
		url_redact(&text, all->referer, strlen(all->referer));
		put_one(to, a, put, "Referer", buf_string(&text));
		text.len = 0;
	}
	if (range != NULL) {
		buf_printf(&text, "bytes=%s", range);
		put_one(to, a, put, "Range", buf_string(&text));
	}
	if (a->data != NULL)
		put_one(to, a, put, "Content-Type",
		    "application/x-www-form-urlencoded");
	else if (a->form != NULL)
		put_one(to, a, put, "Content-Type", "multipart/form-data");
	put_given(to, a, put);
	buf_clear(&text);
}

/* Bytes of a body, or -1 where it is sent without saying so. */
static int64_t
body_size(const struct asked *a)
{
	return a->data != NULL	? (int64_t)a->data->len
	    : a->upload != NULL ? a->upload->size
				: 0;
}

/* Bytes of what is in a form; what stands between its parts comes to it. */
static int64_t
form_size(const struct form *f)
{
	struct stat st;
	int64_t size = 0;
	size_t i;

	for (i = 0; i < f->count; i++)
		if (f->parts[i].file == NULL)
			size += (int64_t)f->parts[i].data.len;
		else if (stat(f->parts[i].file, &st) == 0)
			size += (int64_t)st.st_size;
	return size;
}

static void
put_url(struct buf *to, const struct request *r, bool json)
{
	struct buf shown;

	buf_init(&shown);
	url_redact(&shown, r->url, strlen(r->url));
	if (json)
		json_put_string(to, shown.data, shown.len);
	else
		utf8_printable(to, shown.data, shown.len);
	buf_clear(&shown);
}

const char *
asked_host(const struct request *r)
{
	return r->served_here ? "http://127.0.0.1" : r->host;
}

void
asked_put_text(const struct asked *a, struct buf *to, const struct options *o,
    const struct request *r)
{
	buf_printf(to, "%s ", a->method);
	put_url(to, r, false);
	if (r->served_here)
		buf_puts(to, _(" (by the embedded task service, on its port)"));
	buf_putc(to, '\n');
	put_headers(to, o, r, a, put_header_text);
	if (a->form != NULL)
		buf_printf(to,
		    _("    body: a form of %zu parts, with %" PRId64
		      " bytes in them\n"),
		    a->form->count, form_size(a->form));
	else if (body_size(a) == -1)
		buf_puts(to,
		    a->upload->name != NULL ? _("    body: a pipe\n")
					    : _("    body: stdin\n"));
	else if (a->data != NULL || a->upload != NULL)
		buf_printf(
		    to, _("    body: %" PRId64 " bytes\n"), body_size(a));
	if (r->file != NULL) {
		buf_puts(to, _("    file: "));
		utf8_printable(to, r->file, strlen(r->file));
		buf_putc(to, '\n');
	}
}

void
asked_put_json(const struct asked *a, struct buf *to, const struct options *o,
    const struct request *r)
{
	buf_puts(to, ",\"outcome\":null,\"method\":");
	json_put_string(to, a->method, strlen(a->method));
	buf_puts(to, ",\"url\":");
	put_url(to, r, true);
	buf_puts(to, ",\"host\":");
	json_put_string(to, asked_host(r), strlen(asked_host(r)));
	buf_puts(to, ",\"request_headers\":[");
	put_headers(to, o, r, a, put_header_json);
	buf_puts(to, "],\"size_body\":");
	if (a->form != NULL || body_size(a) == -1)
		buf_puts(to, "null");
	else
		json_put_integer(to, body_size(a));
	if (a->form != NULL) {
		buf_printf(to, ",\"form_parts\":%zu", a->form->count);
		buf_printf(to, ",\"form_bytes\":%" PRId64, form_size(a->form));
	}
	buf_puts(to, ",\"file\":");
	if (r->file != NULL)
		json_put_string(to, r->file, strlen(r->file));
	else
		buf_puts(to, "null");
}
