/*
 * The timeline: collecting.
 */
#include "config.h"

#include "report/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/url.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "input/options.h"
#include "input/request.h"
#include "report/timeline_file.h"
#include "report/timeline_har.h"

struct timeline_place {
	int64_t row; /* in the store; -1: none */
	int64_t held;
};

/* A row in the store: this, the spans, the texts. */
struct stored {
	int64_t began, ended, time_total, size;
	size_t index, lane;
	int attempts;
	enum outcome outcome;
	long response_code;
	uint32_t span_count;
	uint32_t name_len, url_len, host_len, har_len; /* with their NULs */
};

void
timeline_clear(struct timeline *t)
{
	struct timeline_run *run;

	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++) {
		lanes_clear(&run->lanes);
		store_clear(&run->store);
		buf_clear(&run->row);
		buf_clear(&run->texts);
		free(run->places);
		free(run->spans);
	}
	timeline_files_clear(t);
	memset(t, 0, sizeof *t);
}

int
timeline_open(
    struct timeline *t, const struct timeline_options *o, char **cause)
{
	struct timeline_run *run;

	memset(t, 0, sizeof *t);
	t->options = o;
	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++) {
		run->kind = (enum timeline_kind)(run - t->runs);
		store_init(&run->store);
	}
	return timeline_files_open(t, cause);
}

void
timeline_begin_run(struct timeline *t, enum timeline_kind kind)
{
	struct timeline_run *run = &t->runs[kind];

	store_reset(&run->store);
	lanes_clear(&run->lanes);
	run->count = run->index_most = 0;
	run->time_tasks = 0;
	memset(run->outcomes, 0, sizeof run->outcomes);
	memset(run->states, 0, sizeof run->states);
	run->exists = true;
	run->length = 0;
	run->began = loop_clock();
	run->wall = loop_wall_clock();
	t->current = run;
}

/* So much of the run is to be seen. */
static void
reach(struct timeline_run *run, int64_t when)
{
	if (when > run->length)
		run->length = when;
}

void
timeline_end_run(struct timeline *t, size_t most_at_once, bool cut)
{
	t->current->cut = cut;
	t->current->most_at_once = most_at_once;
	reach(t->current, loop_clock() - t->current->began);
	t->current = NULL;
}

void
timeline_started(struct timeline *t, const struct record *r)
{
	r->log->lane = lanes_take(&t->current->lanes);
}

static struct timeline_place *
place_of(struct timeline_run *run, size_t at)
{
	const size_t old = run->place_count;

	if (at >= old) {
		run->place_count = at < 512 ? 1024 : at * 2;
		run->places = xreallocarray(
		    run->places, run->place_count, sizeof *run->places);
	}
	for (; run->count <= at; run->count++)
		run->places[run->count] = (struct timeline_place){-1, 0};
	return &run->places[at];
}

/* A text and its NUL. Returns the length of both. */
static uint32_t
put_text(struct buf *to, const char *text, size_t len)
{
	buf_append(to, text, len);
	buf_putc(to, '\0');
	return (uint32_t)len + 1;
}

static uint32_t
put_url(struct buf *to, const char *url)
{
	const size_t start = to->len;

	if (url != NULL)
		url_redact(to, url, strlen(url));
	buf_putc(to, '\0');
	return (uint32_t)(to->len - start);
}

static uint32_t
put_name(struct buf *to, const struct request *request)
{
	const size_t start = to->len;

	request_put_name(request, to);
	buf_putc(to, '\0');
	return (uint32_t)(to->len - start);
}

/* The spans behind what is in the row, as seen from the run's beginning. */
static uint32_t
put_spans(struct timeline_run *run, const struct task_log *log)
{
	struct task_span span;
	size_t i;

	if (log == NULL)
		return 0;
	for (i = 0; i < log->count; i++) {
		span = log->spans[i];
		span.begin -= run->began;
		run->states[span.state] += span.length;
		reach(run, span.begin + span.length);
		buf_append(&run->row, &span, sizeof span);
	}
	return (uint32_t)log->count;
}

