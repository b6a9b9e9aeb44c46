/*
 * Parsing of -F.
 */
#include "config.h"

#include "input/form.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "input/post_data.h"

static const char *const parameters[] = {
    "type=", "filename=", "encoder=", "headers=", NULL};

/* The number of the parameter that begins at s, or -1. */
static int
parameter_at(const char *s)
{
	int i;

	while (ascii_is_space(*s))
		s++;
	for (i = 0; parameters[i] != NULL; i++)
		if (ascii_prefix(s, parameters[i]))
			return i;
	return -1;
}

/*
 * Reads a word up to a ; before a parameter, or a quoted one. Moves *s behind
 * it; the word is the caller's.
 */
static char *
take_word(const char **s)
{
	struct buf word;
	const char *p = *s;
	char *result;

	buf_init(&word);
	while (*p == ' ' || *p == '\t')
		p++;
	if (*p == '"') {
		for (p++; *p != '\0' && *p != '"'; p++) {
			if (*p == '\\' && (p[1] == '\\' || p[1] == '"'))
				p++;
			buf_putc(&word, *p);
		}
		if (*p == '"')
			p++;
	} else
		for (; *p != '\0' && (*p != ';' || parameter_at(p + 1) == -1);
		     p++)
			buf_putc(&word, *p);
	*s = p;
	result = xstrdup(buf_string(&word));
	buf_clear(&word);
	return result;
}

static int
add_headers(struct request_options *r, struct form_part *part, char *value,
    char **cause)
{
	struct curl_slist *list;
	struct buf text;
	char *line, *rest;
	int result;

	buf_init(&text);
	result = post_data_read(r, &text, value, cause);
	rest = buf_string(&text);
	while (result == 0 && (line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (*line == '\0')
			continue;
		if ((list = curl_slist_append(part->headers, line)) == NULL)
			xmalloc_exhausted();
		part->headers = list;
	}
	buf_clear(&text);
	free(value);
	return result;
}

static void
replace(char **field, char *value)
{
	free(*field);
	*field = value;
}

static int
take_parameters(struct request_options *r, struct form_part *part,
    const char *s, char **cause)
{
	char *value;
	int number;

	while (*s != '\0') {
		while (*s == ';' || ascii_is_space(*s))
			s++;
		if (*s == '\0')
			break;
		if ((number = parameter_at(s)) == -1) {
			*cause = xasprintf("what is \"%s\"?", s);
			return -1;
		}
		s += strlen(parameters[number]);
		value = take_word(&s);
		if (number == 0)
			replace(&part->type, value);
		else if (number == 1)
			replace(&part->filename, value);
		else if (number == 2)
			replace(&part->encoder, value);
		else if (add_headers(r, part, value, cause) == -1)
			return -1;
	}
	return 0;
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
		*cause = xasprintf("\"%s\" is no NAME=CONTENT", *value);
		return NULL;
	}
	name = xmemdup(*value, (size_t)(end - *value));
	part = form_new_part(&r->form, name);
	free(name);
	*value = end + 1;
	return part;
}

/* Where the content comes from. */
static int
set_content(
    struct request_options *r, struct form_part *part, char *word, char **cause)
{
	int result = 0;

	if (part->kind == FORM_TEXT)
		buf_puts(&part->data, word);
	else if (strcmp(word, "-") == 0)
		result = post_data_read(r, &part->data, "@-", cause);
	else if (access(word, R_OK) == -1) {
		r->file_failed = true;
		*cause = xasprintf("cannot read %s", word);
		result = -1;
	} else
		part->file = xstrdup(word);
	free(word);
	return result;
}

int
form_add(struct request_options *r, const char *value, char **cause)
{
	struct form_part *part = new_part(r, &value, cause);

	if (part == NULL)
		return -1;
	if (*value == '(' || (*value == ')' && part->name == NULL)) {
		*cause = xstrdup("nested parts are not supported");
		return -1;
	}
	if (*value == '@' || *value == '<')
		part->kind = *value++ == '@' ? FORM_FILE : FORM_CONTENTS;
	if (set_content(r, part, take_word(&value), cause) == -1)
		return -1;
	return take_parameters(r, part, value, cause);
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
