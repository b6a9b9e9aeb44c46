/*
 * Formats of -w: read, made for a record, and said.
 *
 * The first line is the format, the second a URL, the third the cause of a
 * failure; what follows are the header lines of the response.
 */
#include "config.h"

#include "fuzz.h"

#include <curl/curl.h>

#include "base/spool.h"
#include "fetch/facts.h"
#include "fetch/record.h"
#include "input/request.h"
#include "input/write_out.h"
#include "output/format.h"
#include "output/write_out.h"

/* In microseconds. */
#define HELD 1500000

static struct options options;
static struct spool spool;

/* One task, and how it ended. */
struct ended {
	struct request *request;
	struct record record;
	struct buf head;
};

static void
end_task(struct ended *e, const char *url, const char *cause,
    const uint8_t *head, size_t len)
{
	struct request_rules rules = {
	    .scheme = "http", .template = "{}", .files = &options.files};
	struct record *r = &e->record;

	e->request = request_parse(&rules, 7, url, strlen(url), "FILE:1");
	record_init(r, e->request, &options);
	buf_init(&e->head);
	if (len > 0)
		buf_append(&e->head, head, len);
	r->head = &e->head;
	r->url_effective = e->request->url;
	r->remote_ip = "127.0.0.1";
	r->content_type = cause;
	r->response_code = *cause == '\0' ? 200 : 503;
	r->http_version = CURL_HTTP_VERSION_1_1;
	r->attempts = 2;
	r->started_at = INT64_C(1700000000123456);
	if (e->request->problem != NULL)
		record_end(r, OUTCOME_INVALID, e->request->problem);
	else if (*cause != '\0')
		record_end(r, OUTCOME_NETWORK_ERROR, cause);
}

static void
task_clear(struct ended *e)
{
	record_clear(&e->record);
	request_free(e->request);
	buf_clear(&e->head);
}

/* Appends what the format says of the task to stdout. */
static void
say(struct buf *to, const struct write_out *format, struct ended *e)
{
	struct options o = options;
	struct write_out_sink sink;
	struct result result;

	o.write_out = (struct write_out *)(uintptr_t)format;
	result_init(&result, &spool);
	format_fields(&result, &e->record, "");
	facts_put(&result.facts, &e->record);
	write_out_render(&result, &o);
	write_out_sink_init(&sink, format);
	if (result.said.len > 0)
		write_out_play(&sink, &result.said, HELD, to);
	CHECK(write_out_sink_close(&sink));
	result_clear(&result);
}

/* The format's own files are not for us to write. */
static void
redirect_files(struct write_out *w)
{
	size_t i;

	for (i = 0; i < w->file_count; i++) {
		free(w->files[i].name);
		w->files[i].name = xstrdup("/dev/null");
	}
}

static void
check_format(const char *format, struct ended *e)
{
	struct buf unknown, first, second;
	struct write_out *w;

	buf_init(&unknown);
	buf_init(&first);
	buf_init(&second);
	w = write_out_parse(format, &unknown);
	CHECK(unknown.len == 0 || unknown.data[unknown.len - 1] == '\n');
	redirect_files(w);
	say(&first, w, e);
	CHECK(w->to_stdout || first.len == 0);
	if (strpbrk(format, "%\\") == NULL)
		CHECK(strcmp(buf_string(&first), format) == 0);
	if (strstr(format, "time{") == NULL) {
		say(&second, w, e);
		CHECK(strcmp(buf_string(&first), buf_string(&second)) == 0);
	}
	buf_clear(&unknown);
	buf_clear(&first);
	buf_clear(&second);
	write_out_free(w);
}

/* Those that are JSON: each is an object. */
static void
check_json(const char *format, struct ended *e)
{
	struct buf unknown, text;
	struct write_out *w;
	json_t *value;

	buf_init(&unknown);
	buf_init(&text);
	w = write_out_parse(format, &unknown);
	CHECK(unknown.len == 0 && w->to_stdout);
	say(&text, w, e);
	value = fuzz_load_json(text.data, text.len);
	CHECK(value == NULL || json_is_object(value));
	json_decref(value);
	buf_clear(&unknown);
	buf_clear(&text);
	write_out_free(w);
}

/* The record as NDJSON has it. */
static void
check_record(struct ended *e)
{
	struct result result;
	struct buf raw;
	json_t *value;

	result_init(&result, &spool);
	format_fields(&result, &e->record, "");
	format_close(&result, &options, false, NULL);
	buf_init(&raw);
	while (result_put_body(&result, &raw, &result.text) == 1)
		continue;
	CHECK(result.text.len > 0);
	CHECK(result.text.data[result.text.len - 1] == '\n');
	value = fuzz_check_json(result.text.data, result.text.len - 1);
	json_decref(value);
	buf_clear(&raw);
	result_clear(&result);
}

static void
check_url_parts(const char *url)
{
	static const char *const parts[] = {"scheme", "user", "password",
	    "options", "host", "port", "path", "query", "fragment", "zoneid"};
	struct buf text;
	size_t i;

	buf_init(&text);
	for (i = 0; i < sizeof parts / sizeof *parts; i++) {
		text.len = 0;
		if (!write_out_url_part(&text, url, parts[i]))
			CHECK(text.len == 0);
	}
	buf_clear(&text);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const words[] = {"--ndjson", NULL};

	(void)argc;
	(void)argv;
	fuzz_quiet();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fuzz_options(&options, words);
	spool_init(&spool, 1 << 20);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *format = fuzz_cut(&data, &size, '\n');
	char *url = fuzz_cut(&data, &size, '\n');
	char *cause = fuzz_cut(&data, &size, '\n');
	struct ended e;

	end_task(&e, url, cause, data, size);
	check_format(format, &e);
	check_json("%{json}", &e);
	check_json("%{header_json}", &e);
	check_record(&e);
	check_url_parts(url);
	task_clear(&e);
	CHECK(spool.used == 0);
	free(format);
	free(url);
	free(cause);
	return 0;
}
