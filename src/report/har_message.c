/*
 * Requests and responses of HTTP archives.
 */
#include "config.h"

#include "report/har_message.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/url.h"
#include "fetch/headers.h"
#include "fetch/record.h"
#include "input/request.h"

#define REDACTED "(redacted)"
/* In the place of a URL that a task has not. */
#define NO_URL	"about:invalid"
#define UNKNOWN ((int64_t)-1)

void
har_put_text(struct buf *to, const char *key, const char *text)
{
	buf_puts(to, key);
	json_put_string(to, text, strlen(text));
}

void
har_put_integer(struct buf *to, const char *key, int64_t n)
{
	buf_puts(to, key);
	json_put_integer(to, n);
}

/* A URL without passwords, and only of what a URI may have (RFC 3986). */
static void
put_url(struct buf *to, const char *key, const char *url)
{
	struct buf shown, uri;
	size_t i;
	char c;

	buf_init(&shown);
	buf_init(&uri);
	url_redact(&shown, url, strlen(url));
	for (i = 0; i < shown.len; i++) {
		c = shown.data[i];
		if (c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}", c) == NULL)
			buf_putc(&uri, c);
		else
			buf_printf(&uri, "%%%02X", (unsigned char)c);
	}
	har_put_text(to, key, buf_string(&uri));
	buf_clear(&uri);
	buf_clear(&shown);
}

