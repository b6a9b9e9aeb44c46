/*
 * What -w says of a task.
 */
#include "config.h"

#include "output/write_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "input/json_task.h"
#include "input/options.h"
#include "input/write_out.h"
#include "output/result.h"

/* A step is one of these letters; a text's length and bytes follow. */
enum step {
	STEP_TEXT = 't',
	STEP_HELD = 'h',
	STEP_CLOCK = 'c', /* a text: strftime's */
	STEP_STDOUT = 'o',
	STEP_STDERR = 'e',
	STEP_FILE = 'f', /* its number follows */
};

/* What a task's variables are taken from. */
struct values {
	const struct options *options;
	const struct result *result;
	const char *record, *facts; /* JSON objects */
};

/* A JSON value in its text, borrowed. */
struct value {
	const char *text;
	size_t len;
};

static bool
find(const char *object, const char *key, struct value *v)
{
	size_t at;

	if (object == NULL || !json_text_find(object, key, &at, &v->len))
		return false;
	v->text = object + at;
	return true;
}

static bool
is_null(const struct value *v)
{
	return v->len == 4 && memcmp(v->text, "null", 4) == 0;
}

/* Appends what a JSON string stands for; of other values their text. */
static void
put_plain(struct buf *to, const struct value *v)
{
	json_t *string;

	if (v->len == 0 || *v->text != '"') {
		buf_append(to, v->text, v->len);
		return;
	}
	string = json_loadb(
	    v->text, v->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (string != NULL)
		buf_append(
		    to, json_string_value(string), json_string_length(string));
	json_decref(string);
}

static bool
find_plain(struct buf *to, const char *object, const char *key)
{
	struct value v;

	if (!find(object, key, &v) || is_null(&v))
		return false;
	put_plain(to, &v);
	return true;
}

/* As curl has it, a status is no error. */
static bool
put_errormsg(struct buf *to, const struct values *v)
{
	struct buf outcome;
	bool is_error;

	buf_init(&outcome);
	find_plain(&outcome, v->record, "outcome");
	is_error = strcmp(buf_string(&outcome), "http_error") != 0;
	buf_clear(&outcome);
	return is_error && find_plain(to, v->record, "errormsg");
}

/* The task's own file, or that of all. */
static bool
put_filename(struct buf *to, const struct values *v, bool own)
{
	const char *name = v->options->output;

	if (v->result->form == BODY_FILE)
		name = v->result->file;
	else if (own || v->options->files.template != NULL ||
	    (name != NULL && strcmp(name, "-") == 0))
		name = NULL;
	if (name == NULL)
		return false;
	buf_puts(to, name);
	return true;
}

static bool
put_http_version(struct buf *to, const struct values *v)
{
	struct buf version;

	buf_init(&version);
	if (!find_plain(&version, v->record, "http_version"))
		buf_puts(to, "0");
	else if (strcmp(buf_string(&version), "1.0") == 0)
		buf_puts(to, "1");
	else
		buf_append(to, version.data, version.len);
	buf_clear(&version);
	return true;
}

static bool
put_retries(struct buf *to, const struct values *v)
{
	struct buf attempts;
	long n = 0;

	buf_init(&attempts);
	if (find_plain(&attempts, v->record, "attempts"))
		n = strtol(buf_string(&attempts), NULL, 10);
	buf_clear(&attempts);
	json_put_integer(to, n > 0 ? n - 1 : 0);
	return true;
}

static bool
put_url_part(
    struct buf *to, const struct values *v, const char *url, const char *part)
{
	struct buf whole;
	bool found;

	buf_init(&whole);
	found = find_plain(&whole, v->record, url) &&
	    write_out_url_part(to, buf_string(&whole), part);
	buf_clear(&whole);
	return found;
}

/* Appends the variable's value as plain text; false where it has none. */
static bool
put_value(
    struct buf *to, const struct values *v, const struct write_variable *w)
{
	switch (w->source) {
	case WRITE_RECORD:
		return find_plain(to, v->record, w->key);
	case WRITE_FACTS:
		return find_plain(to, v->facts, w->key);
	case WRITE_URL:
		return put_url_part(to, v, "url", w->key);
	case WRITE_URLE:
		return put_url_part(to, v, "url_effective", w->key);
	case WRITE_ERRORMSG:
		return put_errormsg(to, v);
	case WRITE_FILENAME:
		return put_filename(to, v, w->key == NULL);
	case WRITE_HTTP_VERSION:
		return put_http_version(to, v);
	case WRITE_RETRIES:
		return put_retries(to, v);
	case WRITE_NOTHING:
		return false;
	}
	abort();
}

static void
put_variable(
    struct buf *to, const struct values *v, const struct write_variable *w)
{
	struct buf value;
	size_t len;

	buf_init(&value);
	if (!put_value(&value, v, w) &&
	    (w->kind == WRITE_NUMBER || w->kind == WRITE_CODE))
		buf_putc(&value, '0');
	if (w->kind == WRITE_CODE)
		for (len = value.len; len < 3; len++)
			buf_putc(to, '0');
	buf_append(to, value.data, value.len);
	buf_clear(&value);
}

/*
 * A member of %{json}. What this libcurl does not tell is not in it; what a
 * record of an older journal does not, is null.
 */
static void
put_member(
    struct buf *to, const struct values *v, const struct write_variable *w)
{
	struct buf value;
	bool found;

	buf_init(&value);
	found = put_value(&value, v, w);
	if (found || w->source != WRITE_FACTS || w->kind == WRITE_TEXT) {
		buf_printf(to, "\"%s\":", w->name);
		if (!found && w->kind != WRITE_ADDRESS)
			buf_puts(to, "null");
		else if (w->kind == WRITE_TEXT || w->kind == WRITE_ADDRESS)
			json_put_string(to, buf_string(&value), value.len);
		else
			buf_append(to, value.data, value.len);
		buf_putc(to, ',');
	}
	buf_clear(&value);
}

static void
put_json(struct buf *to, const struct values *v)
{
	const struct write_variable *w;
	const char *version = write_out_curl_version();

	buf_putc(to, '{');
	for (w = write_variables; w->name != NULL; w++)
		if (w->is_curls)
			put_member(to, v, w);
	buf_puts(to, "\"curl_version\":");
	json_put_string(to, version, strlen(version));
	buf_putc(to, '}');
}

/* curl breaks the line behind each header. */
static void
put_header_json(struct buf *to, const struct values *v)
{
	struct json_member m = {.value = NULL};
	struct value all;
	char *headers;
	bool first = true;

	buf_putc(to, '{');
	if (find(v->record, "headers", &all)) {
		headers = xmemdup(all.text, all.len);
		while (json_text_next(headers, &m)) {
			if (!first)
				buf_puts(to, ",\n");
			first = false;
			buf_append(to, m.key, m.key_len);
			buf_putc(to, ':');
			buf_append(to, m.value, m.len);
		}
		free(headers);
	}
	buf_puts(to, "\n}");
}

/* The first value, or with a separator all of them. */
static void
put_header(struct buf *to, const struct values *v, const struct write_piece *p)
{
	json_t *list, *one;
	struct value all, values;
	char *headers, *name, *s;
	size_t i;

	if (!find(v->record, "headers", &all))
		return;
	headers = xmemdup(all.text, all.len);
	name = xstrdup(p->text);
	for (s = name; *s != '\0'; s++)
		*s = ascii_lower(*s);
	if (find(headers, name, &values)) {
		list = json_loadb(
		    values.text, values.len, JSON_ALLOW_NUL, NULL);
		for (i = 0; (one = json_array_get(list, i)) != NULL; i++) {
			if (i > 0 && p->separator == NULL)
				break;
			if (i > 0)
				buf_puts(to, p->separator);
			buf_append(to, json_string_value(one),
			    json_string_length(one));
		}
		json_decref(list);
	}
	free(name);
	free(headers);
}

static void
put_text_step(struct buf *to, enum step step, const char *text, size_t len)
{
	if (len == 0)
		return;
	buf_putc(to, (char)step);
	buf_append(to, &len, sizeof len);
	buf_append(to, text, len);
}

/* curl's: did the transfer fail? Here, too, what is no transfer. */
static bool
is_error(const struct values *v)
{
	struct buf outcome;
	const char *s;
	bool error;

	buf_init(&outcome);
	find_plain(&outcome, v->record, "outcome");
	s = buf_string(&outcome);
	error = strcmp(s, "ok") != 0 && strcmp(s, "skipped") != 0 &&
	    strcmp(s, "http_error") != 0;
	buf_clear(&outcome);
	return error;
}

static void
render_piece(struct buf *to, struct buf *text, const struct values *v,
    const struct write_piece *p)
{
	text->len = 0;
	switch (p->kind) {
	case PIECE_TEXT:
		buf_append(text, p->text, p->len);
		break;
	case PIECE_VARIABLE:
		put_variable(text, v, p->variable);
		break;
	case PIECE_HEADER:
		put_header(text, v, p);
		break;
	case PIECE_HEADER_JSON:
		put_header_json(text, v);
		break;
	case PIECE_JSON:
		put_json(text, v);
		break;
	case PIECE_CLOCK:
		put_text_step(to, STEP_CLOCK, p->text, strlen(p->text));
		return;
	case PIECE_HELD:
		buf_putc(to, STEP_HELD);
		return;
	case PIECE_STDOUT:
		buf_putc(to, STEP_STDOUT);
		return;
	case PIECE_STDERR:
		buf_putc(to, STEP_STDERR);
		return;
	case PIECE_FILE:
		buf_putc(to, STEP_FILE);
		buf_append(to, &p->file, sizeof p->file);
		return;
	case PIECE_ONERROR:
		return;
	}
	put_text_step(to, STEP_TEXT, text->data, text->len);
}

void
write_out_render(struct result *r, const struct options *o)
{
	const struct write_out *w = o->write_out;
	struct values v = {.options = o, .result = r};
	struct buf text;
	size_t i;

	buf_putc(&r->text, '}');
	v.record = buf_string(&r->text) + r->start;
	v.facts = r->facts.len > 0 ? buf_string(&r->facts) : NULL;
	buf_init(&text);
	for (i = 0; i < w->count; i++) {
		if (w->pieces[i].kind == PIECE_ONERROR && !is_error(&v))
			break;
		render_piece(&r->said, &text, &v, &w->pieces[i]);
	}
	buf_clear(&text);
	r->text.len--;
}

/* A file of %output{}; opened when there is something for it. */
struct write_out_file {
	FILE *f;
	bool failed;
};

void
write_out_sink_init(struct write_out_sink *s, const struct write_out *format)
{
	s->format = format;
	s->failed = false;
	s->files = format != NULL && format->file_count > 0
	    ? xcalloc(format->file_count, sizeof *s->files)
	    : NULL;
}

static void
file_failed(struct write_out_sink *s, size_t i)
{
	if (!s->files[i].failed)
		msg_warn(_("cannot write %s: %s"), s->format->files[i].name,
		    nls_strerror(errno));
	s->files[i].failed = s->failed = true;
}

bool
write_out_sink_close(struct write_out_sink *s)
{
	size_t i;

	for (i = 0; s->files != NULL && i < s->format->file_count; i++)
		if (s->files[i].f != NULL && fclose(s->files[i].f) == EOF)
			file_failed(s, i);
	free(s->files);
	s->files = NULL;
	return !s->failed;
}

/* Where the text goes from here on; NULL: it cannot be written. */
static FILE *
open_file(struct write_out_sink *s, size_t i)
{
	const struct write_file *file = &s->format->files[i];

	if (s->files[i].f == NULL && !s->files[i].failed) {
		s->files[i].f = fopen(file->name, file->appends ? "ae" : "we");
		if (s->files[i].f == NULL)
			file_failed(s, i);
	}
	return s->files[i].f;
}

/* curl's %time{}: strftime's in UTC, %f are microseconds. */
static void
put_clock(struct buf *to, const char *format, size_t len)
{
	struct buf whole;
	struct timespec now;
	struct tm tm;
	char text[1024];
	size_t i;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	buf_init(&whole);
	for (i = 0; i < len; i++) {
		if (format[i] != '%' || i + 1 == len) {
			buf_putc(&whole, format[i]);
			continue;
		}
		i++;
		if (format[i] == 'f')
			buf_printf(&whole, "%06ld", now.tv_nsec / 1000);
		else if (format[i] == 'Z')
			buf_puts(&whole, "UTC");
		else if (format[i] == 'z')
			buf_puts(&whole, "+0000");
		else {
			buf_putc(&whole, '%');
			buf_putc(&whole, format[i]);
		}
	}
/* The user's own format, and no size that it could exceed. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	len = strftime(text, sizeof text, buf_string(&whole), &tm);
#pragma GCC diagnostic pop
	buf_append(to, text, len);
	buf_clear(&whole);
}

/* To where the steps lead now. */
struct target {
	enum step where;
	size_t file;
};

static void
put_out(struct write_out_sink *s, const struct target *t, struct buf *text,
    struct buf *to_stdout)
{
	FILE *f;

	if (t->where == STEP_STDOUT)
		buf_append(to_stdout, text->data, text->len);
	else if (t->where == STEP_STDERR)
		msg_write_text(text->data, text->len);
	else if ((f = open_file(s, t->file)) != NULL &&
	    (fwrite(text->data, 1, text->len, f) != text->len ||
		fflush(f) == EOF))
		file_failed(s, t->file);
	text->len = 0;
}

void
write_out_play(struct write_out_sink *s, const struct buf *steps, int64_t held,
    struct buf *to_stdout)
{
	struct target t = {.where = STEP_STDOUT};
	const char *p = steps->data, *end = p + steps->len;
	struct buf text;
	size_t len;

	buf_init(&text);
	while (p < end) {
		const enum step step = (enum step) * p++;

		switch (step) {
		case STEP_TEXT:
		case STEP_CLOCK:
			memcpy(&len, p, sizeof len);
			p += sizeof len;
			if (step == STEP_TEXT)
				buf_append(&text, p, len);
			else
				put_clock(&text, p, len);
			p += len;
			break;
		case STEP_HELD:
			json_put_seconds(&text, held > 0 ? held : 0);
			break;
		case STEP_FILE:
			put_out(s, &t, &text, to_stdout);
			t.where = step;
			memcpy(&t.file, p, sizeof t.file);
			p += sizeof t.file;
			(void)open_file(s, t.file); /* empty it */
			break;
		case STEP_STDOUT:
		case STEP_STDERR:
			put_out(s, &t, &text, to_stdout);
			t.where = step;
			break;
		}
	}
	put_out(s, &t, &text, to_stdout);
	buf_clear(&text);
}
