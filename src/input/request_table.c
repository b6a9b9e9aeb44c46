/*
 * The table, continued: what is sent, and for how long.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <curl/curl.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/once.h"
#include "input/option_rows.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/post_data.h"
#include "input/slist.h"

static int
set_method(struct options *o, const char *value, char **cause)
{
	if (!is_token(value)) {
		*cause = xasprintf(_("\"%s\" is no method"), value);
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
	*cause = xstrdup(_("a header is one line"));
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

/* As curl: what is empty is none, and in a file, what # begins. */
static bool
is_no_header(const char *line, bool in_file)
{
	return *line == '\0' ||
	    (in_file && *line == '#' && strchr(line, ':') == NULL);
}

/* Where a header goes. */
typedef void put_header(struct options *o, const char *line);

static int
add_header(struct options *o, put_header *put, const char *line, char **cause)
{
	if (check_line(line, cause) == -1)
		return -1;
	if (!is_header(line)) {
		/* It may be a password: it is not shown. */
		*cause = xstrdup(_("the value is no header, as NAME: VALUE"));
		return -1;
	}
	put(o, line);
	return 0;
}

static void
put_own(struct options *o, const char *line)
{
	slist_add(&o->request.headers, line);
}

static void
put_proxy(struct options *o, const char *line)
{
	settings_add(
	    &o->request.settings, "proxy-header", CURLOPT_PROXYHEADER, line);
}

/* curl's: a header, or @FILE with one a line. */
static int
take_headers(
    struct options *o, put_header *put, const char *value, char **cause)
{
	struct buf text;
	char *line, *rest;
	int result = 0;

