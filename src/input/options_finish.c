/*
 * What depends on more than one option, or on the environment.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/once.h"
#include "input/options.h"
#include "input/output_name.h"
#include "input/password.h"
#include "input/slist.h"
#include "input/write_out.h"

/* So many files are looked at, whether two of them are one. */
#define MOST_OUTPUTS 16

/* curl's --json: two headers, where the user did not give them. */
static void
add_json_header(struct request_options *r, const char *name)
{
	char line[64];

	if (slist_has(r->headers, name))
		return;
	snprintf(line, sizeof line, "%s: application/json", name);
	slist_add(&r->headers, line);
}

/* Does stdin hold targets by the user's own word? */
static bool
reads_stdin(const struct options *o)
{
	size_t i;

	for (i = 0; i < o->source_count; i++)
		if (o->sources[i].is_file &&
		    once_names_stdin(o->sources[i].text))
			return true;
	return false;
}

/* NAME with the password that is asked for; NULL and the cause. */
static char *
ask_for(
    const struct options *o, const char *option, const char *user, char **cause)
{
	bool stdin_is_free = o->source_count > 0 && !reads_stdin(o) &&
	    o->request.stdin_use == NULL;
	char *password = password_ask(user, stdin_is_free), *whole;

	if (password == NULL) {
		*cause = xasprintf(
		    _("--%s: no terminal to ask for a password"), option);
		return NULL;
	}
	whole = xasprintf("%s:%s", user, password);
	free(password);
	return whole;
}

/* curl's -u NAME and -U NAME; a bearer token needs no password. */
static int
complete_users(struct options *o, char **cause)
{
	struct request_options *r = &o->request;
	struct settings *s = &r->settings;
	const struct setting *proxy = settings_find(s, CURLOPT_PROXYUSERPWD);
	char *user;

	if (r->user != NULL && strchr(r->user, ':') == NULL &&
	    settings_find(s, CURLOPT_XOAUTH2_BEARER) == NULL) {
		if ((user = ask_for(o, "user", r->user, cause)) == NULL)
			return -1;
		free(r->user);
		r->user = user;
	}
	if (proxy != NULL && strchr(proxy->text, ':') == NULL) {
		user = ask_for(o, "proxy-user", proxy->text, cause);
		if (user == NULL)
			return -1;
		settings_text(s, "proxy-user", CURLOPT_PROXYUSERPWD, user);
		free(user);
	}
	return 0;
}

/* curl's: optional counts, whatever the order; a file alone is required. */
static void
finish_netrc(struct settings *s)
{
	const struct setting *set = settings_find(s, CURLOPT_NETRC);

	if (set != NULL && (set->number & CURL_NETRC_OPTIONAL) != 0)
		settings_number(s, "netrc-optional", CURLOPT_NETRC,
		    CURL_NETRC_OPTIONAL, false);
	else if (settings_find(s, CURLOPT_NETRC_FILE) != NULL)
		settings_number(
		    s, "netrc-file", CURLOPT_NETRC, CURL_NETRC_REQUIRED, false);
}

/* Does a handle learn something that must not be the next task's? */
static bool
keeps_state(const struct request_options *r)
{
	static const CURLoption logins[] = {
	    CURLOPT_HTTPAUTH, CURLOPT_PROXYAUTH};
	const long harmless = (long)(CURLAUTH_BASIC | CURLAUTH_BEARER);
	const struct setting *s;
	size_t i;

	for (i = 0; i < sizeof logins / sizeof *logins; i++) {
		s = settings_find(&r->settings, logins[i]);
		if (s != NULL && (s->number & ~harmless) != 0)
			return true;
	}
	return !r->cookie_share &&
	    (r->cookie_files.count > 0 || r->cookie_jar != NULL);
}

/* The variables that the curl tool, not libcurl, reads. */
static void
trust_environment(struct request_options *r)
{
	static const struct {
		const char *name;
		CURLoption option;
	} variables[] = {
	    {"CURL_CA_BUNDLE", CURLOPT_CAINFO},
	    {"SSL_CERT_DIR", CURLOPT_CAPATH},
	    {"SSL_CERT_FILE", CURLOPT_CAINFO},
	};
	const char *value;
	size_t i;

	if (r->insecure ||
	    settings_find(&r->settings, CURLOPT_CAINFO) != NULL ||
	    settings_find(&r->settings, CURLOPT_CAPATH) != NULL)
		return;
	for (i = 0; i < sizeof variables / sizeof *variables; i++) {
		value = getenv(variables[i].name);
		if (value == NULL || *value == '\0')
			continue;
		settings_text(&r->settings, variables[i].name,
		    variables[i].option, value);
		if (i == 0)
			return; /* it counts alone */
	}
}

