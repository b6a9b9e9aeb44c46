/*
 * The format of -w.
 */
#include "config.h"

#include "input/write_out.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/xmalloc.h"

#define RECORD(name, kind)                                                     \
	{                                                                      \
		name, name, WRITE_RECORD, kind, true                           \
	}
#define FACT(name, kind)                                                       \
	{                                                                      \
		name, name, WRITE_FACTS, kind, true                            \
	}
#define OTHER(name, source, kind)                                              \
	{                                                                      \
		name, name, source, kind, true                                 \
	}
#define PART(name, source, part)                                               \
	{                                                                      \
		name, part, source, WRITE_TEXT, true                           \
	}
#define OURS(name, kind)                                                       \
	{                                                                      \
		name, name, WRITE_RECORD, kind, false                          \
	}

const struct write_variable write_variables[] = {
    FACT("certs", WRITE_ADDRESS),
    FACT("conn_id", WRITE_NUMBER),
    RECORD("content_type", WRITE_TEXT),
    OTHER("errormsg", WRITE_ERRORMSG, WRITE_TEXT),
    RECORD("exitcode", WRITE_NUMBER),
    OTHER("filename_effective", WRITE_FILENAME, WRITE_TEXT),
    OTHER("ftp_entry_path", WRITE_NOTHING, WRITE_TEXT),
    {"http_code", "response_code", WRITE_RECORD, WRITE_CODE, true},
    FACT("http_connect", WRITE_CODE),
    OTHER("http_version", WRITE_HTTP_VERSION, WRITE_TEXT),
    FACT("local_ip", WRITE_ADDRESS),
    FACT("local_port", WRITE_NUMBER),
    RECORD("method", WRITE_TEXT),
    FACT("num_certs", WRITE_NUMBER),
    RECORD("num_connects", WRITE_NUMBER),
    FACT("num_headers", WRITE_NUMBER),
    RECORD("num_redirects", WRITE_NUMBER),
    OTHER("num_retries", WRITE_RETRIES, WRITE_NUMBER),
    FACT("proxy_ssl_verify_result", WRITE_NUMBER),
    FACT("proxy_used", WRITE_NUMBER),
    FACT("redirect_url", WRITE_TEXT),
    FACT("referer", WRITE_TEXT),
    RECORD("remote_ip", WRITE_ADDRESS),
    RECORD("remote_port", WRITE_NUMBER),
    RECORD("response_code", WRITE_CODE),
    FACT("scheme", WRITE_TEXT),
    RECORD("size_download", WRITE_NUMBER),
    FACT("size_header", WRITE_NUMBER),
    FACT("size_request", WRITE_NUMBER),
    FACT("size_upload", WRITE_NUMBER),
    FACT("speed_download", WRITE_NUMBER),
    FACT("speed_upload", WRITE_NUMBER),
    FACT("ssl_verify_result", WRITE_NUMBER),
    RECORD("time_appconnect", WRITE_TIME),
    RECORD("time_connect", WRITE_TIME),
    RECORD("time_namelookup", WRITE_TIME),
    FACT("time_posttransfer", WRITE_TIME),
    RECORD("time_pretransfer", WRITE_TIME),
    RECORD("time_queue", WRITE_TIME),
    RECORD("time_redirect", WRITE_TIME),
    RECORD("time_starttransfer", WRITE_TIME),
    RECORD("time_total", WRITE_TIME),
    FACT("tls_earlydata", WRITE_NUMBER),
    RECORD("url", WRITE_TEXT),
    PART("url.fragment", WRITE_URL, "fragment"),
    PART("url.host", WRITE_URL, "host"),
    PART("url.options", WRITE_URL, "options"),
    PART("url.password", WRITE_URL, "password"),
    PART("url.path", WRITE_URL, "path"),
    PART("url.port", WRITE_URL, "port"),
    PART("url.query", WRITE_URL, "query"),
    PART("url.scheme", WRITE_URL, "scheme"),
    PART("url.user", WRITE_URL, "user"),
    PART("url.zoneid", WRITE_URL, "zoneid"),
    RECORD("url_effective", WRITE_TEXT),
    PART("urle.fragment", WRITE_URLE, "fragment"),
    PART("urle.host", WRITE_URLE, "host"),
    PART("urle.options", WRITE_URLE, "options"),
    PART("urle.password", WRITE_URLE, "password"),
    PART("urle.path", WRITE_URLE, "path"),
    PART("urle.port", WRITE_URLE, "port"),
    PART("urle.query", WRITE_URLE, "query"),
    PART("urle.scheme", WRITE_URLE, "scheme"),
    PART("urle.user", WRITE_URLE, "user"),
    PART("urle.zoneid", WRITE_URLE, "zoneid"),
    {"urlnum", "index", WRITE_RECORD, WRITE_NUMBER, true},
    FACT("xfer_id", WRITE_NUMBER),
    OURS("index", WRITE_NUMBER),
    OURS("id", WRITE_JSON),
    OURS("input", WRITE_JSON),
    OURS("dedup_of", WRITE_JSON),
    OURS("outcome", WRITE_TEXT),
    {"cause", "errormsg", WRITE_RECORD, WRITE_TEXT, false},
    OURS("attempts", WRITE_NUMBER),
    OURS("started_at", WRITE_TEXT),
    OURS("time_backoff", WRITE_TIME),
    OURS("cache", WRITE_TEXT),
    OURS("ranges", WRITE_NUMBER),
    OURS("headers", WRITE_JSON),
    {"body_file", NULL, WRITE_FILENAME, WRITE_TEXT, false},
    {.name = NULL},
};

