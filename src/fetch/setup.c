/*
 * From options to libcurl's options.
 */
#include "config.h"

#include "fetch/setup.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "fetch/decode.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/slist.h"
#include "input/write_out.h"

/* Bytes of the receive buffers: of one, and about those of all slots. */
#define BUFFER_LEAST 16384L
#define BUFFER_MOST  102400L
#define BUFFERS_ALL  (2L << 20)

/* The same for HTTP/2, see http2_buffer_size; less than the heap maps. */
#define HTTP2_BUFFER_MOST ((128L << 10) - 64)
#define HTTP2_BUFFERS_ALL (128L << 20)

static void
check(CURLcode code, const char *what)
{
	if (code != CURLE_OK)
		msg_die(EXIT_LOCAL, _("libcurl does not take %s: %s"), what,
		    curl_easy_strerror(code));
}

#define SET(easy, option, value)                                               \
	check(curl_easy_setopt(easy, option, value), #option)

/* In units of so many microseconds, rounded up: libcurl's 0 is no limit. */
static long
in_units(int64_t usec, int64_t unit)
{
	int64_t n = usec / unit + (usec % unit != 0);

	return n < LONG_MAX ? (long)n : LONG_MAX;
}

/* libcurl's 0 is five minutes; a day is as good as none. */
static long
connect_limit(int64_t usec)
{
	return usec != 0 ? in_units(usec, USEC_PER_MSEC) : 24L * 3600 * 1000;
}

/*
 * What is read at once: as much as the curl tool does, or fewer bytes where
 * that would be too many for all slots together.
 */
static long
buffer_size(long jobs)
{
	long size = jobs > 0 ? BUFFERS_ALL / jobs : BUFFER_MOST;

	return size > BUFFER_MOST ? BUFFER_MOST
	    : size < BUFFER_LEAST ? BUFFER_LEAST
				  : size;
}

static void
setup_limits(CURL *easy, const struct request_options *r)
{
	SET(easy, CURLOPT_TIMEOUT_MS, in_units(r->max_time, USEC_PER_MSEC));
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_limit(r->connect_timeout));
	SET(easy, CURLOPT_LOW_SPEED_LIMIT, r->speed_limit);
	/* libcurl's whole seconds, rounded up */
	SET(easy, CURLOPT_LOW_SPEED_TIME,
	    in_units(r->speed_time, USEC_PER_SEC));
	/* Else a timeout would wait for the resolver's thread. */
	SET(easy, CURLOPT_QUICK_EXIT, 1L);
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)r->max_filesize);
	SET(easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)r->limit_rate);
	SET(easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)r->limit_rate);
}

static void
setup_method(CURL *easy, const struct request_options *r)
{
	if (r->has_data) {
		SET(easy, CURLOPT_POST, 1L);
		SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->data.len);
		SET(easy, CURLOPT_POSTFIELDS,
		    r->data.data != NULL ? r->data.data : "");
	}
	if (r->head)
		SET(easy, CURLOPT_NOBODY, 1L);
	if (r->method == NULL)
		return;
	if (strcmp(r->method, "HEAD") == 0)
		SET(easy, CURLOPT_NOBODY, 1L); /* else it awaits a body */
	SET(easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static CURLcode
set_text(CURL *easy, const struct setting *setting)
{
	CURLcode code;

	/* libcurl refuses a list of none, but in the old way of saying it */
	if (setting->option == CURLOPT_REDIR_PROTOCOLS_STR &&
	    *setting->text == '\0') {
		CURL_IGNORE_DEPRECATION(
		    code = curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS, 0L);)
		return code;
	}
	return curl_easy_setopt(easy, setting->option, setting->text);
}

/* As curl: where the TLS library has no false start, there is none. */
static bool
is_dispensable(const struct setting *setting)
{
	static bool told;

	if (setting->option != CURLOPT_SSL_FALSESTART)
		return false;
	if (setting->number != 0 && !told)
		msg_warn(_("--false-start is ignored: the TLS library of "
			   "libcurl has none"));
	told = true;
	return true;
}

