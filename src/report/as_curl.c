/*
 * --as curl.
 */
#include "config.h"

#include "report/as_curl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/read_some.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "fetch/files.h"
#include "fetch/retry.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"
#include "report/asked.h"
#include "report/curl_command.h"

/* curl's own, where it is not told. */
#define CURL_REDIRECTS 50

/* A longer argument would be too long for some systems. */
#define ARGUMENT_MOST 100000

/* Of what is copied. */
#define CHUNK 16384

/* What the command reads from stdin: the text for printf. */
static void
add_input(struct curl_command *c, const char *s, size_t len)
{
	size_t i;

	c->reads = true;
	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] >= 127)
			buf_printf(
			    &c->input, "\\%03o", (unsigned)(unsigned char)s[i]);
		else if (s[i] == '-' && c->input.len == 0)
			buf_puts(&c->input, "\\055"); /* no option */
		else if (s[i] == '\'')
			buf_puts(&c->input, "'\\''");
		else if (s[i] == '\\')
			buf_puts(&c->input, "\\\\");
		else if (s[i] == '%')
			buf_puts(&c->input, "%%");
		else
			buf_putc(&c->input, s[i]);
}

/* The same of a file that holds what came from stdin or a pipe. */
static void
add_copy(struct curl_command *c, int fd)
{
	char chunk[CHUNK];
	off_t at = 0;
	ssize_t n;

	c->reads = true;
	while ((n = read_some(fd, chunk, sizeof chunk, at)) > 0) {
		add_input(c, chunk, (size_t)n);
		at += n;
	}
}

/* Not what can be an argument. */
static bool
needs_input(const struct buf *data)
{
	return data->len > ARGUMENT_MOST ||
	    (data->len > 0 &&
		(memchr(data->data, '\0', data->len) != NULL ||
		    !utf8_valid(data->data, data->len)));
}