/* The names that are no variables. */
static const struct {
	const char *name;
	enum write_piece_kind kind;
} special[] = {
    {"json", PIECE_JSON},
    {"header_json", PIECE_HEADER_JSON},
    {"time_held", PIECE_HELD},
    {"onerror", PIECE_ONERROR},
    {"stdout", PIECE_STDOUT},
    {"stderr", PIECE_STDERR},
};

static struct write_piece *
add_piece(struct write_out *w, enum write_piece_kind kind)
{
	struct write_piece *p;

	if ((w->count & (w->count - 1)) == 0)
		w->pieces = xreallocarray(w->pieces,
		    w->count == 0 ? 1 : w->count * 2, sizeof *w->pieces);
	p = &w->pieces[w->count++];
	memset(p, 0, sizeof *p);
	p->kind = kind;
	return p;
}

/* The text that was read so far becomes a piece. */
static void
end_text(struct write_out *w, struct buf *text)
{
	struct write_piece *p;

	if (text->len == 0)
		return;
	p = add_piece(w, PIECE_TEXT);
	p->text = xmemdup(text->data, text->len);
	p->len = text->len;
	text->len = 0;
}

static bool
is_name(const char *name, const char *s, size_t len)
{
	return strlen(name) == len && ascii_compare(name, s, len) == 0;
}

/* \n, \r and \t; other characters behind a backslash keep it. */
static void
put_escape(struct buf *to, char c)
{
	static const char letters[] = "nrt", bytes[] = "\n\r\t";
	const char *place = strchr(letters, c);

	if (c != '\0' && place != NULL) {
		buf_putc(to, bytes[place - letters]);
		return;
	}
	buf_putc(to, '\\');
	buf_putc(to, c);
}

static char *
unescape(const char *s, size_t len)
{
	struct buf text;
	char *result;
	size_t i;

	buf_init(&text);
	for (i = 0; i < len; i++)
		if (s[i] == '\\' && i + 1 < len)
			put_escape(&text, s[++i]);
		else
			buf_putc(&text, s[i]);
	result = xstrdup(buf_string(&text));
	buf_clear(&text);
	return result;
}

/* "NAME", "NAME:all" or "NAME:all:SEPARATOR". */
static void
add_header(struct write_out *w, const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	size_t name = colon != NULL ? (size_t)(colon - s) : len;
	struct write_piece *p = add_piece(w, PIECE_HEADER);

	p->text = xmemdup(s, name);
	if (len - name < 4 || strncmp(colon, ":all", 4) != 0)
		return;
	if (len - name > 5 && colon[4] == ':')
		p->separator = unescape(colon + 5, len - name - 5);
	else
		p->separator = xstrdup("");
}

/* FILE, or >>FILE. */
static void
add_file(struct write_out *w, const char *s, size_t len)
{
	struct write_piece *p = add_piece(w, PIECE_FILE);
	bool appends = len > 2 && strncmp(s, ">>", 2) == 0;
	char *name = appends ? xmemdup(s + 2, len - 2) : xmemdup(s, len);

	for (p->file = 0; p->file < w->file_count; p->file++)
		if (strcmp(w->files[p->file].name, name) == 0) {
			free(name);
			return;
		}
	w->files = xreallocarray(w->files, w->file_count + 1, sizeof *w->files);
	w->files[w->file_count].name = name;
	w->files[w->file_count++].appends = appends;
}

static void
add_variable(
    struct write_out *w, const char *s, size_t len, struct buf *unknown)
{
	const struct write_variable *v;
	size_t i;

	for (i = 0; i < sizeof special / sizeof *special; i++)
		if (is_name(special[i].name, s, len)) {
			add_piece(w, special[i].kind);
			w->certs |= special[i].kind == PIECE_JSON;
			return;
		}
	for (v = write_variables; v->name != NULL; v++)
		if (is_name(v->name, s, len)) {
			add_piece(w, PIECE_VARIABLE)->variable = v;
			w->certs |= strstr(v->name, "certs") != NULL;
			return;
		}
	buf_append(unknown, s, len);
	buf_putc(unknown, '\n');
}

