/*
 * Parsing of -F.
 */
#include "config.h"

#include "input/form.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "input/post_data.h"
#include "input/slist.h"

static const char *const encoders[] = {
    "binary", "8bit", "7bit", "base64", "quoted-printable", NULL};

static const char *
skip_space(const char *s)
{
	while (ascii_is_space(*s))
		s++;
	return s;
}

/* The closing quote of the word whose opening one is at s; NULL: none. */
static const char *
closing_quote(const char *s)
{
	for (s++; *s != '\0' && *s != '"'; s++)
		if (*s == '\\' && (s[1] == '\\' || s[1] == '"'))
			s++;
	return *s == '"' ? s : NULL;
}

/* The length of the text without the white space at its end. */
static size_t
trimmed_len(const char *s, const char *end)
{
	while (end > s && ascii_is_space(end[-1]))
		end--;
	return (size_t)(end - s);
}

/*
 * Reads a word up to a ;, or a quoted one, and passes over what stands behind
 * that. Moves *s to the ; or the end; the word is the caller's.
 */
static char *
take_word(const char **s)
{
	const char *p = skip_space(*s), *end;
	struct buf word;
	char *result;

	buf_init(&word);
	if (*p == '"' && (end = closing_quote(p)) != NULL) {
		for (p++; p < end; p++) {
			if (*p == '\\' && (p[1] == '\\' || p[1] == '"'))
				p++;
			buf_putc(&word, *p);
		}
		*s = end + strcspn(end, ";");
	} else {
		*s = p + strcspn(p, ";");
		buf_append(&word, p, trimmed_len(p, *s));
	}
	result = xstrdup(buf_string(&word));
	buf_clear(&word);
	return result;
}

static void
add_header(struct form_part *part, struct buf *line)
{
	size_t len = trimmed_len(
	    buf_string(line), buf_string(line) + line->len);
	char *text;

	if (len > 0) {
		text = xmemdup(line->data, len);
		slist_add(&part->headers, text);
		free(text);
	}
	line->len = 0;
}

