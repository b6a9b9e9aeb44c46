/*
 * --as curl.
 *
 * What libcurl itself is told is in the settings, each in the name of an
 * option that is curl's, too: the table of options says how it is written.
 */
#include "config.h"

#include "report/as_curl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"
#include "report/asked.h"

/* curl's own, where it is not told. */
#define CURL_REDIRECTS 50

/* A longer argument would be too long for some systems. */
#define ARGUMENT_MOST 100000

/* Of an upload from stdin. */
#define CHUNK 16384

struct command {
	struct buf *to;
	struct buf input; /* what it reads from stdin; for printf */
	bool reads;	  /* it does */
};

/* A word of sh: quoted, where it must be. */
static void
put_word(struct buf *to, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789@%+=:,./_-";

	if (*s != '\0' && s[strspn(s, plain)] == '\0') {
		buf_puts(to, s);
		return;
	}
	buf_putc(to, '\'');
	for (; *s != '\0'; s++)
		if (*s == '\'')
			buf_puts(to, "'\\''");
		else
			buf_putc(to, *s);
	buf_putc(to, '\'');
}

static void
put_option(struct command *c, const char *option, const char *value)
{
	buf_putc(c->to, ' ');
	buf_puts(c->to, option);
	if (value == NULL)
		return;
	buf_putc(c->to, ' ');
	put_word(c->to, value);
}

static void
put_long(struct command *c, const char *name, const char *value)
{
	char *option = xasprintf("--%s", name);

	put_option(c, option, value);
	free(option);
}

static void
put_number(struct command *c, const char *option, int64_t n)
{
	char *value = xasprintf("%" PRId64, n);

	put_option(c, option, value);
	free(value);
}

/* Seconds with as many decimals as needed. */
static void
put_seconds(struct command *c, const char *option, int64_t usec)
{
	char *value = xasprintf(
	    "%" PRId64 ".%06" PRId64, usec / USEC_PER_SEC, usec % USEC_PER_SEC);
	size_t len = strlen(value);

	while (value[len - 1] == '0')
		value[--len] = '\0';
	if (value[len - 1] == '.')
		value[--len] = '\0';
	put_option(c, option, value);
	free(value);
}

/* What the command reads from stdin: the text for printf. */
static void
add_input(struct command *c, const char *s, size_t len)
{
	size_t i;

	c->reads = true;
	for (i = 0; i < len; i++)
		if (s[i] == '\0')
			buf_puts(&c->input, "\\000");
		else if (s[i] == '\'')
			buf_puts(&c->input, "'\\''");
		else if (s[i] == '\\')
			buf_puts(&c->input, "\\\\");
		else if (s[i] == '%')
			buf_puts(&c->input, "%%");
		else
			buf_putc(&c->input, s[i]);
}

/* Not what can be an argument. */
static bool
needs_input(const struct buf *data)
{
	return data->len > ARGUMENT_MOST ||
	    (data->len > 0 && memchr(data->data, '\0', data->len) != NULL);
}

static void
put_data(struct command *c, const struct buf *data)
{
	char *text;

	if (needs_input(data)) {
		add_input(c, data->data, data->len);
		put_option(c, "--data-binary", "@-");
		return;
	}
	text = data->len > 0 ? xmemdup(data->data, data->len) : xstrdup("");
	put_option(c, "--data-raw", text);
	free(text);
}

/* In quotes of -F. */
static void
put_quoted(struct buf *to, const char *s, size_t len)
{
	size_t i;

	buf_putc(to, '"');
	for (i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_putc(to, '\\');
		buf_putc(to, s[i]);
	}
	buf_putc(to, '"');
}

static void
put_parameter(struct buf *to, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(to, ";%s=", name);
	if (strcmp(name, "type") == 0)
		buf_puts(to, value);
	else
		put_quoted(to, value, strlen(value));
}

/* What is behind the = of a part. */
static void
put_content(struct command *c, struct buf *to, const struct form_part *p)
{
	if (p->kind != FORM_TEXT)
		buf_putc(to, p->kind == FORM_FILE ? '@' : '<');
	if (p->file != NULL)
		put_quoted(to, p->file, strlen(p->file));
	else if (p->kind == FORM_TEXT && !needs_input(&p->data))
		put_quoted(to, p->data.data, p->data.len);
	else {
		if (p->kind == FORM_TEXT)
			buf_putc(to, '<');
		buf_putc(to, '-');
		add_input(c, p->data.data, p->data.len);
	}
}