/* The pieces that have a word before their brace. */
static const struct {
	const char *word;
	enum write_piece_kind kind;
} words[] = {
    {"header{", PIECE_HEADER},
    {"{header{", PIECE_HEADER}, /* and a second brace at its end */
    {"output{", PIECE_FILE},
    {"time{", PIECE_CLOCK},
    {"{", PIECE_VARIABLE},
};

static void
add_word(struct write_out *w, enum write_piece_kind kind, const char *s,
    size_t len, struct buf *unknown)
{
	switch ((int)kind) {
	case PIECE_HEADER:
		add_header(w, s, len);
		break;
	case PIECE_FILE:
		add_file(w, s, len);
		break;
	case PIECE_CLOCK:
		add_piece(w, PIECE_CLOCK)->text = xmemdup(s, len);
		break;
	default:
		add_variable(w, s, len, unknown);
	}
}

/*
 * What stands behind a %; returns how long that is. Without the closing brace
 * the word is text, as any other character is.
 */
static size_t
take_percent(
    struct write_out *w, const char *s, struct buf *text, struct buf *unknown)
{
	const char *end;
	size_t i, len;

	if (*s == '%') {
		buf_putc(text, '%');
		return 1;
	}
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		len = strlen(words[i].word);
		if (strncmp(s, words[i].word, len) != 0)
			continue;
		if ((end = strchr(s + len, '}')) == NULL) {
			buf_putc(text, '%');
			buf_append(text, s, len);
			return len;
		}
		end_text(w, text);
		add_word(w, words[i].kind, s + len, (size_t)(end - s) - len,
		    unknown);
		/* %{header{NAME}} */
		if (*s == '{' && len > 1 && end[1] == '}')
			end++;
		return (size_t)(end + 1 - s);
	}
	buf_putc(text, '%');
	buf_putc(text, *s);
	return 1;
}

/* Does anything go to stdout? */
static bool
says_something(const struct write_out *w)
{
	bool here = true;
	size_t i;

	for (i = 0; i < w->count; i++)
		switch (w->pieces[i].kind) {
		case PIECE_STDOUT:
			here = true;
			break;
		case PIECE_STDERR:
		case PIECE_FILE:
			here = false;
			break;
		case PIECE_ONERROR:
			break;
		case PIECE_TEXT:
		case PIECE_VARIABLE:
		case PIECE_HEADER:
		case PIECE_HEADER_JSON:
		case PIECE_JSON:
		case PIECE_CLOCK:
		case PIECE_HELD:
			if (here)
				return true;
		}
	return false;
}

struct write_out *
write_out_parse(const char *format, struct buf *unknown)
{
	struct write_out *w = xcalloc(1, sizeof *w);
	const char *s = format;
	struct buf text;

	buf_init(&text);
	while (*s != '\0')
		if (*s == '%' && s[1] != '\0')
			s += 1 + take_percent(w, s + 1, &text, unknown);
		else if (*s == '\\' && s[1] != '\0') {
			put_escape(&text, s[1]);
			s += 2;
		} else
			buf_putc(&text, *s++);
	end_text(w, &text);
	buf_clear(&text);
	w->to_stdout = says_something(w);
	return w;
}

void
write_out_free(struct write_out *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->count; i++) {
		free(w->pieces[i].text);
		free(w->pieces[i].separator);
	}
	for (i = 0; i < w->file_count; i++)
		free(w->files[i].name);
	free(w->pieces);
	free(w->files);
	free(w);
}

bool
write_out_url_part(struct buf *to, const char *url, const char *part)
{
	static const struct {
		const char *name;
		CURLUPart part;
	} parts[] = {
	    {"fragment", CURLUPART_FRAGMENT},
	    {"host", CURLUPART_HOST},
	    {"options", CURLUPART_OPTIONS},
	    {"password", CURLUPART_PASSWORD},
	    {"path", CURLUPART_PATH},
	    {"port", CURLUPART_PORT},
	    {"query", CURLUPART_QUERY},
	    {"scheme", CURLUPART_SCHEME},
	    {"user", CURLUPART_USER},
	    {"zoneid", CURLUPART_ZONEID},
	};
	CURLU *parser = curl_url();
	char *text = NULL;
	bool found;
	size_t i = 0;

	if (parser == NULL)
		xmalloc_exhausted();
	while (strcmp(parts[i].name, part) != 0)
		i++;
	if (curl_url_set(parser, CURLUPART_URL, url,
		CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
		curl_url_get(parser, parts[i].part, &text, CURLU_DEFAULT_PORT);
	found = text != NULL;
	if (found)
		buf_puts(to, text);
	curl_free(text);
	curl_url_cleanup(parser);
	return found;
}

const char *
write_out_curl_version(void)
{
	return curl_version();
}