/* curl's: one a line, with those that continue it; # begins a comment. */
static int
read_headers(struct request_options *r, struct form_part *part,
    const char *name, char **cause)
{
	struct buf text, header;
	char *line, *rest, *at = xasprintf("@%s", name);
	int result;

	buf_init(&text);
	buf_init(&header);
	result = post_data_read(r, &text, at, cause);
	free(at);
	rest = buf_string(&text);
	while (result == 0 && (line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (!ascii_is_space(*line))
			add_header(part, &header);
		if (*line != '#')
			buf_puts(&header, line);
	}
	add_header(part, &header);
	buf_clear(&text);
	buf_clear(&header);
	return result;
}

static int
take_headers(struct request_options *r, struct form_part *part, const char **s,
    char **cause)
{
	bool is_file = **s == '@' || **s == '<';
	struct buf line;
	char *word;
	int result = 0;

	if (is_file)
		++*s;
	word = take_word(s);
	if (is_file)
		result = read_headers(r, part, word, cause);
	else {
		buf_init(&line);
		buf_puts(&line, word);
		add_header(part, &line);
		buf_clear(&line);
	}
	free(word);
	return result;
}

/* A type goes on behind a ;, up to another parameter. */
static int
take_type(struct form_part *part, const char **s, char **cause)
{
	const char *type = skip_space(*s), *end = type + strcspn(type, ";");
	const char *slash = memchr(type, '/', (size_t)(end - type)), *next;
	size_t major = strcspn(type, "/ ;");

	if (slash == NULL || major == 0 || type[major] != '/' ||
	    slash + 1 == end || *skip_space(slash + 1) != slash[1]) {
		*cause = xasprintf(_("\"%.*s\" is no type, as text/plain"),
		    (int)(end - type), type);
		return -1;
	}
	while (*end == ';') {
		next = skip_space(end + 1);
		if (ascii_prefix(next, "filename=") ||
		    ascii_prefix(next, "headers=") ||
		    ascii_prefix(next, "encoder="))
			break;
		end = next + strcspn(next, ";");
	}
	free(part->type);
	part->type = xmemdup(type, trimmed_len(type, end));
	*s = end;
	return 0;
}

static int
take_encoder(struct form_part *part, const char **s, char **cause)
{
	size_t i;

	free(part->encoder);
	part->encoder = take_word(s);
	for (i = 0; encoders[i] != NULL; i++)
		if (strcasecmp(part->encoder, encoders[i]) == 0)
			return 0;
	*cause = xasprintf(_("\"%s\" is none of binary, 8bit, 7bit, base64, "
			     "quoted-printable"),
	    part->encoder);
	return -1;
}

/* What stands behind a ;, one after the other; as curl, others are ignored. */
static int
take_parameters(struct request_options *r, struct form_part *part,
    const char *s, char **cause)
{
	char *word;
	int result = 0;

	while (result == 0 && *s == ';') {
		s = skip_space(s + 1);
		if (ascii_prefix(s, "type=")) {
			s += strlen("type=");
			result = take_type(part, &s, cause);
		} else if (ascii_prefix(s, "encoder=")) {
			s += strlen("encoder=");
			result = take_encoder(part, &s, cause);
		} else if (ascii_prefix(s, "headers=")) {
			s += strlen("headers=");
			result = take_headers(r, part, &s, cause);
		} else if (ascii_prefix(s, "filename=")) {
			s += strlen("filename=");
			word = take_word(&s);
			if (part->kind == FORM_CONTENTS) {
				free(word);
				continue;
			}
			free(part->filename);
			part->filename = word;
		} else {
			word = take_word(&s);
			if (*word != '\0')
				msg_warn(_("--form: \"%s\" is ignored"), word);
			free(word);
		}
	}
	return result;
}

struct form_part *
form_new_part(struct form *f, const char *name)
{
	struct form_part *part;

	f->parts = xreallocarray(f->parts, f->count + 1, sizeof *part);
	part = &f->parts[f->count++];
	memset(part, 0, sizeof *part);
	if (*name != '\0')
		part->name = xstrdup(name);
	return part;
}

/* A new part of NAME=...; value is moved behind the =. */
static struct form_part *
new_part(struct request_options *r, const char **value, char **cause)
{
	const char *end = strchr(*value, '=');
	struct form_part *part;
	char *name;

	if (end == NULL) {
		*cause = xasprintf(_("\"%s\" is no NAME=CONTENT"), *value);
		return NULL;
	}
	name = xmemdup(*value, (size_t)(end - *value));
	part = form_new_part(&r->form, name);
	free(name);
	*value = end + 1;
	return part;
}

/* Is it a file that can be read, and often? Else -1 and the cause. */
static int
check_file(const char *name, bool *is_regular, char **cause)
{
	struct stat st;

	if (stat(name, &st) == 0 && access(name, R_OK) == 0) {
		*is_regular = S_ISREG(st.st_mode);
		if (!S_ISDIR(st.st_mode))
			return 0;
		errno = EISDIR;
	}
	*cause = xasprintf(_("cannot read %s: %s"), name, nls_strerror(errno));
	return -1;
}

/* A pipe gives what it has once: that is kept, for all tasks and attempts. */
static int
read_pipe(struct request_options *r, struct form_part *part, const char *name,
    char **cause)
{
	char *at = xasprintf("@%s", name);
	const char *slash = strrchr(name, '/');
	int result = post_data_read(r, &part->data, at, cause);

	free(at);
	if (part->kind == FORM_FILE)
		part->filename = xstrdup(slash != NULL ? slash + 1 : name);
	return result;
}

/* Where the content comes from. */
static int
set_content(struct request_options *r, struct form_part *part, const char *word,
    char **cause)
{
	bool is_regular;

	if (part->kind == FORM_TEXT)
		buf_puts(&part->data, word);
	else if (strcmp(word, "-") == 0)
		return post_data_read(r, &part->data, "@-", cause);
	else if (check_file(word, &is_regular, cause) == -1) {
		r->file_failed = true;
		return -1;
	} else if (is_regular)
		part->file = xstrdup(word);
	else
		return read_pipe(r, part, word, cause);
	return 0;
}

/* libcurl's guess by the end of a name; NULL: it has none. */
static const char *
type_by_name(const char *name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
	    {".gif", "image/gif"},
	    {".jpg", "image/jpeg"},
	    {".jpeg", "image/jpeg"},
	    {".png", "image/png"},
	    {".svg", "image/svg+xml"},
	    {".txt", "text/plain"},
	    {".htm", "text/html"},
	    {".html", "text/html"},
	    {".pdf", "application/pdf"},
	    {".xml", "application/xml"},
	};
	const char *dot = name != NULL ? strrchr(name, '.') : NULL;
	size_t i;

	for (i = 0; dot != NULL && i < sizeof types / sizeof *types; i++)
		if (strcasecmp(dot, types[i].end) == 0)
			return types[i].type;
	return NULL;
}

/* The type that libcurl gives to files, for one that it does not see. */
static void
set_type(struct form_part *part, const char *path)
{
	const char *type = type_by_name(part->filename);

	if (type == NULL)
		type = type_by_name(path);
	if (type == NULL && part->filename != NULL)
		type = "application/octet-stream";
	if (type != NULL && part->type == NULL &&
	    !slist_has(part->headers, "Content-Type"))
		part->type = xstrdup(type);
}

int
form_add(struct request_options *r, const char *value, char **cause)
{
	struct form_part *part = new_part(r, &value, cause);
	char *word;
	int result;

	if (part == NULL)
		return -1;
	if (*value == '(' || (*value == ')' && part->name == NULL)) {
		*cause = xstrdup(_("nested parts are not supported"));
		return -1;
	}
	if (*value == '@' || *value == '<')
		part->kind = *value++ == '@' ? FORM_FILE : FORM_CONTENTS;
	word = take_word(&value);
	result = set_content(r, part, word, cause);
	if (result == 0)
		result = take_parameters(r, part, value, cause);
	/* Of regular files libcurl sees to it. */
	if (result == 0 && part->kind != FORM_TEXT && part->file == NULL &&
	    strcmp(word, "-") != 0)
		set_type(part, word);
	free(word);
	return result;
}

int
form_add_string(struct request_options *r, const char *value, char **cause)
{
	struct form_part *part = new_part(r, &value, cause);

	if (part == NULL)
		return -1;
	buf_puts(&part->data, value);
	return 0;
}

void
form_clear(struct form *f)
{
	struct form_part *part;
	size_t i;

	for (i = 0; i < f->count; i++) {
		part = &f->parts[i];
		free(part->name);
		free(part->file);
		buf_clear(&part->data);
		free(part->type);
		free(part->filename);
		free(part->encoder);
		curl_slist_free_all(part->headers);
	}
	free(f->parts);
	memset(f, 0, sizeof *f);
}
