/*
 * A record of the journal, read again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json_check.h"
#include "output/journal.h"
#include "output/journal_file.h"
#include "output/journal_line.h"

/* Of one record at first: most are no longer. */
#define FIRST_CHUNK ((size_t)4096)

/* A window on the file that goes forward. */
struct window {
	struct journal *journal;
	off_t next; /* to be read */
	struct buf text;
	size_t used; /* of text */
};

/* More text behind what is not used; false at the end, or an error. */
static bool
window_more(struct window *w)
{
	size_t got, size = w->text.size == 0 ? FIRST_CHUNK : JOURNAL_CHUNK;

	if (w->used > 0) {
		memmove(w->text.data, w->text.data + w->used,
		    w->text.len - w->used);
		w->text.len -= w->used;
		w->used = 0;
	}
	buf_reserve(&w->text, size);
	if (journal_read_at(w->journal, w->next, w->text.data + w->text.len,
		size, &got) == -1)
		return false;
	w->next += (off_t)got;
	w->text.len += got;
	return got > 0;
}

static int
damaged(struct window *w)
{
	if (w->journal->problem == NULL)
		w->journal->damaged++;
	return -1;
}

/* The body, decoded, into the result's. */
static int
take_body(struct window *w, struct result *to)
{
	struct journal_body body = {.is_base64 = to->form == BODY_BASE64};
	struct json_check json = {0};
	struct buf raw;
	int result = 0;

	buf_init(&raw);
	do {
		w->used += journal_body_take(
		    &body, &raw, w->text.data + w->used, w->text.len - w->used);
		json_check_add(&json, raw.data, raw.len);
		result = blob_append(&to->body, raw.data, raw.len);
		raw.len = 0;
		if (result == 0 && !body.done && (body.bad || !window_more(w)))
			result = damaged(w);
	} while (!body.done && result == 0);
	to->body_is_json = json_check_ok(&json);
	buf_clear(&raw);
	return result;
}

/* Nothing but the end of the line may be left of it. */
static int
take_end(struct window *w)
{
	const size_t len = strlen(JOURNAL_LINE_END);

	while (w->text.len - w->used < len && window_more(w))
		continue;
	if (w->text.len - w->used < len ||
	    memcmp(w->text.data + w->used, JOURNAL_LINE_END, len) != 0)
		return damaged(w);
	return 0;
}

/* All of the line but the value of a body that is a text. */
static int
take_fields(struct window *w, struct journal_entry *e, struct result *to)
{
	struct journal_line line;
	int got;

	do {
		got = journal_line_read(&line, w->text.data, w->text.len);
	} while (got == 0 && memchr(w->text.data, '\n', w->text.len) == NULL &&
	    window_more(w));
	if (got != 1)
		return damaged(w);
	e->outcome = line.outcome;
	if (base64_decode(&e->heads, line.heads, line.heads_len) == -1 ||
	    !journal_line_facts(&line, &to->facts))
		return damaged(w);
	buf_append(&e->own, line.record, line.rest);
	to->rest = to->text.len;
	to->mark = to->text.len + (line.held - line.rest);
	buf_append(&to->text, line.record + line.rest, line.fields - line.rest);
	to->form = line.form;
	if (line.form == BODY_FILE)
		to->file = e->file = journal_line_file(&line);
	w->used = line.used;
	return 0;
}

static int
read_entry(struct journal *j, off_t place, struct journal_entry *e,
    struct result *to, bool with_body)
{
	struct window w = {.journal = j, .next = place};
	int result;

	memset(e, 0, sizeof *e);
	result = window_more(&w) ? take_fields(&w, e, to) : damaged(&w);
	if (result == 0 && with_body && result_has_body(to))
		result = take_body(&w, to);
	if (result == 0 && with_body)
		result = take_end(&w);
	buf_clear(&w.text);
	return result;
}

int
journal_read(
    struct journal *j, off_t place, struct journal_entry *e, struct result *to)
{
	return read_entry(j, place, e, to, true);
}

int
journal_read_fields(
    struct journal *j, off_t place, struct journal_entry *e, struct result *to)
{
	return read_entry(j, place, e, to, false);
}

void
journal_entry_clear(struct journal_entry *e)
{
	buf_clear(&e->own);
	buf_clear(&e->heads);
	free(e->file);
}