static void
put_part(struct command *c, const struct form_part *p)
{
	const struct curl_slist *h;
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "%s=", p->name != NULL ? p->name : "");
	if (p->kind == FORM_TEXT && p->type == NULL && p->filename == NULL &&
	    p->encoder == NULL && p->headers == NULL &&
	    !needs_input(&p->data)) {
		buf_append(&text, p->data.data, p->data.len);
		put_option(c, "--form-string", buf_string(&text));
		buf_clear(&text);
		return;
	}
	put_content(c, &text, p);
	/* The type last: it goes on behind a semicolon. */
	put_parameter(&text, "filename", p->filename);
	put_parameter(&text, "encoder", p->encoder);
	for (h = p->headers; h != NULL; h = h->next)
		put_parameter(&text, "headers", h->data);
	put_parameter(&text, "type", p->type);
	put_option(c, "-F", buf_string(&text));
	buf_clear(&text);
}

static void
put_upload(struct command *c, const struct upload *u)
{
	char chunk[CHUNK];
	off_t at = 0;
	ssize_t n;

	put_option(c, "-T", u->path != NULL ? u->path : "-");
	if (u->path != NULL)
		return;
	c->reads = true;
	while ((n = pread(u->fd, chunk, sizeof chunk, at)) > 0) {
		add_input(c, chunk, (size_t)n);
		at += n;
	}
}

static void
put_body(struct command *c, const struct asked *a)
{
	size_t i;

	if (a->data != NULL)
		put_data(c, a->data);
	else if (a->form != NULL)
		for (i = 0; i < a->form->count; i++)
			put_part(c, &a->form->parts[i]);
	else if (a->upload != NULL)
		put_upload(c, a->upload);
}

static void
put_request(struct command *c, const struct options *o, const struct asked *a)
{
	const struct request_options *r = &o->request;
	const struct curl_slist *h;
	char *referer;

	if (strcmp(a->method, "HEAD") == 0 && a->data == NULL &&
	    a->form == NULL)
		put_option(c, "-I", NULL);
	else if (a->method_named)
		put_option(c, "-X", a->method);
	put_option(c, "-A", r->user_agent);
	for (h = a->headers; h != NULL; h = h->next)
		put_option(c, "-H", h->data);
	if (r->referer != NULL || r->auto_referer) {
		referer = xasprintf("%s%s",
		    r->referer != NULL ? r->referer : "",
		    r->auto_referer ? ";auto" : "");
		put_option(c, "-e", referer);
		free(referer);
	}
	if (a->user != NULL)
		put_option(c, "-u", a->user);
	for (h = r->cookie_files; h != NULL; h = h->next)
		put_option(c, "-b", h->data);
	if (r->cookie_jar != NULL)
		put_option(c, "-c", r->cookie_jar);
	if (r->compressed)
		put_option(c, "--compressed", NULL);
	if (r->insecure)
		put_option(c, "-k", NULL);
	put_body(c, a);
}

static void
put_limits(struct command *c, const struct options *o, const struct request *r)
{
	const struct request_options *all = &o->request;
	const struct overrides *task = r->overrides;
	int64_t max_time = all->max_time, connect = all->connect_timeout;

	if (task != NULL && task->max_time != -1)
		max_time = task->max_time;
	if (task != NULL && task->connect_timeout != -1)
		connect = task->connect_timeout;
	if (max_time > 0)
		put_seconds(c, "-m", max_time);
	if (connect > 0)
		put_seconds(c, "--connect-timeout", connect);
	if (all->speed_time > 0 && all->speed_limit > 0) {
		put_number(c, "-Y", all->speed_limit);
		put_number(c, "-y",
		    (all->speed_time + USEC_PER_SEC - 1) / USEC_PER_SEC);
	}
	if (all->max_filesize > 0)
		put_number(c, "--max-filesize", all->max_filesize);
	if (all->limit_rate > 0)
		put_number(c, "--limit-rate", all->limit_rate);
}