/* What the user set of libcurl's own, last: it is what counts. */
static void
setup_settings(CURL *easy, const struct settings *s)
{
	const struct setting *setting;
	CURLcode code;
	size_t i;

	for (i = 0; i < s->count; i++) {
		setting = &s->all[i];
		if (setting->kind == SETTING_LIST)
			code = curl_easy_setopt(
			    easy, setting->option, setting->list);
		else if (setting->kind == SETTING_TEXT)
			code = set_text(easy, setting);
		else
			code = curl_easy_setopt(
			    easy, setting->option, setting->number);
		if (code != CURLE_OK && !is_dispensable(setting))
			msg_die(EXIT_USAGE,
			    _("--%s: libcurl %s does not take it: %s"),
			    setting->name, LIBCURL_VERSION,
			    curl_easy_strerror(code));
	}
}

/*
 * As curl: what is said of servers counts for a proxy of which nothing is. A
 * libcurl that does not take it has no such proxies.
 */
static void
setup_proxy_trust(CURL *easy, const struct settings *s)
{
	static const struct {
		CURLoption server, proxy;
	} pairs[] = {
	    {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH},
	    {CURLOPT_CRLFILE, CURLOPT_PROXY_CRLFILE},
	};
	const struct setting *of;
	size_t i;

	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		of = settings_find(s, pairs[i].server);
		if (of != NULL && settings_find(s, pairs[i].proxy) == NULL)
			curl_easy_setopt(easy, pairs[i].proxy, of->text);
	}
}

/* May the environment name a proxy, or hosts that need none (libcurl-env)? */
static bool
environment_has_proxy(void)
{
	static const char *const names[] = {"http_proxy", "https_proxy",
	    "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};
	size_t i;

	static int found = -1; /* it does not change */

	if (found != -1)
		return found;
	found = false;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		found |= getenv(names[i]) != NULL;
	return found;
}

/*
 * libcurl before 8.1 puts the headers of an HTTP/2 response, 128 KiB at most,
 * into its buffer as far as they go in; the rest of larger ones takes the place
 * of the first part, or stops what comes behind. Of a buffer there is no more
 * memory than what was received at once.
 */
static long
http2_buffer_size(long jobs)
{
	long size = jobs > 0 ? HTTP2_BUFFERS_ALL / jobs : HTTP2_BUFFER_MOST;

	if (curl_version_info(CURLVERSION_NOW)->version_num >= 0x080100)
		return buffer_size(jobs);
	return size > HTTP2_BUFFER_MOST ? HTTP2_BUFFER_MOST
	    : size < BUFFER_LEAST	? BUFFER_LEAST
					: size;
}

void
setup_version(CURL *easy, const struct options *o, bool may_be_http2)
{
	const struct setting *set = settings_find(
	    &o->request.settings, CURLOPT_HTTP_VERSION);
	long version = set != NULL ? set->number : CURL_HTTP_VERSION_NONE;

	if (version == CURL_HTTP_VERSION_NONE) /* libcurl's default */
		version = CURL_HTTP_VERSION_2TLS;
	if (version >= CURL_HTTP_VERSION_2_0 && !may_be_http2)
		version = CURL_HTTP_VERSION_1_1;
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, version);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE,
	    may_be_http2 ? http2_buffer_size(o->jobs) : buffer_size(o->jobs));
}

