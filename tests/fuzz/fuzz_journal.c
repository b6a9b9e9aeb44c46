/*
 * The journal: any file that is one is read without harm, and what is taken
 * from it is a record; what was written is read again as it was.
 *
 * The first byte is "J" for a journal's own text, which follows; else the
 * rest is the body of a record that is written first.
 */
#include "config.h"

#include "fuzz.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <curl/curl.h>

#include "base/spool.h"
#include "fetch/facts.h"
#include "fetch/record.h"
#include "history.h"
#include "input/request.h"
#include "output/format.h"
#include "output/journal.h"
#include "output/journal_line.h"
#include "output/write_out.h"

static struct options options, resuming, saying;
static struct spool spool;
static int file;
static char path[32];

/* What -w '%{json}' says of a record that was read. */
static void
check_said(const struct result *result)
{
	struct write_out_sink sink;
	struct buf text;

	buf_init(&text);
	write_out_sink_init(&sink, saying.write_out);
	write_out_play(&sink, &result->said, 0, &text);
	CHECK(write_out_sink_close(&sink));
	json_decref(fuzz_check_json(text.data, text.len));
	buf_clear(&text);
}

/* A record that was read becomes a line of NDJSON, as known.c does it. */
static void
check_entry(struct journal *j, off_t place)
{
	struct journal_entry entry;
	struct request request = {
	    .input = (char *)(uintptr_t) "x", .input_len = 1};
	struct result result;
	struct buf raw;
	json_t *value;

	result_init(&result, &spool);
	format_own_fields(&result.text, &request, NULL);
	if (journal_read(j, place, &entry, &result) == 0) {
		format_close(&result, &saying, outcome_fine(entry.outcome),
		    entry.heads.len > 0 ? &entry.heads : NULL);
		check_said(&result);
		result_set_held(&result, 1500000);
		buf_init(&raw);
		while (result_put_body(&result, &raw, &result.text) == 1)
			continue;
		buf_clear(&raw);
		CHECK(result.text.data[result.text.len - 1] == '\n');
		value = fuzz_check_json(result.text.data, result.text.len - 1);
		CHECK(value == NULL || json_is_object(value));
		json_decref(value);
	}
	journal_entry_clear(&entry);
	result_clear(&result);
}

/* Every line that has a key can be asked for. */
static void
check_lines(struct journal *j, const char *text, size_t size)
{
	const char *s = text, *end = text + size, *newline;
	struct journal_line line;
	enum outcome outcome;
	off_t place;

	for (; (newline = memchr(s, '\n', (size_t)(end - s))) != NULL;
	     s = newline + 1) {
		/* a longer one would show what stands in the next */
		if (!journal_line_start(&line, s, (size_t)(newline - s)))
			continue;
		if (journal_find(j, &line.key, &place, &outcome))
			check_entry(j, place);
	}
}

static void
fill_file(const void *data, size_t size)
{
	CHECK(ftruncate(file, 0) == 0);
	CHECK(pwrite(file, data, size, 0) == (ssize_t)size);
}

/* As --resume, and as --retry-failed reads the tasks. */
static void
check_file(const char *text, size_t size)
{
	struct history history;
	struct buf inputs;
	bool usage;
	char *cause = NULL;

	fill_file(text, size);
	if (history_open(&history, &resuming, &usage, &cause) == 0) {
		check_lines(&history.journal, text, size);
		buf_init(&inputs);
		CHECK(history_put_failed(&history, &inputs) == 0);
		CHECK(inputs.len == 0 || inputs.data[inputs.len - 1] == '\n');
		buf_clear(&inputs);
		CHECK(history_finish(&history) == 0);
	} else
		CHECK(cause != NULL);
	history_clear(&history);
	free(cause);
}

static void
check_same(struct journal *j, off_t place, const uint8_t *body, size_t size,
    enum body_form form, const struct buf *heads)
{
	struct journal_entry entry;
	struct result result;
	char *got = xmalloc(size > 0 ? size : 1);

	result_init(&result, &spool);
	CHECK(journal_read(j, place, &entry, &result) == 0);
	CHECK(entry.outcome == OUTCOME_OK && result.form == form);
	CHECK(blob_left(&result.body) == (int64_t)size);
	CHECK(blob_take(&result.body, got, size) == (ssize_t)size);
	CHECK(size == 0 || memcmp(got, body, size) == 0);
	CHECK(entry.heads.len == heads->len);
	CHECK(heads->len == 0 ||
	    memcmp(entry.heads.data, heads->data, heads->len) == 0);
	free(got);
	journal_entry_clear(&entry);
	result_clear(&result);
	check_entry(j, place);
}

/* A record with that body, header lines and so on, written and read. */
static void
check_written(const uint8_t *data, size_t size)
{
	struct request request = {
	    .input = (char *)(uintptr_t) "x", .input_len = 1};
	struct identity key = {{1, 2, 3}};
	struct journal j;
	struct record record;
	struct result result;
	struct buf head;
	struct blob body;
	enum body_form form;
	off_t place;
	bool usage;
	char *cause;

	fill_file("", 0);
	CHECK(journal_open(&j, path, false, &usage, &cause) == 0);
	buf_init(&head);
	/* libcurl refuses a NUL there */
	if (size > 0 && memchr(data, '\0', size) == NULL)
		buf_append(&head, data, size);
	record_init(&record, &request, &options);
	record.head = &head;
	result_init(&result, &spool);
	blob_init(&body, &spool);
	CHECK(blob_append(&body, data, size) == 0);
	record.body = &body;
	record.body_is_text = utf8_valid((const char *)data, size);
	format_fields(&result, &record, "");
	form = result.form;
	facts_put(&result.facts, &record);
	CHECK(journal_add(&j, &key, OUTCOME_OK, &result, &head, &place) == 0);
	check_same(&j, place, data, size, form, &head);
	result_clear(&result);
	record_clear(&record);
	blob_clear(&body);
	journal_clear(&j);
	buf_clear(&head);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *words[] = {"--ndjson", NULL, NULL, NULL, NULL};

	(void)argc;
	(void)argv;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fuzz_options(&options, words);
	spool_init(&spool, 1 << 20);
	file = memfd_create("journal", MFD_CLOEXEC);
	CHECK(file != -1);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	words[1] = "--resume";
	words[2] = "--journal";
	words[3] = path;
	fuzz_options(&resuming, words);
	words[1] = "--write-out";
	words[2] = "%{json}";
	words[3] = NULL;
	fuzz_options(&saying, words);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 'J')
		check_file((const char *)data + 1, size - 1);
	else
		check_written(data + 1, size - 1);
	CHECK(spool.used == 0);
	return 0;
}
