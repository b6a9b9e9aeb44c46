/*
 * Names of output files.
 */
#include "config.h"

#include "input/output_name.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/fnv.h"
#include "base/nls.h"
#include "base/url.h"
#include "base/xmalloc.h"
#include "input/file_name.h"
#include "input/json_task.h"
#include "input/options.h"
#include "input/request.h"

/* Where a URL names no file: as curl does from 8.11 on. */
static const char unnamed[] = "curl_response";

/* {index:6} is filled with zeros to so many digits, at most. */
#define WIDTH_MAX 20

/*
 * A field at "{", perhaps with a width behind a colon; its length without the
 * braces, 0: it is none.
 */
static size_t
field_len(const char *s)
{
	size_t len = 1;

	while (ascii_is_alnum(s[len]) || s[len] == '_' || s[len] == '-')
		len++;
	if (s[len] == ':' && len > 1) {
		len++;
		while (ascii_is_digit(s[len]))
			len++;
	}
	return s[len] == '}' ? len - 1 : 0;
}

/* The width of a field that is an index; -1: it is none. */
static int
index_width(const char *field)
{
	const char name[] = "index";
	long width;

	if (strncmp(field, name, strlen(name)) != 0)
		return -1;
	field += strlen(name);
	if (*field == '\0')
		return 0;
	width = *field == ':' ? strtol(field + 1, NULL, 10) : 0;
	return width > 0 && width <= WIDTH_MAX ? (int)width : -1;
}

const char *
output_name_field(const char *text)
{
	for (; (text = strchr(text, '{')) != NULL; text++)
		if (field_len(text) > 0)
			break;
	return text;
}

bool
output_name_valid(const char *text)
{
	size_t len;

	while ((text = strpbrk(text, "{}")) != NULL) {
		len = *text == '{' ? field_len(text) : 0;
		if (len == 0)
			return false;
		text += len + 2;
	}
	return true;
}

/* The path of the URL: from its first / behind the host, to ? or #. */
static const char *
url_path(const char *url, size_t *len)
{
	const char *path = url + url_scheme_len(url);

	path += strcspn(path, "/?#");
	*len = strcspn(path, "?#");
	return path;
}

/* The last part of the path that is not empty. */
static const char *
url_name(const char *url, size_t *len)
{
	const char *path, *end;

	path = url_path(url, len);
	end = path + *len;
	while (end > path && end[-1] == '/')
		end--;
	*len = 0;
	while (end > path && end[-1] != '/') {
		end--;
		++*len;
	}
	return end;
}

/* Of a request's "http://host:80": the host. */
static const char *
host_name(const struct request *r, size_t *len)
{
	const char *host = r->host + url_scheme_len(r->host);

	*len = (size_t)(strrchr(host, ':') - host);
	return host;
}

/* What the field of that name holds, appended; false: nobody knows it. */
static bool
put_field(struct buf *to, const struct request *r, const struct json_task *task,
    const char *field)
{
	const char *text = NULL, *dot;
	char *value;
	size_t len;

	if (task != NULL && (value = json_task_value(task, field)) != NULL) {
		file_name_put(to, value, strlen(value));
		free(value);
		return true;
	}
	if (index_width(field) != -1) {
		buf_printf(to, "%0*zu", index_width(field), r->index);
		return true;
	}
	if (strcmp(field, "hash") == 0) {
		buf_printf(to, "%016" PRIx64,
		    fnv_of(FNV_BASIS, r->url, strlen(r->url)));
		return true;
	}
	if (strcmp(field, "path") == 0) {
		text = url_path(r->url, &len);
		file_name_put_path(to, text, len);
		return true;
	}
	if (strcmp(field, "id") == 0 && task == NULL && r->id_text != NULL) {
		text = r->input;
		len = r->input_len;
	} else if (strcmp(field, "host") == 0)
		text = host_name(r, &len);
	else if (strcmp(field, "name") == 0)
		text = url_name(r->url, &len);
	else if (strcmp(field, "ext") == 0) {
		text = url_name(r->url, &len);
		dot = len > 0 ? memrchr(text + 1, '.', len - 1) : NULL;
		len = dot != NULL ? (size_t)(text + len - dot - 1) : 0;
		text = dot != NULL ? dot + 1 : text;
	}
	if (text != NULL)
		file_name_put(to, text, len);
	return text != NULL;
}

