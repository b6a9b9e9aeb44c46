/*
 * A request: what one target asks for.
 *
 * A target that begins with { is a JSON task. Else, one made of letters,
 * digits, - and _ is an ID (but localhost is a host), and all others are
 * URLs. Where the user gives a template, a URL is told by its scheme or its
 * port: everything else is an ID, "owner/name" too.
 */
#include "config.h"

#include "input/request.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/nls.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "input/host_key.h"
#include "input/json_task.h"
#include "input/origins.h"
#include "input/output_name.h"
#include "input/overrides.h"
#include "input/template.h"

/* What of a long input its messages show. */
#define NAME_MAX_LEN 200

static bool
is_word(const char *s)
{
	for (; *s != '\0'; s++)
		if (!ascii_is_alnum(*s) && *s != '-' && *s != '_')
			return false;
	return true;
}

/* "HOST:PORT" and what may follow it. */
static bool
has_port(const char *s)
{
	size_t host = strspn(s,
	    "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	size_t port;

	if (*s == '[' && (host = strcspn(s, "]")) > 0 && s[host] == ']')
		host++;
	if (host == 0 || s[host] != ':')
		return false;
	port = strspn(s + host + 1, "0123456789");
	return port > 0 && strchr("/?#", s[host + 1 + port]) != NULL;
}

static bool
is_id(const char *s, bool has_template)
{
	if (strncmp(s, "localhost", 9) == 0 && strchr("/?#:", s[9]) != NULL)
		return false;
	if (has_template)
		return url_scheme_len(s) == 0 && !has_port(s);
	return is_word(s);
}

bool
request_begins_with_host(const char *target, bool has_template)
{
	return *target != '{' && url_scheme_len(target) == 0 &&
	    !is_id(target, has_template);
}

/* The values that a template may name. */
struct values {
	const struct request *request;
	const char *id;		      /* or NULL */
	const struct json_task *task; /* or NULL */
	char *held;		      /* the last field found; owned */
};

static bool
find_value(void *arg, const char *name, size_t len, const char **value,
    size_t *value_len)
{
	struct values *v = arg;
	char *key;

	if (len == 0) {
		*value = v->request->input;
		*value_len = v->request->input_len;
		return true;
	}
	key = xmemdup(name, len);
	free(v->held);
	v->held = NULL;
	if (v->task != NULL)
		v->held = json_task_value(v->task, key);
	else if (strcmp(key, "id") == 0)
		v->held = xstrdup(v->id);
	free(key);
	if (v->held == NULL)
		return false;
	*value = v->held;
	*value_len = strlen(v->held);
	return true;
}

/*
 * No scheme is http://, as in curl, or what the user said; but a path alone
 * names no host. Takes the text over.
 */
static char *
absolute(const struct request_rules *rules, char *url)
{
	char *whole;

	if (*url == '\0' || *url == '/' || url_scheme_len(url) != 0)
		return url;
	whole = xasprintf("%s://%s", rules->scheme, url);
	free(url);
	return whole;
}

/* Sets the URL of a request that gives none; id or task may be NULL. */
static int
expand(struct request *r, const struct request_rules *rules, const char *id,
    const struct json_task *task, char **cause)
{
	struct values values = {.request = r, .id = id, .task = task};
	const char *template = rules->template;
	struct buf url;
	int result;

	if (template == NULL) {
		template = rules->service_template(rules->arg);
		r->served_here = true;
	}
	buf_init(&url);
	result = template_expand(&url, template, find_value, &values, cause);
	if (result == 0)
		r->url = absolute(rules, xstrdup(buf_string(&url)));
	buf_clear(&url);
	free(values.held);
	return result;
}

/* The host, with a port behind it: is it an address? */
static bool
is_address(const char *host)
{
	char text[INET_ADDRSTRLEN];
	size_t len = strcspn(host, ":");
	struct in_addr v4;

	if (*host == '[')
		return true;
	if (len >= sizeof text)
		return false;
	memcpy(text, host, len);
	text[len] = '\0';
	return inet_pton(AF_INET, text, &v4) == 1;
}

/* What libcurl's parser does not say clearly enough. */
static const char *
url_problem(CURLUcode code, const char *url)
{
	if (*url == '\0')
		return N_("an empty URL");
	if (*url == '/' || code == CURLUE_NO_HOST)
		return N_("no host in the URL");
	if (strncmp(url, "http://\"", 8) == 0)
		return N_("a JSON string (jq -r prints it without quotes)");
	if (strncmp(url, "http://[{", 9) == 0 ||
	    strncmp(url, "http://[\"", 9) == 0)
		return N_("a JSON array (jq -c '.[]' prints one item a line)");
	if (strchr(url, ' ') != NULL)
		return N_("a space in the URL (%20 stands for one)");
	if (strchr(url, '\t') != NULL)
		return N_("a tab in the URL");
	/* it says so of names; memory that is not to be had ends the program */
	if (code == CURLUE_OUT_OF_MEMORY)
		return N_("a host name that is no UTF-8, or no name");
	return curl_url_strerror(code);
}

/* The URL that the parser holds is the request's now. */
static CURLUcode
take_url(struct request *r, CURLU *parser)
{
	char *url = NULL;
	CURLUcode code = curl_url_get(parser, CURLUPART_URL, &url, 0);

	if (code == CURLUE_OK) {
		free(r->url);
		r->url = xstrdup(url);
	}
	curl_free(url);
	return code;
}

/* curl's -G and --url-query: more for the query of the URL. */
static CURLUcode
add_query(struct request *r, CURLU *parser, const char *query)
{
	CURLUcode code = curl_url_set(
	    parser, CURLUPART_QUERY, query, CURLU_APPENDQUERY);

	return code == CURLUE_OK ? take_url(r, parser) : code;
}

/* curl's -T: a URL that ends in / gets the name of the file. */
static CURLUcode
add_filename(struct request *r, CURLU *parser, const char *name)
{
	char *path = NULL, *escaped, *longer;
	CURLUcode code = curl_url_get(parser, CURLUPART_PATH, &path, 0);
	size_t len = code == CURLUE_OK ? strlen(path) : 0;

	if (len > 0 && path[len - 1] == '/') {
		if ((escaped = curl_easy_escape(NULL, name, 0)) == NULL)
			xmalloc_exhausted();
		longer = xasprintf("%s%s", path, escaped);
		code = curl_url_set(parser, CURLUPART_PATH, longer, 0);
		if (code == CURLUE_OK)
			code = take_url(r, parser);
		free(longer);
		curl_free(escaped);
	}
	curl_free(path);
	return code;
}

static bool
has_user(CURLU *parser)
{
	char *user = NULL;
	bool found = curl_url_get(parser, CURLUPART_USER, &user, 0) ==
	    CURLUE_OK;

	curl_free(user);
	return found;
}

/* Does a JSON task send its own, not the file of -T? */
static bool
has_body(const struct request *r)
{
	return r->overrides != NULL &&
	    (r->overrides->has_data || r->overrides->form.count > 0);
}

/* The URL differs from one that libcurl has taken in its path only. */
static bool
find_origin(struct request *r, const struct request_rules *rules)
{
	const struct origin *origin;

	if (rules->origins == NULL || rules->query != NULL ||
	    rules->filename != NULL)
		return false;
	origin = origins_find(rules->origins, r->url);
	if (origin == NULL)
		return false;
	r->host = xstrdup(origin->key);
	r->host_is_name = origin->is_name;
	return true;
}

/* Does libcurl take the URL, and may we? Sets host and host_is_name. */
static int
parse_url(struct request *r, const struct request_rules *rules, char **cause)
{
	CURLU *parser = curl_url();
	char *scheme = NULL;
	CURLUcode code;
	int result = -1;

	if (parser == NULL)
		xmalloc_exhausted();
	code = curl_url_set(
	    parser, CURLUPART_URL, r->url, CURLU_NON_SUPPORT_SCHEME);
	if (code == CURLUE_OK && rules->filename != NULL && !has_body(r))
		code = add_filename(r, parser, rules->filename);
	if (code == CURLUE_OK && rules->query != NULL)
		code = add_query(r, parser, rules->query);
	if (code == CURLUE_OK)
		code = curl_url_get(parser, CURLUPART_SCHEME, &scheme, 0);
	if (code == CURLUE_OK && strcmp(scheme, "http") != 0 &&
	    strcmp(scheme, "https") != 0)
		*cause = xasprintf(
		    "%s:// is neither http:// nor https://", scheme);
	else if (code == CURLUE_OK &&
	    (r->host = host_key(parser, &code)) != NULL) {
		r->host_is_name = !is_address(
		    r->host + url_scheme_len(r->host));
		r->has_login = strchr(r->url, '@') != NULL && has_user(parser);
		if (rules->origins != NULL)
			origins_add(
			    rules->origins, r->url, r->host, r->host_is_name);
		result = 0;
	}
	if (code != CURLUE_OK)
		*cause = xstrdup(url_problem(code, r->url));
	curl_free(scheme);
	curl_url_cleanup(parser);
	return result;
}

static int
check_url(struct request *r, const struct request_rules *rules, char **cause)
{
	return find_origin(r, rules) ? 0 : parse_url(r, rules, cause);
}

bool
request_is_own(const struct request *r)
{
	return has_body(r) ||
	    (r->overrides != NULL && r->overrides->method != NULL &&
		strcmp(r->overrides->method, "HEAD") != 0);
}

void
request_put_name(const struct request *r, struct buf *to)
{
	const char *text = r->label != NULL ? r->label : r->input;
	size_t len, start = to->len;
	struct buf shown;

	buf_init(&shown);
	url_redact(&shown, text, strlen(text));
	len = shown.len < NAME_MAX_LEN ? shown.len : NAME_MAX_LEN;
	utf8_printable(to, shown.data, len);
	if (shown.len > len)
		buf_puts(to, "...");
	if (to->len == start)
		buf_puts(to, "\"\"");
	buf_clear(&shown);
}

static char *
json_text(const char *s)
{
	struct buf text;
	char *result;

	buf_init(&text);
	json_put_string(&text, s, strlen(s));
	result = xstrdup(buf_string(&text));
	buf_clear(&text);
	return result;
}

/* A valid JSON text as it can stand in a record; the caller's to free. */
static char *
one_line(const char *s, size_t len, size_t *line_len)
{
	struct buf line;
	char *result;

	buf_init(&line);
	json_put_line(&line, s, len);
	*line_len = line.len;
	result = xmemdup(line.data, line.len);
	buf_clear(&line);
	return result;
}

/*
 * Of what looks like JSON and is not read, nobody knows where a password
 * stands.
 */
static void
hide_input(struct request *r)
{
	const char *s = r->input;

	if (*s != '{' && strncmp(s, "[{", 2) != 0 &&
	    (*s != '"' || strstr(s, "\":") == NULL))
		return;
	s = *s == '{' ? "{..." : *s == '[' ? "[..." : "\"...";
	free(r->input);
	r->input = xstrdup(s);
	r->input_len = strlen(s);
}

/* The input is an object, which is shown without its secrets. */
static void
show_json(struct request *r, const struct json_task *task)
{
	struct buf text;

	buf_init(&text);
	overrides_redact(&text, task);
	free(r->input);
	r->input = one_line(text.data, text.len, &r->input_len);
	r->input_is_json = true;
	buf_clear(&text);
}

/* What it is called, whatever else is wrong with it. */
static void
name_json(struct request *r, const struct json_task *task)
{
	size_t len;

	if (task->id_text != NULL)
		r->id_text = one_line(
		    task->id_text, strlen(task->id_text), &len);
	if (task->id != NULL && *task->id != '\0')
		r->label = xstrdup(task->id);
	else if (task->url != NULL && *task->url != '\0')
		r->label = xstrdup(task->url);
}

/* The request that a JSON task describes. */
static int
take_json(struct request *r, const struct request_rules *rules,
    struct json_task *task, char **cause)
{
	if (overrides_read(task, &r->overrides, cause) == -1 ||
	    (rules->shield &&
		json_task_flag(task, "shield", &r->is_shielded, cause) == -1))
		return -1;
	if (task->url != NULL) {
		r->url = absolute(rules, xstrdup(task->url));
		return 0;
	}
	if (task->id != NULL && *task->id == '\0')
		*cause = xstrdup(N_("an empty id and no \"url\""));
	else if (task->id == NULL && rules->template == NULL)
		*cause = xstrdup(N_("neither \"url\" nor \"id\""));
	else
		return expand(r, rules, task->id, task, cause);
	return -1;
}

static int
parse_text(struct request *r, const struct request_rules *rules, char **cause)
{
	if (r->input_len == 0) {
		*cause = xstrdup(N_("an empty target"));
		return -1;
	}
	if (strlen(r->input) != r->input_len) {
		*cause = xstrdup(N_("a NUL byte in the target"));
		return -1;
	}
	if (is_id(r->input, rules->template != NULL)) {
		r->id_text = json_text(r->input);
		return expand(r, rules, r->input, NULL, cause);
	}
	r->url = absolute(rules, xstrdup(r->input));
	return 0;
}

static struct request *
request_new(const char *text, size_t len)
{
	struct request *r = xcalloc(1, sizeof *r);

	r->input = xmemdup(text, len);
	r->input_len = len;
	list_init(&r->waiting);
	return r;
}

static void
set_problem(struct request *r, const char *place, const char *problem)
{
	free(r->url);
	r->url = NULL;
	r->problem = place != NULL ? xasprintf("%s: %s", place, problem)
				   : xstrdup(problem);
}

/* What the request is, by its text, or by the task that was read of it. */
static int
understand(struct request *r, const struct request_rules *rules,
    struct json_task *task, char **cause)
{
	int result = task != NULL ? take_json(r, rules, task, cause)
				  : parse_text(r, rules, cause);

	if (result == -1 || check_url(r, rules, cause) == -1)
		return -1;
	return output_name_set(r, rules->files, task, cause);
}

struct request *
request_parse(const struct request_rules *rules, size_t index, const char *text,
    size_t len, const char *place)
{
	struct request *r = request_new(text, len);
	struct json_task task;
	char *cause = NULL;
	int result;

	r->index = index;
	if (len > 0 && *text == '{') {
		result = json_task_parse(&task, r->input, r->input_len, &cause);
		if (task.root != NULL) {
			show_json(r, &task);
			name_json(r, &task);
		}
		if (result == 0)
			result = understand(r, rules, &task, &cause);
		json_task_clear(&task);
	} else
		result = understand(r, rules, NULL, &cause);
	if (result == -1) {
		if (!r->input_is_json)
			hide_input(r);
		set_problem(r, place, cause);
	}
	free(cause);
	return r;
}

struct request *
request_invalid(size_t index, const char *text, size_t len, const char *place,
    const char *problem)
{
	struct request *r = request_new(text, len);

	r->index = index;
	hide_input(r);
	set_problem(r, place, problem);
	return r;
}

void
request_free(struct request *r)
{
	if (r == NULL)
		return;
	free(r->input);
	free(r->id_text);
	free(r->label);
	free(r->url);
	free(r->host);
	free(r->file);
	free(r->problem);
	overrides_free(r->overrides);
	free(r);
}
