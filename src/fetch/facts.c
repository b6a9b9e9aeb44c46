/*
 * Facts.
 */
#include "config.h"

#include "fetch/facts.h"

#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/url.h"
#include "fetch/record.h"
#include "fetch/xfer.h"

enum fact_kind {
	FACT_LONG,
	FACT_OFF,  /* curl_off_t */
	FACT_TIME, /* the same in microseconds */
	FACT_TEXT, /* null where there is none */
	FACT_URL,  /* the same without a password */
	FACT_ADDRESS,
};

static const struct {
	const char *key;
	CURLINFO info;
	enum fact_kind kind;
	long none; /* the number without an attempt */
} facts[] = {
    {",\"http_connect\":", CURLINFO_HTTP_CONNECTCODE, FACT_LONG, 0},
    {",\"local_ip\":", CURLINFO_LOCAL_IP, FACT_ADDRESS, 0},
    {",\"local_port\":", CURLINFO_LOCAL_PORT, FACT_LONG, 0},
    {",\"proxy_ssl_verify_result\":", CURLINFO_PROXY_SSL_VERIFYRESULT,
	FACT_LONG, 0},
    {",\"redirect_url\":", CURLINFO_REDIRECT_URL, FACT_URL, 0},
    {",\"referer\":", CURLINFO_REFERER, FACT_URL, 0},
    {",\"scheme\":", CURLINFO_SCHEME, FACT_TEXT, 0},
    {",\"size_header\":", CURLINFO_HEADER_SIZE, FACT_LONG, 0},
    {",\"size_request\":", CURLINFO_REQUEST_SIZE, FACT_LONG, 0},
    {",\"size_upload\":", CURLINFO_SIZE_UPLOAD_T, FACT_OFF, 0},
    {",\"speed_download\":", CURLINFO_SPEED_DOWNLOAD_T, FACT_OFF, 0},
    {",\"speed_upload\":", CURLINFO_SPEED_UPLOAD_T, FACT_OFF, 0},
    {",\"ssl_verify_result\":", CURLINFO_SSL_VERIFYRESULT, FACT_LONG, 0},
#if LIBCURL_VERSION_NUM >= 0x080200
    {",\"conn_id\":", CURLINFO_CONN_ID, FACT_OFF, -1},
    {",\"xfer_id\":", CURLINFO_XFER_ID, FACT_OFF, -1},
#endif
#if LIBCURL_VERSION_NUM >= 0x080700
    {",\"proxy_used\":", CURLINFO_USED_PROXY, FACT_LONG, 0},
#endif
#if LIBCURL_VERSION_NUM >= 0x080a00
    {",\"time_posttransfer\":", CURLINFO_POSTTRANSFER_TIME_T, FACT_TIME, 0},
#endif
#if LIBCURL_VERSION_NUM >= 0x080b00
    {",\"tls_earlydata\":", CURLINFO_EARLYDATA_SENT_T, FACT_OFF, 0},
#endif
};

static void
put_text(struct buf *to, const char *text, bool is_url)
{
	struct buf shown;

	if (!is_url) {
		json_put_latin1(to, text, strlen(text));
		return;
	}
	buf_init(&shown);
	url_redact(&shown, text, strlen(text));
	json_put_latin1(to, buf_string(&shown), shown.len);
	buf_clear(&shown);
}

static void
put_fact(struct buf *to, CURL *easy, size_t i)
{
	const enum fact_kind kind = facts[i].kind;
	curl_off_t off = facts[i].none;
	long number = facts[i].none;
	char *text = NULL;

	buf_puts(to, facts[i].key);
	if (kind == FACT_LONG) {
		if (easy != NULL)
			curl_easy_getinfo(easy, facts[i].info, &number);
		json_put_integer(to, number);
		return;
	}
	if (kind == FACT_OFF || kind == FACT_TIME) {
		if (easy != NULL)
			curl_easy_getinfo(easy, facts[i].info, &off);
		if (kind == FACT_TIME)
			json_put_seconds(to, off);
		else
			json_put_integer(to, off);
		return;
	}
	if (easy != NULL)
		curl_easy_getinfo(easy, facts[i].info, &text);
	if (text != NULL)
		put_text(to, text, kind == FACT_URL);
	else
		buf_puts(to, kind == FACT_ADDRESS ? "\"\"" : "null");
}

/* As the curl tool counts: lines with a colon, from a blank line on anew. */
static long
count_headers(const struct buf *head)
{
	const char *line, *end, *all;
	bool blank = false;
	long count = 0;

	if (head == NULL || head->len == 0)
		return 0;
	all = head->data + head->len;
	for (line = head->data; line < all; line = end) {
		end = memchr(line, '\n', (size_t)(all - line));
		end = end != NULL ? end + 1 : all;
		if (*line == '\r' || *line == '\n')
			blank = true;
		else if (memchr(line, ':', (size_t)(end - line)) != NULL) {
			count = blank ? 1 : count + 1;
			blank = false;
		}
	}
	return count;
}

/* The certificates as the curl tool prints them. */
static void
put_certs(struct buf *to, CURL *easy)
{
	const struct curl_certinfo *info = NULL;
	const struct curl_slist *line;
	struct buf text;
	int i, count;

	if (easy != NULL)
		curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info);
	count = info != NULL ? info->num_of_certs : 0;
	buf_init(&text);
	for (i = 0; i < count; i++)
		for (line = info->certinfo[i]; line != NULL;
		     line = line->next) {
			buf_puts(&text,
			    line->data +
				(ascii_prefix(line->data, "cert:") ? 5 : 0));
			if (text.len > 0 && text.data[text.len - 1] != '\n')
				buf_putc(&text, '\n');
		}
	buf_puts(to, "{\"num_certs\":");
	json_put_integer(to, count);
	buf_puts(to, ",\"certs\":");
	json_put_latin1(to, buf_string(&text), text.len);
	buf_clear(&text);
}

void
facts_put(struct buf *to, const struct record *r)
{
	CURL *easy = r->xfer != NULL ? r->xfer->easy : NULL;
	size_t i;

	put_certs(to, easy);
	buf_puts(to, ",\"num_headers\":");
	json_put_integer(to, count_headers(r->head));
	for (i = 0; i < sizeof facts / sizeof *facts; i++)
		put_fact(to, easy, i);
	buf_putc(to, '}');
}
