/*
 * A JSON task.
 *
 * jansson holds integers of 64 bits and doubles only, and tells nothing about
 * where a value stood. So it reads a copy in which the numbers too large for
 * it are others, and a walk over the validated text finds the members' own
 * text.
 */
#include "config.h"

#include "input/json_task.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/nls.h"
#include "base/xmalloc.h"

#define JSON_FLAGS (JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL)

/* What jansson reads for a number that it cannot hold: no field takes it. */
#define NO_NUMBER     "1e99"
#define NO_NUMBER_LEN 4

static const char *
skip_digits(const char *s)
{
	while (ascii_is_digit(*s))
		s++;
	return s;
}

/* The first byte behind a number (RFC 8259 section 6) at s, or NULL. */
static const char *
number_end(const char *s)
{
	const char *start;

	if (*s == '-')
		s++;
	if (!ascii_is_digit(*s))
		return NULL;
	s = *s == '0' ? s + 1 : skip_digits(s);
	if (*s == '.') {
		start = ++s;
		if ((s = skip_digits(s)) == start)
			return NULL;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		if (*s == '+' || *s == '-')
			s++;
		start = s;
		if ((s = skip_digits(s)) == start)
			return NULL;
	}
	return s;
}

/* Can jansson hold the number? The bytes from s to end are one. */
static bool
number_fits(const char *s, const char *end)
{
	if (end - s < NO_NUMBER_LEN)
		return true;
	errno = 0;
	if (memchr(s, '.', (size_t)(end - s)) == NULL &&
	    memchr(s, 'e', (size_t)(end - s)) == NULL &&
	    memchr(s, 'E', (size_t)(end - s)) == NULL) {
		strtoll(s, NULL, 10);
		return errno == 0;
	}
	return isfinite(strtod(s, NULL));
}

/* The closing quote of the string whose opening one is at s, or the NUL. */
static const char *
string_end(const char *s)
{
	for (s++; *s != '\0' && *s != '"'; s++)
		if (*s == '\\' && s[1] != '\0')
			s++;
	return s;
}

/* Replaces each number that jansson cannot hold, with spaces behind it. */
static void
replace_numbers(char *text)
{
	char *s = text;
	const char *end;

	while (*s != '\0') {
		if (*s == '"') {
			s += string_end(s) - s;
			if (*s == '"')
				s++;
		} else if (*s == '-' || ascii_is_digit(*s)) {
			if ((end = number_end(s)) == NULL)
				return; /* jansson will say where */
			if (!number_fits(s, end)) {
				memset(s, ' ', (size_t)(end - s));
				memcpy(s, NO_NUMBER, NO_NUMBER_LEN);
			}
			s += end - s;
		} else
			s++;
	}
}

/*
 * A field of ours that is null is as one that is not there, as jq writes it
 * (id sees to it itself).
 */