static void
put_retries(struct command *c, const struct options *o, const struct request *r)
{
	const struct retry_options *retry = &o->retry;
	long count = r->overrides != NULL && r->overrides->retry != -1
	    ? r->overrides->retry
	    : retry->count;

	if (count == 0)
		return;
	put_number(c, "--retry", count);
	if ((retry->on.troubles & TROUBLE_CONNECT) != 0)
		put_option(c, "--retry-connrefused", NULL);
	if (retry->all_errors)
		put_option(c, "--retry-all-errors", NULL);
	/* curl's are whole seconds */
	if (retry->delay > 0)
		put_number(c, "--retry-delay",
		    (retry->delay + USEC_PER_SEC - 1) / USEC_PER_SEC);
	if (retry->max_time > 0)
		put_number(c, "--retry-max-time",
		    (retry->max_time + USEC_PER_SEC - 1) / USEC_PER_SEC);
}

/* -f, where statuses are judged as curl does. */
static void
put_judgement(
    struct command *c, const struct options *o, const struct request *r)
{
	const struct status_set *ok = &o->ok_status;

	if (r->overrides != NULL && r->overrides->has_ok_status)
		ok = &r->overrides->ok_status;
	if (!status_set_has(ok, 400) && !status_set_has(ok, 404) &&
	    !status_set_has(ok, 500))
		put_option(
		    c, o->fail_with_body ? "--fail-with-body" : "-f", NULL);
}

static void
put_file(struct command *c, const struct options *o, const struct request *r)
{
	const struct file_options *f = &o->files;
	char *path;

	if (f->single != NULL)
		put_option(c, "-o", f->single);
	else if (r->file != NULL && f->server_name && f->template == NULL &&
	    !r->file_is_own) {
		put_option(c, "-OJ", NULL);
		if (strcmp(f->root, ".") != 0)
			put_option(c, "--output-dir", f->root);
	} else if (r->file != NULL) {
		path = r->file_is_trusted || strcmp(f->root, ".") == 0
		    ? xstrdup(r->file)
		    : xasprintf("%s/%s", f->root, r->file);
		put_option(c, "-o", path);
		free(path);
	}
	if (f->continues)
		put_option(c, "-C", "-");
	else if (f->continue_at > 0)
		put_number(c, "-C", f->continue_at);
	if (r->file == NULL)
		return;
	if (f->create_dirs)
		put_option(c, "--create-dirs", NULL);
	if (f->no_clobber)
		put_option(c, "--no-clobber", NULL);
	if (f->remote_time)
		put_option(c, "-R", NULL);
}

static const struct option_spec *
find_spec(const char *name)
{
	const struct option_group *group;
	const struct option_spec *spec;

	for (group = option_groups; group->heading != NULL; group++)
		for (spec = group->options; spec->name != NULL; spec++)
			if (strcmp(spec->name, name) == 0)
				return spec;
	return NULL;
}

/* Each option whose bits are set; one for all of them, where there is one. */
static void
put_bits(struct command *c, const struct setting *s)
{
	const struct option_group *group;
	const struct option_spec *spec;
	bool whole = false;
	int pass;

	for (pass = 0; pass < 2 && !whole; pass++)
		for (group = option_groups; group->heading != NULL; group++)
			for (spec = group->options; spec->name != NULL;
			     spec++) {
				if (spec->kind != OPTION_LIBCURL ||
				    spec->setting != SETTING_BITS ||
				    spec->curl != s->option ||
				    (pass == 0 ? s->number != spec->on
					       : (s->number & spec->on) !=
						spec->on))
					continue;
				put_long(c, spec->name, NULL);
				whole |= pass == 0;
			}
}

/* A switch that is off is told where it is on otherwise. */
static void
put_switch(
    struct command *c, const struct setting *s, const struct option_spec *spec)
{
	static const char *const usual[] = {
	    "alpn", "keepalive", "sessionid", "tcp-nodelay"};
	char *name;
	size_t i;

	if (s->number == spec->on) {
		put_long(c, spec->name, NULL);
		return;
	}
	for (i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strcmp(usual[i], spec->name) == 0) {
			name = xasprintf("no-%s", spec->name);
			put_long(c, name, NULL);
			free(name);
		}
}

static void
put_number_setting(
    struct command *c, const struct setting *s, const struct option_spec *spec)
{
	char *option = xasprintf("--%s", spec->name);

