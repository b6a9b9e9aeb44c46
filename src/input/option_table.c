/*
 * The table of options: what each is called, takes, sets and says in --help.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "input/post_data.h"
#include "input/shard.h"
#include "input/template.h"

static const char *const shard_keys[] = {"identity", "host", NULL};
static const char *const orders[] = {"input", "completion", NULL};
static const char *const formats[] = {
    "body", "ndjson", "json", "json-seq", NULL};

const char *const option_schemes[] = {"http", "https", NULL};

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
		*cause = xstrdup(_("an empty template"));
		return -1;
	}
	/* A password in it is wiped from argv. */
	o->template = options_keep(o, xstrdup(value));
	return template_check(value, cause);
}

/* curl's: a text, @FILE or @-, of which line ends are no part. */
static int
set_write_out(struct options *o, const char *value, char **cause)
{
	struct buf text;
	int result;

	buf_init(&text);
	result = post_data_read_lines(&o->request, &text, value, cause);
	if (result == 0)
		o->write_out_text = options_keep(o, xstrdup(buf_string(&text)));
	buf_clear(&text);
	return result;
}

static int
set_shard(struct options *o, const char *value, char **cause)
{
	if (shard_parse(value, &o->shard) == 0)
		return 0;
	*cause = xasprintf(
	    _("\"%s\" is no part K/N, as 1/3, 2/3 or 3/3"), value);
	return -1;
}

static int
set_as(struct options *o, const char *value, char **cause)
{
	o->dry_run = o->as_curl = strcmp(value, "curl") == 0;
	if (o->as_curl)
		return 0;
	*cause = xasprintf(_("\"%s\" is not curl"), value);
	return -1;
}