static char *
in_directory(const char *dir, const char *name)
{
	return xasprintf(
	    "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name);
}

/*
 * The directory of -o with fields is what stands before the first of them:
 * from there on names are what URLs and servers make of them.
 */
static void
split_template(struct options *o)
{
	struct file_options *f = &o->files;
	const char *path = f->dir != NULL
	    ? options_keep(o, in_directory(f->dir, o->output))
	    : o->output;
	const char *brace = path, *slash;

	if (f->dir != NULL)
		brace += strlen(path) - strlen(o->output);
	brace = output_name_field(brace);
	for (slash = brace; slash > path && *slash != '/'; slash--)
		;
	if (*slash == '/') {
		f->root = options_keep(o,
		    xmemdup(path, slash > path ? (size_t)(slash - path) : 1));
		slash++;
	}
	f->template = slash;
	o->output = NULL;
}

/* A name without any field is a name, whatever braces it has. */
static int
check_fields(const struct options *o, char **cause)
{
	const char *field = o->output != NULL ? output_name_field(o->output)
					      : NULL;

	if (field == NULL || output_name_valid(field))
		return 0;
	*cause = xasprintf(
	    _("--output: a brace that makes no {field} in \"%s\""), o->output);
	return -1;
}

/*
 * With -C the file of -o is that of the one body: only a body can be resumed.
 * Not so where it is no file, as /dev/null, or one of records.
 */
static void
take_single(struct options *o)
{
	struct stat st;
	char *path;

	if (o->format != FORMAT_BODY || o->request.upload.wanted ||
	    (stat(o->output, &st) == 0 && !S_ISREG(st.st_mode)))
		return;
	/* What a link leads to is replaced, as without -C. */
	path = realpath(o->output, NULL);
	if (path == NULL && errno == ENOMEM)
		xmalloc_exhausted();
	o->files.single = lstat(o->output, &st) == 0 && S_ISLNK(st.st_mode) &&
		path != NULL
	    ? options_keep(o, xstrdup(path))
	    : o->output;
	free(path);
	o->output = NULL;
}

static void
finish_files(struct options *o)
{
	struct file_options *f = &o->files;

	if (f->dir != NULL)
		f->root = f->dir;
	if (o->output == NULL)
		return;
	if (output_name_field(o->output) != NULL) {
		split_template(o);
		return;
	}
	if (strcmp(o->output, "-") == 0)
		return;
	if (f->dir != NULL)
		o->output = options_keep(o, in_directory(f->dir, o->output));
	if (f->continues || f->continue_at > 0)
		take_single(o);
}

/* Two of the files that a run writes must not be one. */
static int
check_outputs(const struct options *o, char **cause)
{
	const char *names[MOST_OUTPUTS];
	size_t count = 0, i, other;

	names[count++] = o->output;
	names[count++] = o->measure.summary;
	names[count++] = o->measure.plot;
	names[count++] = o->journal;
	for (i = 0; i < o->timeline.file_count && count < MOST_OUTPUTS; i++)
		names[count++] = o->timeline.files[i].name;
	for (i = 0; i < count; i++)
		for (other = 0; other < i; other++)
			if (names[i] != NULL && names[other] != NULL &&
			    strcmp(names[i], names[other]) == 0 &&
			    strcmp(names[i], "-") != 0 &&
			    strncmp(names[i], "/dev/", 5) != 0) {
				*cause = xasprintf(
				    _("%s is to hold two things"), names[i]);
				return -1;
			}
	return 0;
}

/* What curl refuses to do with -C, and what cannot be. */
static int
check_continue(const struct options *o, char **cause)
{
	const struct request_options *r = &o->request;
	const struct file_options *f = &o->files;
	const char *other = f->remove_on_error ? "--remove-on-error"
	    : f->no_clobber		       ? "--no-clobber"
	    : f->server_name		       ? "-J"
	    : r->head			       ? "-I"
	    : r->form.count > 0		       ? "-F"
	    : r->has_data && !r->get	       ? "-d"
	    : settings_find(&r->settings, CURLOPT_RANGE) != NULL ? "--range"
	    : r->upload.wanted && f->continues			 ? "-T"
								 : NULL;

	if ((!f->continues && f->continue_at == 0) || other == NULL)
		return 0;
	*cause = xasprintf(_("--continue-at does not go with %s"), other);
	return -1;
}

static int
check_cache(const struct options *o, char **cause)
{
	if (o->cache.changed_only && o->cache.dir == NULL)
		*cause = xstrdup(_("--changed-only compares with what --cache "
				   "has: it needs that"));
	else
		return 0;
	return -1;
}

/* -w: what it says, and where. A variable that is none is told, as by curl. */
static int
finish_write_out(struct options *o, char **cause)
{
	struct buf unknown;
	char *line, *rest;

	if (o->write_out_text == NULL || *o->write_out_text == '\0')
		return 0;
	buf_init(&unknown);
	o->write_out = write_out_parse(o->write_out_text, &unknown);
	rest = (char *)buf_string(&unknown);
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		msg_warn(_("unknown --write-out variable: '%s'"), line);
	buf_clear(&unknown);
	if (!o->write_out->to_stdout ||
	    (o->format != FORMAT_JSON && o->format != FORMAT_JSON_SEQ))
		return 0;
	*cause = xstrdup(_("--write-out would stand between the JSON texts: "
			   "let it begin with %{stderr} or %output{FILE}"));
	return -1;
}

/* What depends on more than one option. */
int
options_finish(struct options *o, char **cause)
{
	const struct setting *raw;

	if (o->help || o->version)
		return 0;
	if (o->measure.merge)
		return options_finish_measure(o, cause);
	if (check_cache(o, cause) == -1)
		return -1;
	if (o->files.server_name && !o->files.remote_name &&
	    o->output == NULL) {
		*cause = xstrdup(_("-J says how -O names files: it needs -O"));
		return -1;
	}
	if ((o->resume || o->retry_failed) && o->journal == NULL) {
		*cause = xasprintf(_("--%s: of which --journal?"),
		    o->resume ? "resume" : "retry-failed");
		return -1;
	}
	if (o->shard.by != SHARD_BY_IDENTITY && o->shard.count == 0) {
		*cause = xstrdup(_("--shard-by says how --shard parts the "
				   "targets: it needs that"));
		return -1;
	}
	if (check_continue(o, cause) == -1 || finish_write_out(o, cause) == -1)
		return -1;
	if (check_fields(o, cause) == -1)
		return -1;
	if (o->template != NULL && strchr(o->template, '{') == NULL)
		msg_warn(_("--template without {id} is one URL for all IDs"));
	finish_files(o);
	if (options_finish_measure(o, cause) == -1 ||
	    check_outputs(o, cause) == -1)
		return -1;
	if (o->request.get) {
		if (o->request.query.len > 0 && o->request.data.len > 0)
			buf_putc(&o->request.query, '&');
		buf_append(&o->request.query, o->request.data.data,
		    o->request.data.len);
		o->request.has_data = false;
	}
	if (o->request.head + o->request.has_data + o->request.upload.wanted +
		(o->request.form.count > 0) >
	    1) {
		*cause = xstrdup(_("of -I, -d, -F and -T only one can be"));
		return -1;
	}
	if (o->request.stdin_use != NULL && reads_stdin(o)) {
		*cause = xasprintf(_("no targets on stdin: it is read by %s"),
		    o->request.stdin_use);
		return -1;
	}
	if (o->request.has_json) {
		add_json_header(&o->request, "Content-Type");
		add_json_header(&o->request, "Accept");
	}
	raw = settings_find(
	    &o->request.settings, CURLOPT_HTTP_TRANSFER_DECODING);
	o->request.decodes = o->request.compressed &&
	    (raw == NULL || raw->number != 0);
	o->request.keeps_state = keeps_state(&o->request);
	trust_environment(&o->request);
	finish_netrc(&o->request.settings);
	return complete_users(o, cause);
}