	switch (spec->setting) {
	case SETTING_FLAG:
		put_switch(c, s, spec);
		break;
	case SETTING_BITS:
		put_bits(c, s);
		break;
	case SETTING_NUMBER:
	case SETTING_SECONDS:
		put_number(c, option, s->number);
		break;
	case SETTING_MILLISECONDS:
		put_seconds(c, option, s->number * USEC_PER_MSEC);
		break;
	case SETTING_TEXT:
	case SETTING_LIST:
		break; /* put_setting's */
	}
	free(option);
}

static void
put_time_cond(struct command *c, const struct settings *all, long condition)
{
	const struct setting *s = settings_find(all, CURLOPT_TIMEVALUE);
	time_t when = (time_t)s->number;
	char date[64], *value;
	struct tm tm;

	gmtime_r(&when, &tm);
	/* As HTTP has it; the locale is C's for times. */
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	value = xasprintf("%s%s",
	    condition == CURL_TIMECOND_IFUNMODSINCE  ? "-"
		: condition == CURL_TIMECOND_LASTMOD ? "="
						     : "",
	    date);
	put_option(c, "-z", value);
	free(value);
}

static void
put_tls_versions(struct command *c, long versions)
{
	static const struct {
		long version;
		const char *name, *value;
	} names[] = {
	    {CURL_SSLVERSION_TLSv1, "tlsv1", NULL},
	    {CURL_SSLVERSION_TLSv1_0, "tlsv1.0", NULL},
	    {CURL_SSLVERSION_TLSv1_1, "tlsv1.1", NULL},
	    {CURL_SSLVERSION_TLSv1_2, "tlsv1.2", NULL},
	    {CURL_SSLVERSION_TLSv1_3, "tlsv1.3", NULL},
	    {CURL_SSLVERSION_MAX_DEFAULT, "tls-max", "default"},
	    {CURL_SSLVERSION_MAX_TLSv1_0, "tls-max", "1.0"},
	    {CURL_SSLVERSION_MAX_TLSv1_1, "tls-max", "1.1"},
	    {CURL_SSLVERSION_MAX_TLSv1_2, "tls-max", "1.2"},
	    {CURL_SSLVERSION_MAX_TLSv1_3, "tls-max", "1.3"},
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].version == (versions & 0xffff) ||
		    names[i].version == (versions & ~0xffffL))
			put_long(c, names[i].name, names[i].value);
}

/* --cert: a colon would end the name. */
static void
put_cert(struct command *c, const char *option, const char *file)
{
	bool is_uri = strncmp(file, "pkcs11:", 7) == 0;
	struct buf text;

	buf_init(&text);
	for (; *file != '\0'; file++) {
		if (!is_uri && (*file == ':' || *file == '\\'))
			buf_putc(&text, '\\');
		buf_putc(&text, *file);
	}
	put_option(c, option, buf_string(&text));
	buf_clear(&text);
}

static void
put_delegation(struct command *c, long level)
{
	put_option(c, "--delegation",
	    level == CURLGSSAPI_DELEGATION_FLAG		     ? "always"
		: level == CURLGSSAPI_DELEGATION_POLICY_FLAG ? "policy"
							     : "none");
}

static void
put_local_port(struct command *c, const struct settings *all, long first)
{
	const struct setting *s = settings_find(all, CURLOPT_LOCALPORTRANGE);
	char *range = xasprintf(
	    "%ld-%ld", first, first + (s != NULL ? s->number : 1) - 1);

	put_option(c, "--local-port", range);
	free(range);
}

/* Those protocols alone. */
static void
put_protocols(struct command *c, const char *option, const char *list)
{
	char *value = xasprintf("=%s", list);

	put_option(c, option, value);
	free(value);
}