static void
put_data(struct curl_command *c, const struct buf *data)
{
	char *text;

	if (needs_input(data)) {
		add_input(c, data->data, data->len);
		curl_command_option(c, "--data-binary", "@-");
		return;
	}
	text = data->len > 0 ? xmemdup(data->data, data->len) : xstrdup("");
	curl_command_option(c, "--data-raw", text);
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
put_content(struct curl_command *c, struct buf *to, const struct form_part *p)
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
put_part(struct curl_command *c, const struct form_part *p)
{
	const struct curl_slist *h;
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "%s=", p->name != NULL ? p->name : "");
	if (p->kind == FORM_TEXT && p->type == NULL && p->filename == NULL &&
	    p->encoder == NULL && p->headers == NULL &&
	    !needs_input(&p->data)) {
		buf_append(&text, p->data.data, p->data.len);
		curl_command_option(c, "--form-string", buf_string(&text));
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
	curl_command_option(c, "-F", buf_string(&text));
	buf_clear(&text);
}

static void
put_upload(struct curl_command *c, const struct upload *u)
{
	curl_command_option(c, "-T", u->path != NULL ? u->path : "-");
	if (u->path == NULL)
		add_copy(c, u->fd);
}

static void
put_body(struct curl_command *c, const struct asked *a)
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
put_cookie_file(struct curl_command *c, const struct cookie_file *file)
{
	char *at;

	if (file->copy != -1) {
		curl_command_option(c, "-b", "-");
		add_copy(c, file->copy);
	} else if (*file->name == '@' || strchr(file->name, '=') != NULL) {
		at = xasprintf("@%s", file->name);
		curl_command_option(c, "-b", at);
		free(at);
	} else
		curl_command_option(c, "-b", file->name);
}

static void
put_request(
    struct curl_command *c, const struct options *o, const struct asked *a)
{
	const struct request_options *r = &o->request;
	const struct curl_slist *h;
	char *referer;
	size_t i;

	if (strcmp(a->method, "HEAD") == 0 && a->data == NULL &&
	    a->form == NULL)
		curl_command_option(c, "-I", NULL);
	else if (a->method_named)
		curl_command_option(c, "-X", a->method);
	curl_command_option(c, "-A", r->user_agent);
	for (h = a->headers; h != NULL; h = h->next)
		curl_command_option(c, "-H", h->data);
	if (r->referer != NULL || r->auto_referer) {
		referer = xasprintf("%s%s",
		    r->referer != NULL ? r->referer : "",
		    r->auto_referer ? ";auto" : "");
		curl_command_option(c, "-e", referer);
		free(referer);
	}
	if (a->user != NULL)
		curl_command_option(c, "-u", a->user);
	for (i = 0; i < r->cookie_files.count; i++)
		put_cookie_file(c, &r->cookie_files.all[i]);
	if (r->cookie_jar != NULL)
		curl_command_option(c, "-c", r->cookie_jar);
	if (r->compressed)
		curl_command_option(c, "--compressed", NULL);
	if (r->insecure)
		curl_command_option(c, "-k", NULL);
	put_body(c, a);
}

static void
put_limits(
    struct curl_command *c, const struct options *o, const struct request *r)
{
	const struct request_options *all = &o->request;
	const struct overrides *task = r->overrides;
	int64_t max_time = all->max_time, connect = all->connect_timeout;

	if (task != NULL && task->max_time != -1)
		max_time = task->max_time;
	if (task != NULL && task->connect_timeout != -1)
		connect = task->connect_timeout;
	if (max_time > 0)
		curl_command_seconds(c, "-m", max_time);
	if (connect > 0)
		curl_command_seconds(c, "--connect-timeout", connect);
	if (all->speed_time > 0 && all->speed_limit > 0) {
		curl_command_number(c, "-Y", all->speed_limit);
		curl_command_number(c, "-y",
		    (all->speed_time + USEC_PER_SEC - 1) / USEC_PER_SEC);
	}
	if (all->max_filesize > 0)
		curl_command_number(c, "--max-filesize", all->max_filesize);
	if (all->limit_rate > 0)
		curl_command_number(c, "--limit-rate", all->limit_rate);
}

static void
put_retries(struct curl_command *c, const struct options *o,
    const struct request *r, const char *method)
{
	const struct retry_options *retry = &o->retry;
	long count = retry_most(retry, r);

	/* curl would send again what must not be repeated */
	if (count == 0 || (!retry->all_errors && !retry_may_repeat(method)))
		return;
	curl_command_number(c, "--retry", count);
	if ((retry->on.troubles & TROUBLE_CONNECT) != 0)
		curl_command_option(c, "--retry-connrefused", NULL);
	if (retry->all_errors)
		curl_command_option(c, "--retry-all-errors", NULL);
	/* curl's are whole seconds */
	if (retry->delay > 0)
		curl_command_number(c, "--retry-delay",
		    (retry->delay + USEC_PER_SEC - 1) / USEC_PER_SEC);
	if (retry->max_time > 0)
		curl_command_number(c, "--retry-max-time",
		    (retry->max_time + USEC_PER_SEC - 1) / USEC_PER_SEC);
}

/* -f, where statuses are judged as curl does. */
static void
put_judgement(
    struct curl_command *c, const struct options *o, const struct request *r)
{
	const struct status_set *ok = &o->ok_status;

	if (r->overrides != NULL && r->overrides->has_ok_status)
		ok = &r->overrides->ok_status;
	if (!status_set_has(ok, 400) && !status_set_has(ok, 404) &&
	    !status_set_has(ok, 500))
		curl_command_option(
		    c, o->fail_with_body ? "--fail-with-body" : "-f", NULL);
}

static void
put_file(
    struct curl_command *c, const struct options *o, const struct request *r)
{
	const struct file_options *f = &o->files;
	char *path;

	if (f->single != NULL)
		curl_command_option(c, "-o", f->single);
	else if (r->file != NULL && f->server_name && f->template == NULL &&
	    !r->file_is_own) {
		curl_command_option(c, "-OJ", NULL);
		if (strcmp(f->root, ".") != 0)
			curl_command_option(c, "--output-dir", f->root);
	} else if (r->file != NULL) {
		path = files_path(f, r->file, r->file_base);
		curl_command_option(c, "-o", path);
		free(path);
	}
	if (f->continues)
		curl_command_option(c, "-C", "-");
	else if (f->continue_at > 0)
		curl_command_number(c, "-C", f->continue_at);
	if (r->file == NULL)
		return;
	if (f->create_dirs)
		curl_command_option(c, "--create-dirs", NULL);
	if (f->no_clobber)
		curl_command_option(c, "--no-clobber", NULL);
	if (f->remote_time)
		curl_command_option(c, "-R", NULL);
}

static void
put_redirects(struct curl_command *c, const struct request_options *r)
{
	const struct setting *trusted = settings_find(
	    &r->settings, CURLOPT_UNRESTRICTED_AUTH);

	if (!r->location)
		return;
	curl_command_option(c,
	    trusted != NULL && trusted->number != 0 ? "--location-trusted"
						    : "-L",
	    NULL);
	if (r->max_redirs != CURL_REDIRECTS)
		curl_command_number(c, "--max-redirs", r->max_redirs);
	/* coget goes nowhere else */
	if (settings_find(&r->settings, CURLOPT_REDIR_PROTOCOLS_STR) == NULL)
		curl_command_option(c, "--proto-redir", "=http,https");
}

/* What of a form no arguments of curl's say. */
static const char *
form_problem(const struct form *f)
{
	const struct form_part *p;
	size_t i;

	for (i = 0; i < f->count; i++) {
		p = &f->parts[i];
		if (p->name != NULL && strchr(p->name, '=') != NULL)
			return N_(
			    "a field of the form has a \"=\" in its name, "
			    "there is no curl command for it");
	}
	return NULL;
}

/* What the command's curl would read from stdin. */
static size_t
count_inputs(const struct options *o, const struct asked *a)
{
	const struct cookie_files *cookies = &o->request.cookie_files;
	const struct form_part *p;
	size_t i, inputs = 0;

	for (i = 0; i < cookies->count; i++)
		inputs += cookies->all[i].copy != -1;
	inputs += a->data != NULL && needs_input(a->data);
	inputs += a->upload != NULL && a->upload->path == NULL;
	for (i = 0; a->form != NULL && i < a->form->count; i++) {
		p = &a->form->parts[i];
		inputs += p->file == NULL && p->data.len > 0 &&
		    (p->kind != FORM_TEXT || needs_input(&p->data));
	}
	return inputs;
}

const char *
as_curl_problem(const struct options *o, const struct request *r)
{
	const char *problem = NULL;
	struct asked asked;

	if (r->served_here)
		return N_(
		    "the embedded task service is where coget runs, there "
		    "is no curl command for it (--template)");
	asked_init(&asked, o, r);
	if (asked.form != NULL)
		problem = form_problem(asked.form);
	if (problem == NULL && count_inputs(o, &asked) > 1)
		problem = N_("curl would have to read several things from "
			     "stdin, there is no command for it");
	asked_clear(&asked);
	return problem;
}

void
as_curl_put(struct buf *to, const struct options *o, const struct request *r)
{
	struct curl_command c = {.reads = false};
	struct asked asked;

	buf_init(&c.words);
	buf_init(&c.input);
	asked_init(&asked, o, r);
	curl_command_option(&c, "-q", NULL);
	curl_command_option(&c, "-g", NULL);
	curl_command_option(&c, "-sS", NULL);
	put_judgement(&c, o, r);
	put_request(&c, o, &asked);
	curl_command_settings(&c, &o->request.settings);
	put_redirects(&c, &o->request);
	put_limits(&c, o, r);
	put_retries(&c, o, r, asked.method);
	put_file(&c, o, r);
	curl_command_option(&c, "--url", r->url);
	if (c.reads) {
		buf_puts(to, "printf '");
		buf_append(to, c.input.data, c.input.len);
		buf_puts(to, "' | ");
	}
	buf_puts(to, "curl");
	buf_append(to, c.words.data, c.words.len);
	asked_clear(&asked);
	buf_clear(&c.input);
	buf_clear(&c.words);
}
