/*
 * The table of options: what each is called, takes, sets and says in --help.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "input/post_data.h"
#include "input/template.h"

static const char *const orders[] = {"input", "completion", NULL};
static const char *const formats[] = {
    "body", "ndjson", "json", "json-seq", NULL};

static int
set_input(struct options *o, const char *value, char **cause)
{
	(void)cause;
	options_add_source(o, value, true);
	return 0;
}

static int
set_ndjson(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->format = FORMAT_NDJSON;
	return 0;
}

static int
set_json_seq(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->format = FORMAT_JSON_SEQ;
	return 0;
}

static int
set_template(struct options *o, const char *value, char **cause)
{
	if (*value == '\0') {
		*cause = xstrdup("an empty template");
		return -1;
	}
	o->template = value;
	return template_check(value, cause);
}

static int
set_ok_status(struct options *o, const char *value, char **cause)
{
	if (status_set_parse(value, &o->ok_status) == 0)
		return 0;
	*cause = xasprintf(
	    "\"%s\" is no list of statuses, as 200-399,404", value);
	return -1;
}

/* A token of RFC 9110 section 5.6.2. */
static bool
is_token(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!ascii_is_alnum(*s) &&
		    strchr("!#$%&'*+-.^_`|~", *s) == NULL)
			return false;
	return true;
}

static int
set_method(struct options *o, const char *value, char **cause)
{
	if (!is_token(value)) {
		*cause = xasprintf("\"%s\" is no method", value);
		return -1;
	}
	o->request.method = value;
	return 0;
}

/* Nothing may add a header of its own. */
static int
check_line(const char *value, char **cause)
{
	if (strpbrk(value, "\r\n") == NULL)
		return 0;
	*cause = xstrdup("a header is one line");
	return -1;
}

/* "Name: value", "Name:" (takes one away) or "Name;" (an empty value). */
static bool
is_header(const char *line)
{
	size_t len = strcspn(line, ":;");
	char *name = xmemdup(line, len);
	bool valid = is_token(name);

	free(name);
	return valid && line[len] != '\0';
}

static int
add_header(struct options *o, const char *line, char **cause)
{
	struct curl_slist *list;

	if (check_line(line, cause) == -1)
		return -1;
	if (!is_header(line)) {
		*cause = xasprintf("\"%s\" is no header, as NAME: VALUE", line);
		return -1;
	}
	if ((list = curl_slist_append(o->request.headers, line)) == NULL)
		xmalloc_exhausted();
	o->request.headers = list;
	return 0;
}