static int
hex_value(char c)
{
	return ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

/* A part of a query, decoded. */
static void
put_decoded(struct buf *to, const char *key, const char *s, size_t len)
{
	struct buf text;
	size_t i;

	buf_init(&text);
	for (i = 0; i < len; i++) {
		if (s[i] == '%' && i + 2 < len && ascii_is_hex(s[i + 1]) &&
		    ascii_is_hex(s[i + 2])) {
			buf_putc(&text,
			    (char)(hex_value(s[i + 1]) * 16 +
				hex_value(s[i + 2])));
			i += 2;
		} else
			buf_putc(&text, s[i] == '+' ? ' ' : s[i]);
	}
	buf_puts(to, key);
	json_put_string(to, text.data, text.len);
	buf_clear(&text);
}

static void
put_query(struct buf *to, const char *url)
{
	const char *at = url + strcspn(url, "?#"), *end, *equals;
	bool more = *at == '?';
	size_t name;

	buf_puts(to, ",\"queryString\":[");
	while (more) {
		at++;
		end = at + strcspn(at, "&#");
		equals = memchr(at, '=', (size_t)(end - at));
		name = (size_t)((equals != NULL ? equals : end) - at);
		put_decoded(to, "{\"name\":", at, name);
		if (equals != NULL)
			name++;
		put_decoded(
		    to, ",\"value\":", at + name, (size_t)(end - at) - name);
		buf_putc(to, '}');
		more = *end == '&';
		if (more)
			buf_putc(to, ',');
		at = end;
	}
	buf_putc(to, ']');
}

/* A header's value, but for what logs in. */
static void
put_value(struct buf *to, const struct header *h)
{
	struct buf shown;

	if (header_is(h, "Authorization") ||
	    header_is(h, "Proxy-Authorization") || header_is(h, "Cookie") ||
	    header_is(h, "Set-Cookie")) {
		buf_puts(to, "\"" REDACTED "\"");
		return;
	}
	buf_init(&shown);
	url_redact(&shown, h->value, h->value_len);
	json_put_latin1(to, shown.data, shown.len);
	buf_clear(&shown);
}

/* Where the first line ends. */
static size_t
first_line(const struct buf *head)
{
	const char *end = head != NULL && head->len > 0
	    ? memchr(head->data, '\n', head->len)
	    : NULL;

	return end != NULL ? (size_t)(end - head->data) + 1 : 0;
}

/* The lines of a head, the first one aside. */
static void
put_headers(struct buf *to, const struct buf *head)
{
	const size_t skip = first_line(head);
	struct buf lines; /* borrowed */
	struct headers h;
	size_t i;

	buf_init(&lines);
	if (head != NULL && head->len > 0) {
		lines = *head;
		lines.data += skip;
		lines.len -= skip;
	}
	headers_parse(&h, &lines);
	buf_puts(to, ",\"cookies\":[],\"headers\":[");
	for (i = 0; i < h.count; i++) {
		buf_puts(to, i == 0 ? "{\"name\":" : ",{\"name\":");
		json_put_latin1(to, h.all[i].name, h.all[i].name_len);
		buf_puts(to, ",\"value\":");
		put_value(to, &h.all[i]);
		buf_putc(to, '}');
	}
	buf_putc(to, ']');
	headers_clear(&h);
	har_put_integer(to,
	    ",\"headersSize\":", head != NULL ? (int64_t)head->len : UNKNOWN);
}

/* The word number n of the first line, from 0; the third has all the rest. */
static void
put_word(struct buf *to, const char *key, const struct buf *head, int n)
{
	const char *at = head != NULL && head->len > 0 ? head->data : "";
	size_t len = first_line(head), word;
	int i;

	while (len > 0 && ascii_is_space(at[len - 1]))
		len--;
	for (i = 0;; i++) {
		for (word = 0; word < len && (at[word] != ' ' || i == 2);)
			word++;
		if (i == n)
			break;
		if (word < len)
			word++;
		at += word;
		len -= word;
	}
	buf_puts(to, key);
	json_put_latin1(to, at, word);
}

/* The size that a request says its body has. */
static int64_t
body_size(const struct buf *head)
{
	struct headers h;
	int64_t size = head != NULL ? 0 : UNKNOWN;
	size_t i;

	headers_parse(&h, head);
	for (i = 0; i < h.count; i++) {
		if (header_is(&h.all[i], "Transfer-Encoding"))
			size = UNKNOWN;
		else if (header_is(&h.all[i], "Content-Length"))
			size = strtoll(h.all[i].value, NULL, 10);
	}
	headers_clear(&h);
	return size;
}

void
har_put_request(struct buf *to, const struct record *r)
{
	const char *url = r->url_effective != NULL ? r->url_effective
	    : r->request->url != NULL		   ? r->request->url
						   : NO_URL;

	har_put_text(to, ",\"request\":{\"method\":", r->method);
	put_url(to, ",\"url\":", url);
	put_word(to, ",\"httpVersion\":", r->sent, 2);
	put_query(to, url);
	put_headers(to, r->sent);
	if (r->sent == NULL)
		buf_puts(to, ",\"comment\":\"its headers are not known\"");
	har_put_integer(to, ",\"bodySize\":", body_size(r->sent));
	buf_putc(to, '}');
}

static const struct header *
find_header(const struct headers *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (header_is(&h->all[i], name))
			return &h->all[i];
	return NULL;
}

static void
put_content(struct buf *to, const struct record *r, const struct headers *h)
{
	const bool coded = find_header(h, "Content-Encoding") != NULL;
	const char *type = r->content_type != NULL ? r->content_type : "";

	har_put_integer(to, ",\"content\":{\"size\":",
	    coded ? UNKNOWN : (int64_t)r->size_download);
	buf_puts(to, ",\"mimeType\":");
	json_put_latin1(to, type, strlen(type));
	if (coded)
		buf_puts(to,
		    ",\"comment\":\"the size without its coding is not "
		    "known\"");
	buf_putc(to, '}');
}

void
har_put_response(struct buf *to, const struct record *r)
{
	const struct header *location;
	struct headers h;

	har_put_integer(to, ",\"response\":{\"status\":", r->response_code);
	put_word(to, ",\"statusText\":", r->head, 2);
	put_word(to, ",\"httpVersion\":", r->head, 0);
	put_headers(to, r->head);
	headers_parse(&h, r->head);
	put_content(to, r, &h);
	location = find_header(&h, "Location");
	buf_puts(to, ",\"redirectURL\":");
	if (location != NULL)
		put_value(to, location);
	else
		buf_puts(to, "\"\"");
	headers_clear(&h);
	har_put_integer(to, ",\"bodySize\":",
	    r->head != NULL ? (int64_t)r->size_download : UNKNOWN);
	buf_putc(to, '}');
}