static int
set_ok_status(struct options *o, const char *value, char **cause)
{
	if (status_set_parse(value, &o->ok_status) == 0)
		return 0;
	*cause = xasprintf(
	    _("\"%s\" is no list of statuses, as 200-399,404"), value);
	return -1;
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
set_url(struct options *o, const char *value, char **cause)
{
	(void)cause;
	options_add_source(o, value, false);
	return 0;
}

static int
set_timeline(struct options *o, const char *value, char **cause)
{
	static const char *const ends[] = {
	    [TIMELINE_SVG] = ".svg",
	    [TIMELINE_HTML] = ".html",
	    [TIMELINE_TRACE] = ".json",
	    [TIMELINE_HAR] = ".har",
	};
	struct timeline_options *t = &o->timeline;
	const char *dot;
	size_t i;

	if (value == NULL) {
		t->text = true;
		return 0;
	}
	dot = strrchr(value, '.');
	for (i = 0; dot != NULL && i < sizeof ends / sizeof *ends; i++) {
		if (strcasecmp(dot, ends[i]) != 0)
			continue;
		t->files = xreallocarray(
		    t->files, t->file_count + 1, sizeof *t->files);
		t->files[t->file_count++] = (struct timeline_target){
		    value, (enum timeline_format)i};
		return 0;
	}
	*cause = xasprintf(
	    _("\"%s\" ends in none of .svg, .html, .json, .har"), value);
	return -1;
}

/* It is always so. */
static void
unset_fail(struct options *o)
{
	(void)o;
}

#define AT(field)   .offset = offsetof(struct options, field)
#define JOBS_MAX    1000000
#define RETRIES_MAX 1000000
#define SPLIT_MAX   64
#define WINDOW_MAX  100000000

static const struct option_spec target_options[] = {
    {"input", NULL, 'i', OPTION_CUSTOM, "FILE",
	N_("read targets from FILE, one a line; - is stdin"), .file = true,
	.set = set_input},
    {"url", NULL, 0, OPTION_CUSTOM, "URL", N_("a target"), .set = set_url,
	.secrecy = SECRECY_URL},
    {"globoff", NULL, 'g', OPTION_FLAG, NULL,
	N_("URLs are as they are (always so)"), AT(no_effect)},
    {"proto-default", NULL, 0, OPTION_CHOICE, "SCHEME",
	N_("of URLs without one: http (default) or https"), AT(default_scheme),
	.choices = option_schemes},
    {"template", NULL, 0, OPTION_CUSTOM, "URL",
	N_("where IDs are: {id}, {+id}, {#id}; {} all input"),
	.set = set_template, .secrecy = SECRECY_URL},
    {"shard", NULL, 0, OPTION_CUSTOM, "K/N",
	N_("take part K (1 to N) of N of the targets"), .set = set_shard},
    {"shard-by", NULL, 0, OPTION_CHOICE, "WHAT",
	N_("by identity (default), or host: each in one part"), AT(shard.by),
	.choices = shard_keys},
    {"index-offset", NULL, 0, OPTION_NUMBER, "N",
	N_("so many targets of the list stand before these"), AT(index_offset),
	.min = 0, .max = LONG_MAX / 2},
    {"task-delay", NULL, 0, OPTION_DURATION, "TIME",
	N_("delay of the embedded task service (default 1s)"), AT(task_delay)},
    {.name = NULL},
};

static const struct option_spec concurrency_options[] = {
    {"jobs", "parallel-max", 'j', OPTION_NUMBER, "N",
	N_("at most N tasks at once (default 50)"), AT(jobs), .min = 1,
	.max = JOBS_MAX},
    {"parallel", NULL, 'Z', OPTION_FLAG, NULL, N_("no effect: always so"),
	AT(no_effect)},
    {"sequential", NULL, 0, OPTION_FLAG, NULL, N_("one task after the other"),
	AT(sequential)},
    {"split", NULL, 0, OPTION_NUMBER, "N",
	N_("fetch a large body in up to N ranges at once"), AT(split), .min = 1,
	.max = SPLIT_MAX},
    {"split-min", NULL, 0, OPTION_SIZE, "SIZE",
	N_("of each of these ranges (default 1M)"), AT(split_min)},
    {.name = NULL},
};

static const struct option_spec result_options[] = {
    {"format", NULL, 0, OPTION_CHOICE, "FORMAT",
	N_("body (default), ndjson, json or json-seq"), AT(format),
	.choices = formats},
    {"ndjson", NULL, 0, OPTION_CUSTOM, NULL,
	N_("one JSON record a line (--format ndjson)"), .set = set_ndjson},
    {"json-seq", NULL, 0, OPTION_CUSTOM, NULL,
	N_("RFC 7464 JSON text sequence (--format json-seq)"),
	.set = set_json_seq},
    {"order", NULL, 0, OPTION_CHOICE, "ORDER",
	N_("input (default), or completion: as tasks end"), AT(order),
	.choices = orders},
    {"window", NULL, 0, OPTION_NUMBER, "N",
	N_("start at most N tasks ahead of the oldest"), AT(window), .min = 1,
	.max = WINDOW_MAX},
    {"memory-limit", NULL, 0, OPTION_SIZE, "SIZE",
	N_("of waiting results (64M); more is in $TMPDIR"), AT(memory_limit)},
    {"stable", NULL, 0, OPTION_FLAG, NULL,
	N_("records without times, sorted: for diff"), AT(stable)},
    {"parse-json", NULL, 0, OPTION_FLAG, NULL,
	N_("bodies of JSON as JSON: body_json"), AT(parse_json)},
    {"ok-status", NULL, 0, OPTION_CUSTOM, "LIST",
	N_("statuses that are no failure (default 100-399)"),
	.set = set_ok_status},
    {"fail", NULL, 'f', OPTION_CUSTOM, NULL,
	N_("write no body of a failure, the default"), .set = set_fail,
	.unset = unset_fail},
    {"fail-with-body", NULL, 0, OPTION_FLAG, NULL,
	N_("write the body of a failure by status too"), AT(fail_with_body)},
    {"write-out", NULL, 'w', OPTION_CUSTOM, "FORMAT",
	N_("behind each task write FORMAT, as %{http_code}\\n"),
	.set = set_write_out},
    {.name = NULL},
};

static const struct option_spec message_options[] = {
    {"dry-run", NULL, 0, OPTION_FLAG, NULL,
	N_("say what would be sent, and send nothing"), AT(dry_run)},
    {"as", NULL, 0, OPTION_CUSTOM, "curl",
	N_("as curl commands, with passwords (--dry-run)"), .set = set_as},
    {"verbose", NULL, 'v', OPTION_FLAG, NULL,
	N_("say on stderr when tasks start and finish"), AT(verbose)},
    {"silent", NULL, 's', OPTION_FLAG, NULL,
	N_("no summary and no errors on stderr"), AT(silent)},
    {"show-error", NULL, 'S', OPTION_FLAG, NULL,
	N_("errors on stderr even with --silent"), AT(show_error)},
    {"timeline", NULL, 0, OPTION_CUSTOM, "FILE",
	N_("draw what tasks did when; .svg .html .json .har"), .file = true,
	.set = set_timeline, .is_optional = true},
    {"config", NULL, 'K', OPTION_CONFIG, "FILE",
	N_("read options from FILE, in curl's syntax"), .file = true},
    {"disable", NULL, 'q', OPTION_FLAG, NULL,
	N_("as the first one: no default configuration"), AT(disable)},
    {"help", NULL, 'h', OPTION_FLAG, NULL, N_("this text"), AT(help)},
    {"version", NULL, 'V', OPTION_FLAG, NULL,
	N_("versions of coget and its libraries"), AT(version)},
    {.name = NULL},
};

static const struct option_spec history_options[] = {
    {"journal", NULL, 0, OPTION_TEXT, "FILE",
	N_("keep the records of tasks that are done in FILE"), AT(journal),
	.file = true},
    {"resume", NULL, 0, OPTION_FLAG, NULL,
	N_("fetch only what the journal has not"), AT(resume)},
    {"retry-failed", NULL, 0, OPTION_FLAG, NULL,
	N_("fetch only what failed by the journal"), AT(retry_failed)},
    {"dedupe", NULL, 0, OPTION_FLAG, NULL,
	N_("fetch equal GETs once; each has its record"), AT(dedupe)},
    {.name = NULL},
};

const struct option_group option_groups[] = {
    {N_("Targets"), target_options},
    {N_("Concurrency"), concurrency_options},
    {N_("Results"), result_options},
    {N_("Files"), file_options},
    {N_("What was fetched already"), history_options},
    {N_("Cache"), cache_options},
    {N_("Requests"), request_options},
    {N_("Pacing"), pacing_options},
    {N_("Retries and clocks"), retrying_options},
    {N_("When to stop"), stop_options},
    {N_("Transfers"), transfer_options},
    {N_("Redirects"), redirect_options},
    {N_("Logging in"), login_options},
    {N_("TLS"), tls_options},
    {N_("Proxies"), proxy_options},
    {N_("Connections"), connection_options},
    {N_("Measuring"), measure_options},
    {N_("Messages"), message_options},
    {N_("Progress and diagnosis"), progress_options},
    {.heading = NULL},
};