/* curl's: a header, or @FILE with one a line. */
static int
set_header(struct options *o, const char *value, char **cause)
{
	struct buf text;
	char *line, *rest;
	int result = 0;

	if (*value != '@')
		return add_header(o, value, cause);
	buf_init(&text);
	if (post_data_read(&o->request, &text, value, cause) == -1)
		result = -1;
	rest = (char *)buf_string(&text);
	while (result == 0 && (line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (*line != '\0')
			result = add_header(o, line, cause);
	}
	buf_clear(&text);
	return result;
}

static int
set_output(struct options *o, const char *value, char **cause)
{
	o->output = value;
	if (*value != '\0')
		return 0;
	*cause = xstrdup("an empty file name");
	return -1;
}

static int
set_user_agent(struct options *o, const char *value, char **cause)
{
	o->request.user_agent = value;
	return check_line(value, cause);
}

/* The default, after --fail-with-body. */
static int
set_fail(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->fail_with_body = false;
	return 0;
}

static int
set_data(struct options *o, const char *value, char **cause)
{
	return post_data_add(&o->request, value, cause);
}

static int
set_json(struct options *o, const char *value, char **cause)
{
	return post_data_add_json(&o->request, value, cause);
}

/* curl's: "URL", "URL;auto" or ";auto". */
static int
set_referer(struct options *o, const char *value, char **cause)
{
	const char *end = strstr(value, ";auto");
	size_t len = end != NULL ? (size_t)(end - value) : strlen(value);

	free(o->request.referer);
	o->request.referer = len > 0 ? xmemdup(value, len) : NULL;
	o->request.auto_referer = end != NULL;
	return check_line(value, cause);
}

static int
set_user(struct options *o, const char *value, char **cause)
{
	(void)cause;
	free(o->request.user);
	o->request.user = xstrdup(value);
	return 0;
}

#define AT(field)     .offset = offsetof(struct options, field)
#define JOBS_MAX      1000000
#define REDIRECTS_MAX 1000000
#define RETRIES_MAX   1000000

static const struct option_spec target_options[] = {
    {"input", NULL, 'i', OPTION_CUSTOM, "FILE",
	"read targets from FILE, one a line; - is stdin", .file = true,
	.set = set_input},
    {"template", NULL, 0, OPTION_CUSTOM, "URL",
	"where IDs are; {id}, {+id} raw, {} whole input", .set = set_template},
    {"task-delay", NULL, 0, OPTION_DURATION, "TIME",
	"delay of the embedded task service (default 1s)", AT(task_delay)},
    {.name = NULL},
};

static const struct option_spec concurrency_options[] = {
    {"jobs", "parallel-max", 'j', OPTION_NUMBER, "N",
	"at most N tasks at once (default 50)", AT(jobs), .min = 1,
	.max = JOBS_MAX},
    {"sequential", NULL, 0, OPTION_FLAG, NULL, "one task after the other",
	AT(sequential)},
    {"compare", NULL, 0, OPTION_FLAG, NULL,
	"run both ways and print both times", AT(compare)},
    {.name = NULL},
};

static const struct option_spec result_options[] = {
    {"format", NULL, 0, OPTION_CHOICE, "FORMAT",
	"body (default), ndjson, json or json-seq", AT(format),
	.choices = formats},
    {"ndjson", NULL, 0, OPTION_CUSTOM, NULL,
	"one JSON record a line (--format ndjson)", .set = set_ndjson},
    {"json-seq", NULL, 0, OPTION_CUSTOM, NULL,
	"RFC 7464 JSON text sequence (--format json-seq)", .set = set_json_seq},
    {"order", NULL, 0, OPTION_CHOICE, "ORDER",
	"input (default), or completion: as tasks end", AT(order),
	.choices = orders},
    {"output", NULL, 'o', OPTION_CUSTOM, "FILE",
	"write to FILE, whole or not at all", .file = true, .set = set_output},
    {"ok-status", NULL, 0, OPTION_CUSTOM, "LIST",
	"statuses that are no failure (default 100-399)", .set = set_ok_status},
    {"fail", NULL, 'f', OPTION_CUSTOM, NULL,
	"write no body of a failure, the default", .set = set_fail},
    {"fail-with-body", NULL, 0, OPTION_FLAG, NULL,
	"write the body of a failure by status too", AT(fail_with_body)},
    {.name = NULL},
};

static const struct option_spec request_options[] = {
    {"header", NULL, 'H', OPTION_CUSTOM, "HEADER",
	"send HEADER, \"Name: value\"; @FILE, @- is stdin", .set = set_header},
    {"request", NULL, 'X', OPTION_CUSTOM, "METHOD", "the request's method",
	.set = set_method},
    {"data", NULL, 'd', OPTION_CUSTOM, "DATA",
	"POST DATA as a form; @FILE, @- is stdin", .set = set_data},
    {"json", NULL, 0, OPTION_CUSTOM, "DATA",
	"POST DATA as JSON; @FILE, @- is stdin", .set = set_json},
    {"location", NULL, 'L', OPTION_FLAG, NULL, "follow redirects",
	AT(request.location)},
    {"max-redirs", NULL, 0, OPTION_NUMBER, "N",
	"redirects to follow (default 50; -1: no limit)",
	AT(request.max_redirs), .min = -1, .max = REDIRECTS_MAX},
    {"user-agent", NULL, 'A', OPTION_CUSTOM, "NAME",
	"send User-Agent NAME; \"\": none", .set = set_user_agent},
    {"referer", NULL, 'e', OPTION_CUSTOM, "URL",
	"send Referer URL; \";auto\": on redirects too", .set = set_referer},
    {"user", NULL, 'u', OPTION_CUSTOM, "USER:PASSWORD",
	"log in (basic authentication)", .set = set_user},
    {"insecure", NULL, 'k', OPTION_FLAG, NULL, "accept any TLS certificate",
	AT(request.insecure)},
    {"compressed", NULL, 0, OPTION_FLAG, NULL,
	"ask for a compressed body and decompress it", AT(request.compressed)},
    {"max-time", NULL, 'm', OPTION_DURATION, "TIME",
	"most time for one attempt (default: no limit)", AT(request.max_time)},
    {"connect-timeout", NULL, 0, OPTION_DURATION, "TIME",
	"most time to connect (default 10s)", AT(request.connect_timeout)},
    {"speed-time", NULL, 'y', OPTION_DURATION, "TIME",
	"most time below -Y (default 60s; 0: no limit)",
	AT(request.speed_time)},
    {"speed-limit", NULL, 'Y', OPTION_NUMBER, "BYTES",
	"bytes a second that are progress (default 1)", AT(request.speed_limit),
	.min = 0, .max = LONG_MAX},
    {"retry", NULL, 0, OPTION_NUMBER, "N",
	"try again up to N times after transient trouble", AT(retry), .min = 0,
	.max = RETRIES_MAX},
    {.name = NULL},
};

static const struct option_spec message_options[] = {
    {"verbose", NULL, 'v', OPTION_FLAG, NULL,
	"say on stderr when tasks start and finish", AT(verbose)},
    {"silent", NULL, 's', OPTION_FLAG, NULL,
	"no summary and no errors on stderr", AT(silent)},
    {"show-error", NULL, 'S', OPTION_FLAG, NULL,
	"errors on stderr even with --silent", AT(show_error)},
    {"no-color", NULL, 0, OPTION_FLAG, NULL, "no colours on a terminal",
	AT(no_color)},
    {"help", NULL, 'h', OPTION_FLAG, NULL, "this text", AT(help)},
    {"version", NULL, 'V', OPTION_FLAG, NULL,
	"versions of coget and its libraries", AT(version)},
    {.name = NULL},
};

const struct option_group option_groups[] = {
    {"Targets", target_options},
    {"Concurrency", concurrency_options},
    {"Results", result_options},
    {"Requests (as in curl)", request_options},
    {"Messages", message_options},
    {.heading = NULL},
};
