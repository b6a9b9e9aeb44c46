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
#include "base/redact.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "input/json_task.h"
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
		return strstr(s, "://") == NULL && !has_port(s);
	return is_word(s);
}

/* The values that a template may name. */
struct values {
	const struct request *request;
	const char *id; /* or NULL */
};

static bool
find_value(void *arg, const char *name, size_t len, const char **value,
    size_t *value_len)
{
	const struct values *v = arg;

	if (len == 0) {
		*value = v->request->input;
		*value_len = v->request->input_len;
		return true;
	}
	if (len != 2 || memcmp(name, "id", 2) != 0 || v->id == NULL)
		return false;
	*value = v->id;
	*value_len = strlen(v->id);
	return true;
}

/* Sets the URL of a request that has an ID. */
static int
expand_id(struct request *r, const struct request_rules *rules, const char *id,
    char **cause)
{
	struct values values = {r, id};
	const char *template = rules->template;
	struct buf url;

	if (template == NULL) {
		template = rules->service_template(rules->arg);
		r->served_here = true;
	}
	buf_init(&url);
	if (template_expand(&url, template, find_value, &values, cause) == -1) {
		buf_clear(&url);
		return -1;
	}
	r->url = xstrdup(buf_string(&url));
	buf_clear(&url);
	return 0;
}

/* No scheme is http://, as in curl. */
static char *
absolute(const char *url)
{
	if (strstr(url, "://") != NULL)
		return xstrdup(url);
	return xasprintf("http://%s", url);
}

static bool
is_address(const char *host)
{
	struct in_addr v4;

	return *host == '[' || inet_pton(AF_INET, host, &v4) == 1;
}

/* What libcurl's parser does not say clearly enough. */
static const char *
url_problem(CURLUcode code, const char *url)
{
	if (*url == '\0' || strcmp(url, "http://") == 0)
		return "an empty URL";
	if (strchr(url, ' ') != NULL)
		return "a space in the URL (%20 stands for one)";
	return curl_url_strerror(code);
}

/* Does libcurl take the URL, and may we? Sets host_is_name. */
static int
check_url(struct request *r, char **cause)
{
	CURLU *parser = curl_url();
	char *scheme = NULL, *host = NULL;
	CURLUcode code;
	int result = -1;

	if (parser == NULL)
		xmalloc_exhausted();
	code = curl_url_set(
	    parser, CURLUPART_URL, r->url, CURLU_NON_SUPPORT_SCHEME);
	if (code == CURLUE_OK)
		code = curl_url_get(parser, CURLUPART_SCHEME, &scheme, 0);
	if (code == CURLUE_OK && strcmp(scheme, "http") != 0 &&
	    strcmp(scheme, "https") != 0)
		*cause = xasprintf(
		    "%s:// is neither http:// nor https://", scheme);
	else if (code == CURLUE_OK &&
	    (code = curl_url_get(parser, CURLUPART_HOST, &host, 0)) ==
		CURLUE_OK) {
		r->host_is_name = !is_address(host);
		result = 0;
	}
	if (code != CURLUE_OK)
		*cause = xstrdup(url_problem(code, r->url));
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parser);
	return result;
}

/*
 * What messages call the task: printable, without a password, not long. Each
 * request has a name from its start; a better one replaces it.
 */
static void
set_name(struct request *r, const char *text)
{
	struct buf shown, name;
	size_t len;

	buf_init(&shown);
	buf_init(&name);
	redact_url(&shown, text);
	len = shown.len < NAME_MAX_LEN ? shown.len : NAME_MAX_LEN;
	utf8_printable(&name, shown.data, len);
	if (shown.len > len)
		buf_puts(&name, "...");
	free(r->name);
	r->name = xstrdup(buf_string(&name));
	buf_clear(&name);
	buf_clear(&shown);
}

static char *
json_text(const char *s)
{
	struct buf text;
	char *result;

	buf_init(&text);
	json_string(&text, s, strlen(s));
	result = xstrdup(buf_string(&text));
	buf_clear(&text);
	return result;
}

/*
 * A valid JSON text has line ends only as white space; without them it can
 * stand in a record of one line.
 */
static void
join_lines(char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
}

static int
parse_json(struct request *r, const struct request_rules *rules, char **cause)
{
	struct json_task task;
	int result = 0;

	if (json_task_parse(&task, r->input, r->input_len, cause) == -1)
		return -1;
	r->input_is_json = true;
	join_lines(r->input, r->input_len);
	r->id_text = task.id_text;
	task.id_text = NULL;
	if (task.id != NULL)
		set_name(r, task.id);
	else if (task.url != NULL)
		set_name(r, task.url);
	if (task.url != NULL)
		r->url = absolute(task.url);
	else if (task.id != NULL)
		result = expand_id(r, rules, task.id, cause);
	else {
		*cause = xstrdup("neither \"url\" nor \"id\"");
		result = -1;
	}
	json_task_clear(&task);
	return result;
}

static int
parse_text(struct request *r, const struct request_rules *rules, char **cause)
{
	if (r->input_len == 0) {
		*cause = xstrdup("an empty target");
		return -1;
	}
	if (strlen(r->input) != r->input_len) {
		*cause = xstrdup("a NUL byte in the target");
		return -1;
	}
	if (is_id(r->input, rules->template != NULL)) {
		r->id_text = json_text(r->input);
		return expand_id(r, rules, r->input, cause);
	}
	r->url = absolute(r->input);
	return 0;
}

static struct request *
request_new(const char *text, size_t len)
{
	struct request *r = xcalloc(1, sizeof *r);

	r->input = xmemdup(text, len);
	r->input_len = len;
	set_name(r, r->input);
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

struct request *
request_parse(const struct request_rules *rules, const char *text, size_t len,
    const char *place)
{
	struct request *r = request_new(text, len);
	char *cause = NULL;
	int result;

	if (len > 0 && *text == '{')
		result = parse_json(r, rules, &cause);
	else
		result = parse_text(r, rules, &cause);
	if (result == -1 || check_url(r, &cause) == -1)
		set_problem(r, place, cause);
	free(cause);
	return r;
}

struct request *
request_invalid(
    const char *text, size_t len, const char *place, const char *problem)
{
	struct request *r = request_new(text, len);

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
	free(r->name);
	free(r->url);
	free(r->problem);
	free(r);
}