static void
put_har(struct timeline *t, const struct record *r, struct stored *row)
{
	struct timeline_run *run = t->current;
	const size_t start = run->texts.len;

	if (!t->has_har)
		return;
	timeline_har_put(&run->texts, r, run->wall + row->began);
	row->har_len = put_text(&run->texts, "", 0) +
	    (uint32_t)(run->texts.len - 1 - start);
}

static void
add_row(struct timeline *t, const struct record *r, int64_t now)
{
	struct timeline_run *run = t->current;
	const struct task_log *log = r->log;
	const struct request *request = r->request;
	struct stored row = {
	    .index = request->index,
	    .began = now - run->began,
	    .ended = now - run->began,
	    .time_total = r->times[TIME_TOTAL],
	    .size = r->size_download,
	    .lane = log != NULL ? log->lane : 0,
	    .attempts = log != NULL ? r->attempts : 0,
	    .outcome = r->outcome,
	    .response_code = r->response_code,
	};

	run->row.len = run->texts.len = 0;
	buf_append(&run->row, &row, sizeof row);
	row.span_count = put_spans(run, log);
	if (row.span_count > 0)
		row.began = log->spans[0].begin - run->began;
	row.name_len = put_name(&run->texts, request);
	row.url_len = put_url(&run->texts, request->url);
	row.host_len = put_url(&run->texts, request->host);
	put_har(t, r, &row);
	memcpy(run->row.data, &row, sizeof row);
	buf_append(&run->row, run->texts.data, run->texts.len);
	place_of(run, request->place)->row = store_add(
	    &run->store, run->row.data, run->row.len);
}

void
timeline_ended(struct timeline *t, const struct record *r, int64_t now)
{
	struct timeline_run *run = t->current;

	add_row(t, r, now);
	reach(run, now - run->began);
	run->outcomes[r->outcome]++;
	if (r->request->index > run->index_most)
		run->index_most = r->request->index;
	run->time_tasks += r->time_attempts + r->time_backoff;
	if (r->log != NULL && r->attempts > 0)
		lanes_give(&run->lanes, r->log->lane);
}

void
timeline_held(struct timeline *t, size_t at, int64_t usec)
{
	struct timeline_run *run = t->current;

	if (usec <= 0 || at >= run->count)
		return;
	run->places[at].held = usec;
	run->states[STATE_HELD] += usec;
}

/* The spans are copied: they are aligned then, and have one more at the end. */
static void
take_spans(struct timeline_run *run, const char *from, struct timeline_row *row)
{
	const size_t count = row->span_count;

	if (count + 1 > run->span_size) {
		run->span_size = count + 16;
		run->spans = xreallocarray(
		    run->spans, run->span_size, sizeof *run->spans);
	}
	memcpy(run->spans, from, count * sizeof *run->spans);
	if (row->held > 0)
		run->spans[row->span_count++] = (struct task_span){
		    row->ended, row->held, STATE_HELD, row->attempts};
	row->spans = run->spans;
}

bool
timeline_row(struct timeline_run *run, size_t at, struct timeline_row *row)
{
	const struct timeline_place *place = &run->places[at];
	struct stored s;
	const char *data;
	size_t spans, texts;

	if (place->row == -1 ||
	    (data = store_read(&run->store, place->row, sizeof s)) == NULL)
		return false;
	memcpy(&s, data, sizeof s);
	spans = s.span_count * sizeof *row->spans;
	texts = (size_t)s.name_len + s.url_len + s.host_len + s.har_len;
	data = store_read(&run->store, place->row, sizeof s + spans + texts);
	if (data == NULL)
		return false;
	*row = (struct timeline_row){
	    .index = s.index,
	    .began = s.began,
	    .ended = s.ended,
	    .held = place->held,
	    .time_total = s.time_total,
	    .attempts = s.attempts,
	    .lane = s.lane,
	    .outcome = s.outcome,
	    .response_code = s.response_code,
	    .size = s.size,
	    .span_count = s.span_count,
	};
	data += sizeof s;
	take_spans(run, data, row);
	row->name = data + spans;
	row->url = row->name + s.name_len;
	row->host = row->url + s.url_len;
	row->har = s.har_len > 0 ? row->host + s.host_len : NULL;
	row->har_len = s.har_len > 0 ? s.har_len - 1 : 0;
	return true;
}