static int
expand(struct buf *to, const char *template, const struct request *r,
    const struct json_task *task, char **cause)
{
	char *field;
	size_t len;
	bool known;

	for (; *template != '\0'; template += len) {
		len = *template == '{' ? field_len(template) : 0;
		if (len == 0) {
			buf_putc(to, *template);
			len = 1;
			continue;
		}
		field = xmemdup(template + 1, len);
		known = put_field(to, r, task, field);
		if (!known)
			*cause = xasprintf(
			    "no \"%s\" for the name of its file", field);
		free(field);
		if (!known)
			return -1;
		len += 2;
	}
	return 0;
}

/* Takes the text, and makes it safe. */
static int
finish(struct request *r, const char *text, size_t len, char **cause)
{
	r->file = file_name_finish(text, len);
	if (r->file != NULL)
		return 0;
	*cause = xstrdup(N_("nothing is left of the name of its file"));
	return -1;
}

/* The path without parts that say nothing, so that one file has one name. */
static char *
plain_path(const char *all)
{
	struct buf plain;
	const char *path = all, *slash;
	char *result;

	buf_init(&plain);
	if (*path == '/')
		buf_putc(&plain, '/');
	for (; *path != '\0'; path = *slash != '\0' ? slash + 1 : slash) {
		slash = strchrnul(path, '/');
		if (slash == path || (slash - path == 1 && *path == '.'))
			continue;
		buf_append(&plain, path, (size_t)(slash - path));
		if (*slash != '\0')
			buf_putc(&plain, '/');
	}
	result = xstrdup(plain.len > 0 ? buf_string(&plain) : all);
	buf_clear(&plain);
	return result;
}

/*
 * The task's own word. It is as good as the command line's, but not where the
 * user says which directory it is.
 */
static int
take_output(struct request *r, const struct file_options *o, const char *path,
    char **cause)
{
	const char *part, *slash;

	if (*path == '\0') {
		*cause = xstrdup(N_("field \"output\" is empty"));
		return -1;
	}
	r->file_is_own = true;
	r->file_base = o->dir == NULL ? FILE_ANYWHERE : FILE_BELOW_DIR;
	for (part = path; o->dir != NULL; part = slash + 1) {
		slash = strchrnul(part, '/');
		if (slash == path ||
		    (slash - part == 2 && strncmp(part, "..", 2) == 0)) {
			*cause = xstrdup(
			    N_("field \"output\" leads out of --output-dir"));
			return -1;
		}
		if (*slash == '\0')
			break;
	}
	r->file = plain_path(path);
	return 0;
}

int
output_name_set(struct request *r, const struct file_options *o,
    const struct json_task *task, char **cause)
{
	char *output = NULL;
	struct buf text;
	const char *name;
	size_t len;
	int result;

	if (task != NULL &&
	    json_task_text(task, "output", &output, cause) == -1)
		return -1;
	if (output != NULL) {
		result = take_output(r, o, output, cause);
		free(output);
		return result;
	}
	if (o->template != NULL) {
		buf_init(&text);
		result = expand(&text, o->template, r, task, cause);
		if (result == 0)
			result = finish(r, text.data, text.len, cause);
		buf_clear(&text);
		return result;
	}
	if (o->single != NULL) {
		r->file = xstrdup(o->single);
		r->file_base = FILE_ANYWHERE;
	}
	if (o->single != NULL || !o->remote_name)
		return 0;
	name = url_name(r->url, &len);
	if (len == 0)
		return finish(r, unnamed, strlen(unnamed), cause);
	buf_init(&text);
	file_name_put(&text, name, len);
	result = finish(r, text.data, text.len, cause);
	buf_clear(&text);
	return result;
}