void
setup_easy(CURL *easy, const struct options *o)
{
	const struct request_options *r = &o->request;

	/* Input lists are not trusted: nothing but HTTP, redirects too. */
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_FOLLOWLOCATION, r->location ? 1L : 0L);
	SET(easy, CURLOPT_MAXREDIRS, r->max_redirs);
	SET(easy, CURLOPT_HTTPHEADER, r->headers);
	SET(easy, CURLOPT_USERAGENT, r->user_agent);
	SET(easy, CURLOPT_REFERER, r->referer);
	SET(easy, CURLOPT_AUTOREFERER, r->auto_referer ? 1L : 0L);
	SET(easy, CURLOPT_USERPWD, r->user);
	if (r->insecure) {
		SET(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		SET(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (r->compressed) {
		/* decode.h does it */
		SET(easy, CURLOPT_ACCEPT_ENCODING, DECODE_CODINGS);
		SET(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	}
	/* Of an upload it is the beginning that is not sent. */
	if (r->upload.wanted && o->files.continue_at > 0)
		SET(easy, CURLOPT_RESUME_FROM_LARGE,
		    (curl_off_t)o->files.continue_at);
	if (o->write_out != NULL && o->write_out->certs)
		SET(easy, CURLOPT_CERTINFO, 1L);
	if (o->files.remote_time)
		SET(easy, CURLOPT_FILETIME, 1L);
	setup_method(easy, r);
	setup_limits(easy, r);
	/* libcurl would look for all of them anew for each request. */
	if (!environment_has_proxy()) {
		SET(easy, CURLOPT_PROXY, "");
		SET(easy, CURLOPT_NOPROXY, "");
	}
	/* As curl has it. */
	SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	setup_settings(easy, &r->settings);
	setup_proxy_trust(easy, &r->settings);
}

/* The task's headers, and those of the command line that it does not name. */
struct curl_slist *
setup_headers(const struct options *o, const struct overrides *task)
{
	static const char *const json[] = {
	    "Content-Type: application/json", "Accept: application/json"};
	struct curl_slist *all = NULL;
	const struct curl_slist *one;
	size_t i;

	for (one = o->request.headers; one != NULL; one = one->next)
		if (!slist_has(task->headers, one->data))
			slist_add(&all, one->data);
	slist_add_all(&all, task->headers);
	for (i = 0; i < 2 && task->is_json; i++)
		if (!slist_has(all, json[i]))
			slist_add(&all, json[i]);
	return all;
}

void
setup_headers_free(struct curl_slist *headers)
{
	curl_slist_free_all(headers);
}

static void
override_body(CURL *easy, const struct overrides *task)
{
	SET(easy, CURLOPT_NOBODY, 0L);
	SET(easy, CURLOPT_UPLOAD, 0L);
	SET(easy, CURLOPT_POST, 1L);
	if (!task->has_data)
		return;
	SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)task->data.len);
	SET(easy, CURLOPT_POSTFIELDS,
	    task->data.data != NULL ? task->data.data : "");
}

/* A method of the task's own; the command line's -I and HEAD are not its. */
static void
override_method(
    CURL *easy, const struct request_options *r, const struct overrides *task)
{
	bool is_head = strcmp(task->method, "HEAD") == 0;

	SET(easy, CURLOPT_CUSTOMREQUEST,
	    overrides_post(task) ? NULL : task->method);
	if (is_head)
		SET(easy, CURLOPT_NOBODY, 1L);
	if (is_head || task->has_data || task->form.count > 0 ||
	    (!r->head && (r->method == NULL || strcmp(r->method, "HEAD") != 0)))
		return;
	/* Then libcurl asks for a body, and forgets what to send. */
	SET(easy, CURLOPT_NOBODY, 0L);
	if (r->has_data)
		SET(easy, CURLOPT_POST, 1L);
	if (r->upload.wanted)
		SET(easy, CURLOPT_UPLOAD, 1L);
}

struct curl_slist *
setup_overrides(
    CURL *easy, const struct options *o, const struct overrides *task)
{
	struct curl_slist *headers = setup_headers(o, task);

	SET(easy, CURLOPT_HTTPHEADER, headers);
	if (task->has_data || task->form.count > 0)
		override_body(easy, task);
	if (task->method != NULL)
		override_method(easy, &o->request, task);
	if (task->user != NULL)
		SET(easy, CURLOPT_USERPWD, task->user);
	if (task->max_time != -1)
		SET(easy, CURLOPT_TIMEOUT_MS,
		    in_units(task->max_time, USEC_PER_MSEC));
	if (task->connect_timeout != -1)
		SET(easy, CURLOPT_CONNECTTIMEOUT_MS,
		    connect_limit(task->connect_timeout));
	return headers;
}

struct curl_slist *
setup_range(CURL *easy, const struct options *o, struct curl_slist *headers,
    int64_t offset, const char *validator)
{
	char *range = xasprintf("%" PRId64 "-", offset), *line;

	SET(easy, CURLOPT_RANGE, range);
	free(range);
	if (validator == NULL)
		return headers;
	if (headers == NULL)
		slist_add_all(&headers, o->request.headers);
	line = xasprintf("If-Range: %s", validator);
	slist_add(&headers, line);
	free(line);
	SET(easy, CURLOPT_HTTPHEADER, headers);
	return headers;
}
