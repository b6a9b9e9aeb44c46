/*
 * Task lines and JSON tasks: a file of targets, as the reader takes it, and
 * the request that becomes of each line.
 *
 * The first byte says which options there are; the rest is the file.
 */
#include "config.h"

#include "fuzz.h"

#include <curl/curl.h>

#include "core/sync.h"
#include "input/file_name.h"
#include "input/identity.h"
#include "input/overrides.h"
#include "input/request.h"
#include "input/source.h"
#include "output/format.h"
#include "report/as_curl.h"

enum {
	WITH_TEMPLATE = 1,
	WITH_NAMES = 2,
	WITH_REMOTE_NAME = 4,
	WITH_DIRECTORY = 8,
	WITH_SHIELD = 16,
	WITH_QUERY = 32,
	WITH_HTTPS = 64,
	WITH_FILENAME = 128,
};

/* Takes the requests out of the queue, and looks at each. */
struct taker {
	struct co_task task;
	struct queue *queue;
	const struct request_rules *rules;
	size_t count;
	void *item;
};

static struct options options;

static const char *
service_template(void *arg)
{
	(void)arg;
	return "http://127.0.0.1:1/{}";
}

/* Of {index:4}: a name that leads down only, whatever stood in the task. */
static void
check_file(const struct request *r, const struct request_rules *rules)
{
	const char *part = r->file, *slash;
	size_t len;

	if (r->file == NULL || r->file_base == FILE_ANYWHERE)
		return;
	CHECK(*r->file != '\0' && *r->file != '/');
	for (;; part = slash + 1) {
		slash = strchrnul(part, '/');
		len = (size_t)(slash - part);
		CHECK(len != 2 || memcmp(part, "..", 2) != 0);
		if (!r->file_is_own) {
			CHECK(len > 0 && len <= FILE_NAME_MOST);
			CHECK(*part != '.' && *part != '-');
			fuzz_check_line(part, len);
		}
		if (*slash == '\0')
			break;
	}
	CHECK(!r->file_is_own || rules->files->dir != NULL);
}

/* "***", if it is there. */
static void
check_hidden(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	CHECK(value == NULL ||
	    (json_is_string(value) &&
		strcmp(json_string_value(value), "***") == 0));
}

/* What stands in the record of it, and in no other place is there a secret. */
static void
check_record(const struct request *r)
{
	const char *name;
	json_t *record, *input, *value;
	struct buf text;

	buf_init(&text);
	format_own_fields(&text, r, NULL);
	buf_putc(&text, '}');
	record = fuzz_check_json(text.data, text.len);
	input = json_object_get(record, "input");
	if (record != NULL) {
		CHECK(json_is_object(record) && json_object_size(record) == 4);
		CHECK(json_is_object(input) == r->input_is_json);
		CHECK(json_is_object(input) || json_is_string(input));
	}
	check_hidden(input, "user");
	json_object_foreach(json_object_get(input, "headers"), name,
	    value) if (strcasecmp(name, "authorization") == 0)
	    check_hidden(json_object_get(input, "headers"), name);
	json_decref(record);
	text.len = 0;
	request_put_name(r, &text);
	CHECK(text.len > 0);
	fuzz_check_line(text.data, text.len);
	buf_clear(&text);
}

/* What can be fetched. */
static void
check_url(const struct request *r)
{
	struct identity id, again;
	struct hash common;
	struct buf command;

	CHECK(strncmp(r->url, "http://", 7) == 0 ||
	    strncmp(r->url, "https://", 8) == 0 ||
	    strncasecmp(r->url, "http", 4) == 0);
	CHECK(r->host != NULL && strpbrk(r->url, "\r\n") == NULL);
	CHECK(r->overrides == NULL || r->overrides->method == NULL ||
	    is_token(r->overrides->method));
	identity_begin(&common, &options);
	identity_set(&id, &common, r, &options, true);
	identity_set(&again, &common, r, &options, true);
	CHECK(memcmp(id.bytes, again.bytes, IDENTITY_SIZE) == 0);
	CHECK(identity_number(&id) != 0);
	if (as_curl_problem(&options, r) != NULL)
		return;
	buf_init(&command);
	as_curl_put(&command, &options, r);
	CHECK(
	    command.len > 0 && memchr(command.data, '\0', command.len) == NULL);
	buf_clear(&command);
}

static void
check_request(const struct request *r, const struct taker *t)
{
	CHECK(r->index == t->count);
	CHECK((r->url == NULL) == (r->problem != NULL));
	CHECK(r->input_len == strlen(r->input) || r->problem != NULL);
	check_record(r);
	if (r->problem == NULL) {
		check_url(r);
		check_file(r, t->rules);
	}
}

static void
taker_body(struct co_task *self)
{
	struct taker *t = (struct taker *)self;

	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, queue_get(self, t->queue, &t->item));
		if (t->item == NULL)
			break;
		check_request(t->item, t);
		t->count++;
		request_free(t->item);
	}
	CO_END(self);
}

static void
run(struct source *source, const struct request_rules *rules)
{
	struct taker *t = xcalloc(1, sizeof *t);
	struct co_sched sched;
	struct co_group group;
	struct queue queue;
	bool failed = false;

	co_sched_init(&sched);
	group_init(&group, &sched);
	queue_init(&queue, 4);
	co_task_init(&t->task, taker_body, NULL);
	t->queue = &queue;
	t->rules = rules;
	reader_start(&group, NULL, source, rules, &queue, &failed);
	group_start(&group, &t->task);
	co_run(&sched);
	CHECK(group.live == 0 && !failed);
	queue_clear(&queue);
	group_clear(&group);
	co_sched_clear(&sched);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const none[] = {NULL};

	(void)argc;
	(void)argv;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fuzz_options(&options, none);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file_options files = {.root = "."};
	struct request_rules rules = {.scheme = "http",
	    .files = &files,
	    .service_template = service_template};
	struct source source;
	struct buf text;
	int with = size > 0 ? data[0] : 0;

	if (with & WITH_TEMPLATE)
		rules.template =
		    "https://api.example/{id}/{+a.b}?q={q}&all={}#{#f}";
	if (with & WITH_NAMES)
		files.template =
		    "{host}/{path}/{id}-{index:4}{hash}-{name}.{ext}";
	if (with & WITH_DIRECTORY)
		files.dir = files.root = "out";
	files.remote_name = (with & WITH_REMOTE_NAME) != 0;
	rules.shield = (with & WITH_SHIELD) != 0;
	rules.query = with & WITH_QUERY ? "k=v%20w" : NULL;
	rules.scheme = with & WITH_HTTPS ? "https" : "http";
	rules.filename = with & WITH_FILENAME ? "a b.txt" : NULL;
	buf_init(&text);
	if (size > 1)
		buf_append(&text, data + 1, size - 1);
	source_open_text(&source, "FILE", &text);
	run(&source, &rules);
	source_close(&source);
	buf_clear(&text);
	return 0;
}