static void
drop_nulls(json_t *root)
{
	static const char *const names[] = {"url", "method", "headers", "body",
	    "body_base64", "json", "form", "user", "max_time",
	    "connect_timeout", "retry", "output", "ok_status", "shield"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (json_is_null(json_object_get(root, names[i])))
			json_object_del(root, names[i]);
}

static json_t *
load(const char *text, size_t len, char **cause)
{
	json_error_t error;
	const char *near;
	json_t *root;
	char *copy;

	if (memchr(text, '\0', len) != NULL) {
		*cause = xstrdup(N_("a NUL byte in a JSON task"));
		return NULL;
	}
	copy = xmemdup(text, len);
	replace_numbers(copy);
	root = json_loadb(copy, len, JSON_FLAGS, &error);
	free(copy);
	if (root == NULL) {
		/* What is behind it is the text, which may be a secret. */
		near = strstr(error.text, " near ");
		*cause = xasprintf("column %d: %.*s", error.column,
		    near != NULL ? (int)(near - error.text)
				 : (int)strlen(error.text),
		    error.text);
	} else
		drop_nulls(root);
	return root;
}

static const char *
skip_space(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

/* The first byte behind the valid value at s. */
static const char *
value_end(const char *s)
{
	int depth = 0;

	if (*s != '{' && *s != '[' && *s != '"')
		return s + strcspn(s, ",}] \t\r\n");
	do {
		if (*s == '"')
			s = string_end(s);
		else if (*s == '{' || *s == '[')
			depth++;
		else if (*s == '}' || *s == ']')
			depth--;
		if (*s != '\0')
			s++;
	} while (depth > 0 && *s != '\0');
	return s;
}

/* Is the key, from its quote, this name? Escapes are jansson's to read. */
static bool
key_is(const char *key, size_t len, const char *name)
{
	json_t *decoded;
	bool same;

	if (memchr(key, '\\', len) == NULL)
		return len == strlen(name) + 2 &&
		    memcmp(key + 1, name, len - 2) == 0;
	decoded = json_loadb(key, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	same = decoded != NULL && json_string_length(decoded) == strlen(name) &&
	    strcmp(json_string_value(decoded), name) == 0;
	json_decref(decoded);
	return same;
}

bool
json_task_find(
    const struct json_task *task, const char *name, size_t *at, size_t *len)
{
	return json_text_find(task->text, name, at, len);
}

bool
json_text_next(const char *text, struct json_member *m)
{
	const char *s, *value;

	/* Behind the { or the comma. */
	s = skip_space(m->value != NULL ? m->value + m->len : text);
	if (*s != (m->value != NULL ? ',' : '{'))
		return false;
	m->key = skip_space(s + 1);
	if (*m->key != '"')
		return false;
	s = string_end(m->key);
	if (*s == '\0')
		return false;
	m->key_len = (size_t)(++s - m->key);
	s = skip_space(s);
	if (*s != ':')
		return false;
	value = skip_space(s + 1);
	m->value = value;
	m->len = (size_t)(value_end(value) - value);
	return true;
}

bool
json_text_find(const char *text, const char *name, size_t *at, size_t *len)
{
	struct json_member m = {.value = NULL};

	while (json_text_next(text, &m)) {
		if (!key_is(m.key, m.key_len, name))
			continue;
		*at = (size_t)(m.value - text);
		*len = m.len;
		return true;
	}
	return false;
}

char *
json_text_string(const char *text, size_t len)
{
	json_t *value = json_loadb(
	    text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char *s = xstrdup(
	    json_is_string(value) ? json_string_value(value) : "");

	json_decref(value);
	return s;
}

/* Plain text of a string without NUL; else -1 and the cause. */
static int
get_text(const json_t *value, const char *name, char **text, char **cause)
{
	if (!json_is_string(value)) {
		*cause = xasprintf("field \"%s\" is no string", name);
		return -1;
	}
	if (strlen(json_string_value(value)) != json_string_length(value)) {
		*cause = xasprintf("field \"%s\" holds a NUL", name);
		return -1;
	}
	*text = xstrdup(json_string_value(value));
	return 0;
}

static int
get_id(struct json_task *task, char **cause)
{
	const json_t *id = json_object_get(task->root, "id");
	size_t at, len;

	if (id == NULL || json_is_null(id))
		return 0;
	if (json_is_object(id) || json_is_array(id)) {
		*cause = xstrdup(N_("field \"id\" is no scalar"));
		return -1;
	}
	if (json_is_string(id) && get_text(id, "id", &task->id, cause) == -1)
		return -1;
	if (json_task_find(task, "id", &at, &len))
		task->id_text = xmemdup(task->text + at, len);
	if (task->id == NULL)
		task->id = xstrdup(task->id_text);
	return 0;
}

static int
get_url(struct json_task *task, char **cause)
{
	const json_t *url = json_object_get(task->root, "url");

	if (url == NULL)
		return 0;
	return get_text(url, "url", &task->url, cause);
}

int
json_task_parse(
    struct json_task *task, const char *text, size_t len, char **cause)
{
	memset(task, 0, sizeof *task);
	if ((task->root = load(text, len, cause)) == NULL)
		return -1;
	task->text = xmemdup(text, len);
	if (!json_is_object(task->root))
		*cause = xstrdup(N_("no JSON object"));
	else if (get_id(task, cause) == 0 && get_url(task, cause) == 0)
		return 0;
	return -1;
}

char *
json_task_value(const struct json_task *task, const char *name)
{
	const json_t *value = json_object_get(task->root, name);
	char *text = NULL, *cause = NULL;
	size_t at, len;

	if (value == NULL || json_is_null(value) || json_is_object(value) ||
	    json_is_array(value))
		return NULL;
	if (json_is_string(value)) {
		if (get_text(value, name, &text, &cause) == -1)
			free(cause);
		return text;
	}
	return json_task_find(task, name, &at, &len)
	    ? xmemdup(task->text + at, len)
	    : NULL;
}

int
json_task_text(
    const struct json_task *task, const char *name, char **text, char **cause)
{
	const json_t *value = json_object_get(task->root, name);

	*text = NULL;
	return value == NULL ? 0 : get_text(value, name, text, cause);
}

int
json_task_flag(
    const struct json_task *task, const char *name, bool *value, char **cause)
{
	const json_t *flag = json_object_get(task->root, name);

	*value = json_is_true(flag);
	if (flag == NULL || json_is_boolean(flag))
		return 0;
	*cause = xasprintf("field \"%s\" is neither true nor false", name);
	return -1;
}

void
json_task_clear(struct json_task *task)
{
	free(task->id_text);
	free(task->id);
	free(task->url);
	free(task->text);
	json_decref(task->root);
	memset(task, 0, sizeof *task);
}