/* Those that the table of options does not tell. True: it is written. */
static bool
put_own_setting(
    struct command *c, const struct settings *all, const struct setting *s)
{
	switch ((int)s->option) {
	case CURLOPT_TIMECONDITION:
		put_time_cond(c, all, s->number);
		return true;
	case CURLOPT_SSLVERSION:
		put_tls_versions(c, s->number);
		return true;
	case CURLOPT_SSLCERT:
		put_cert(c, "--cert", s->text);
		return true;
	case CURLOPT_PROXY_SSLCERT:
		put_cert(c, "--proxy-cert", s->text);
		return true;
	case CURLOPT_KEYPASSWD:
		put_option(c, "--pass", s->text);
		return true;
	case CURLOPT_PROXY_KEYPASSWD:
		put_option(c, "--proxy-pass", s->text);
		return true;
	case CURLOPT_CAINFO:
		put_option(c, "--cacert", s->text);
		return true;
	case CURLOPT_CAPATH:
		put_option(c, "--capath", s->text);
		return true;
	case CURLOPT_GSSAPI_DELEGATION:
		put_delegation(c, s->number);
		return true;
	case CURLOPT_LOCALPORT:
		put_local_port(c, all, s->number);
		return true;
	case CURLOPT_PROTOCOLS_STR:
		put_protocols(c, "--proto", s->text);
		return true;
	case CURLOPT_REDIR_PROTOCOLS_STR:
		put_protocols(c, "--proto-redir", s->text);
		return true;
	case CURLOPT_PROXY:
		put_option(c,
		    strcmp(s->name, "proxy1.0") == 0 ? "--proxy1.0" : "--proxy",
		    s->text);
		return true;
	case CURLOPT_NETRC:
		if ((s->number & CURL_NETRC_OPTIONAL) != 0)
			put_option(c, "--netrc-optional", NULL);
		else
			put_option(c, "--netrc", NULL);
		return true;
	case CURLOPT_HTTPAUTH:
	case CURLOPT_PROXYAUTH:
	case CURLOPT_POSTREDIR:
	case CURLOPT_SSL_OPTIONS:
	case CURLOPT_PROXY_SSL_OPTIONS:
	case CURLOPT_SOCKS5_AUTH:
		put_bits(c, s);
		return true;
	case CURLOPT_TIMEVALUE:
	case CURLOPT_LOCALPORTRANGE:
	case CURLOPT_PROXYTYPE:
	case CURLOPT_UNRESTRICTED_AUTH: /* put_redirects */
		return true;
	default:
		return false;
	}
}

/* One in whose name another option is set, too, is written with that. */
static void
put_setting(struct command *c, const struct setting *s)
{
	const struct option_spec *spec = find_spec(s->name);
	const struct curl_slist *one;

	if (spec == NULL || (spec->also != 0 && spec->also == s->option))
		return;
	if (s->text != NULL)
		put_long(c, s->name, s->text);
	for (one = s->list; one != NULL; one = one->next)
		put_long(c, s->name, one->data);
	if (s->text == NULL && s->list == NULL)
		put_number_setting(c, s, spec);
}

static void
put_settings(struct command *c, const struct settings *all)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (!put_own_setting(c, all, &all->all[i]))
			put_setting(c, &all->all[i]);
}

static void
put_redirects(struct command *c, const struct request_options *r)
{
	const struct setting *trusted = settings_find(
	    &r->settings, CURLOPT_UNRESTRICTED_AUTH);

	if (!r->location)
		return;
	put_option(c,
	    trusted != NULL && trusted->number != 0 ? "--location-trusted"
						    : "-L",
	    NULL);
	if (r->max_redirs != CURL_REDIRECTS)
		put_number(c, "--max-redirs", r->max_redirs);
	/* coget goes nowhere else */
	if (settings_find(&r->settings, CURLOPT_REDIR_PROTOCOLS_STR) == NULL)
		put_protocols(c, "--proto-redir", "http,https");
}

void
as_curl_put(struct buf *to, const struct options *o, const struct request *r)
{
	struct command c = {.reads = false};
	struct asked asked;
	struct buf words;

	buf_init(&words);
	buf_init(&c.input);
	c.to = &words;
	asked_init(&asked, o, r);
	put_option(&c, "-q", NULL);
	put_option(&c, "-g", NULL);
	put_option(&c, "-sS", NULL);
	put_judgement(&c, o, r);
	put_request(&c, o, &asked);
	put_settings(&c, &o->request.settings);
	put_redirects(&c, &o->request);
	put_limits(&c, o, r);
	put_retries(&c, o, r);
	put_file(&c, o, r);
	put_option(&c, "--url", r->url);
	if (c.reads) {
		buf_puts(to, "printf '");
		buf_append(to, c.input.data, c.input.len);
		buf_puts(to, "' | ");
	}
	buf_puts(to, "curl");
	buf_append(to, words.data, words.len);
	asked_clear(&asked);
	buf_clear(&c.input);
	buf_clear(&words);
}