	if (is_no_header(value, false))
		return 0;
	if (*value != '@')
		return add_header(o, put, value, cause);
	buf_init(&text);
	if (post_data_read(&o->request, &text, value, cause) == -1)
		result = -1;
	rest = (char *)buf_string(&text);
	while (result == 0 && (line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (!is_no_header(line, true))
			result = add_header(o, put, line, cause);
	}
	buf_clear(&text);
	return result;
}

static int
set_header(struct options *o, const char *value, char **cause)
{
	return take_headers(o, put_own, value, cause);
}

int
option_set_proxy_header(struct options *o, const char *value, char **cause)
{
	return take_headers(o, put_proxy, value, cause);
}

static int
set_user_agent(struct options *o, const char *value, char **cause)
{
	o->request.user_agent = value;
	return check_line(value, cause);
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

static int
set_data_raw(struct options *o, const char *value, char **cause)
{
	return post_data_add_raw(&o->request, value, cause);
}

static int
set_data_binary(struct options *o, const char *value, char **cause)
{
	return post_data_add_binary(&o->request, value, cause);
}

static int
set_data_urlencode(struct options *o, const char *value, char **cause)
{
	return post_data_add_urlencoded(&o->request, value, cause);
}

static int
set_url_query(struct options *o, const char *value, char **cause)
{
	return post_data_add_query(&o->request, value, cause);
}

static int
add_cookie_file(struct request_options *r, const char *name, char **cause)
{
	if (once_is_stdin(name))
		r->stdin_use = "-b -";
	if (cookie_files_add(&r->cookie_files, name, cause) == 0)
		return 0;
	r->file_failed = true;
	return -1;
}

/* curl's: what holds a = is cookies, else, or with an @, a file of them. */
static int
set_cookie(struct options *o, const char *value, char **cause)
{
	struct request_options *r = &o->request;
	const struct setting *old;
	char *all;

	if (*value == '@' || strchr(value, '=') == NULL)
		return add_cookie_file(r, value + (*value == '@'), cause);
	old = settings_find(&r->settings, CURLOPT_COOKIE);
	all = old != NULL ? xasprintf("%s;%s", old->text, value)
			  : xstrdup(value);
	settings_text(&r->settings, "cookie", CURLOPT_COOKIE, all);
	free(all);
	return check_line(value, cause);
}

static int
set_cookie_jar(struct options *o, const char *value, char **cause)
{
	if (*value == '\0' || strcmp(value, "-") == 0) {
		*cause = xstrdup(_("it needs the name of a file"));
		return -1;
	}
	o->request.cookie_jar = value;
	return 0;
}

static int
set_form(struct options *o, const char *value, char **cause)
{
	return form_add(&o->request, value, cause);
}

static int
set_form_string(struct options *o, const char *value, char **cause)
{
	return form_add_string(&o->request, value, cause);
}

static int
set_upload(struct options *o, const char *value, char **cause)
{
	if (once_is_stdin(value) || strcmp(value, ".") == 0)
		o->request.stdin_use = "-T -";
	if (upload_open(&o->request.upload, value, cause) == 0)
		return 0;
	o->request.file_failed = true;
	return -1;
}

/*
 * curl's: a date or a file's, before which (or with -, after) not. Where there
 * is neither, there is no condition: the file may be what is fetched first.
 */
static int
set_time_cond(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;
	long condition = CURL_TIMECOND_IFMODSINCE;
	struct stat st;
	time_t when;

	(void)cause;
	if (*value == '-')
		condition = CURL_TIMECOND_IFUNMODSINCE;
	else if (*value == '=')
		condition = CURL_TIMECOND_LASTMOD;
	if (strchr("+-=", *value) != NULL && *value != '\0')
		value++;
	when = curl_getdate(value, NULL);
	if (when == -1 && stat(value, &st) == 0)
		when = st.st_mtime;
	if (when == -1) {
		msg_warn(_("--time-cond: \"%s\" is no date and no file: "
			   "everything is wanted"),
		    value);
		settings_drop(s, CURLOPT_TIMECONDITION);
		settings_drop(s, CURLOPT_TIMEVALUE);
		return 0;
	}
	settings_number(
	    s, "time-cond", CURLOPT_TIMECONDITION, condition, false);
	settings_number(s, "time-cond", CURLOPT_TIMEVALUE, (long)when, false);
	return 0;
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

#define AT(field) .offset = offsetof(struct options, field)

const struct option_spec request_options[] = {
    {"header", NULL, 'H', OPTION_CUSTOM, "HEADER",
	N_("send HEADER, \"Name: value\"; @FILE, @- is stdin"),
	.set = set_header, .secrecy = SECRECY_HEADER},
    {"request", NULL, 'X', OPTION_CUSTOM, "METHOD", N_("the request's method"),
	.set = set_method},
    {"data", "data-ascii", 'd', OPTION_CUSTOM, "DATA",
	N_("POST DATA as a form; @FILE, @- is stdin"), .set = set_data},
    {"data-raw", NULL, 0, OPTION_CUSTOM, "DATA", N_("the same, but @ is none"),
	.set = set_data_raw},
    {"data-binary", NULL, 0, OPTION_CUSTOM, "DATA",
	N_("the same, but a file byte for byte"), .set = set_data_binary},
    {"data-urlencode", NULL, 0, OPTION_CUSTOM, "DATA",
	N_("the same, percent-encoded; NAME=..., NAME@FILE"),
	.set = set_data_urlencode},
    {"form", NULL, 'F', OPTION_CUSTOM, "NAME=CONTENT",
	N_("POST a multipart form; NAME=@FILE"), .set = set_form},
    {"form-string", NULL, 0, OPTION_CUSTOM, "NAME=STRING",
	N_("the same, with a string as it is"), .set = set_form_string},
    {"form-escape", NULL, 0, OPTION_LIBCURL, NULL,
	N_("escape the names of parts with backslashes"),
	.setting = SETTING_FLAG, .curl = CURLOPT_MIME_OPTIONS,
	.on = CURLMIMEOPT_FORMESCAPE},
    {"upload-file", NULL, 'T', OPTION_CUSTOM, "FILE",
	N_("PUT FILE; - is stdin"), .set = set_upload, .file = true},
    {"get", NULL, 'G', OPTION_FLAG, NULL, N_("put the data into the URL"),
	AT(request.get)},
    {"url-query", NULL, 0, OPTION_CUSTOM, "DATA",
	N_("more for the URL's query, percent-encoded"), .set = set_url_query},
    {"head", NULL, 'I', OPTION_FLAG, NULL, N_("ask for the headers alone"),
	AT(request.head)},
    {"cookie", NULL, 'b', OPTION_CUSTOM, "DATA",
	N_("send cookies \"NAME=VALUE\", or a file's"), .secrecy = SECRECY_ALL,
	.set = set_cookie},
    {"cookie-jar", NULL, 'c', OPTION_CUSTOM, "FILE",
	N_("write the cookies that came to FILE"), .set = set_cookie_jar,
	.file = true},
    {"junk-session-cookies", NULL, 0, OPTION_LIBCURL, NULL,
	N_("leave out the session cookies of -b FILE"), .setting = SETTING_FLAG,
	.curl = CURLOPT_COOKIESESSION, .on = 1},
    {"cookie-share", NULL, 0, OPTION_FLAG, NULL,
	N_("one jar of cookies for all tasks"), AT(request.cookie_share)},
    {"json", NULL, 0, OPTION_CUSTOM, "DATA",
	N_("POST DATA as JSON; @FILE, @- is stdin"), .set = set_json},
    {"user-agent", NULL, 'A', OPTION_CUSTOM, "NAME",
	N_("send User-Agent NAME; \"\": none"), .set = set_user_agent},
    {"referer", NULL, 'e', OPTION_CUSTOM, "URL",
	N_("send Referer URL; \";auto\": on redirects too"), .set = set_referer,
	.secrecy = SECRECY_URL},
    {"compressed", NULL, 0, OPTION_FLAG, NULL,
	N_("ask for a compressed body and decompress it"),
	AT(request.compressed)},
    {"time-cond", NULL, 'z', OPTION_CUSTOM, "DATE",
	N_("only what is newer than DATE or a file"), .set = set_time_cond},
    {"max-filesize", NULL, 0, OPTION_SIZE, "BYTES",
	N_("no body larger than that, decompressed"), AT(request.max_filesize)},
    {"limit-rate", NULL, 0, OPTION_SIZE, "SPEED",
	N_("at most so many bytes a second for each task"),
	AT(request.limit_rate)},
    {"max-time", NULL, 'm', OPTION_DURATION, "TIME",
	N_("most time for one attempt (default: no limit)"),
	AT(request.max_time)},
    {"connect-timeout", NULL, 0, OPTION_DURATION, "TIME",
	N_("most time to connect (default 10s)"), AT(request.connect_timeout)},
    {"speed-time", NULL, 'y', OPTION_DURATION, "TIME",
	N_("most time below -Y (default 60s; 0: no limit)"),
	AT(request.speed_time)},
    {"speed-limit", NULL, 'Y', OPTION_NUMBER, "BYTES",
	N_("bytes a second that are progress (default 1)"),
	AT(request.speed_limit), .min = 0, .max = LONG_MAX},
    {.name = NULL},
};
