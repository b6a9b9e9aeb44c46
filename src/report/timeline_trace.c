/*
 * Traces.
 */
#include "config.h"

#include "report/timeline_trace.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fnv.h"
#include "base/json.h"
#include "base/xmalloc.h"
#include "report/timeline.h"
#include "report/timeline_file.h"
#include "report/timeline_names.h"

/*
 * Hosts of a run are processes, their lanes threads. Perfetto finds threads by
 * their numbers alone, and takes a process's own for its main thread: no two
 * of all have the same.
 */
struct place {
	char *key; /* owned; NULL: a free one */
	size_t number;
};

struct trace_writer {
	struct timeline_file *f;
	struct buf *to;
	enum timeline_kind kind;
	bool both;	     /* kinds */
	struct place *table; /* of processes and threads */
	size_t size, count;  /* places, a power of two; those that are taken */
	size_t numbers;	     /* given so far */
	struct buf key;	     /* scratch */
	struct buf args;     /* of the task in hand */
	bool more;	     /* than one event */
};

static struct place *
find(struct place *table, size_t size, const char *key)
{
	size_t i = (size_t)fnv_of(FNV_BASIS, key, strlen(key)) & (size - 1);

	while (table[i].key != NULL && strcmp(table[i].key, key) != 0)
		i = (i + 1) & (size - 1);
	return &table[i];
}

static void
grow(struct trace_writer *w)
{
	const size_t size = w->size == 0 ? 64 : w->size * 2;
	struct place *table = xcalloc(size, sizeof *table);
	size_t i;

	for (i = 0; i < w->size; i++)
		if (w->table[i].key != NULL)
			*find(table, size, w->table[i].key) = w->table[i];
	free(w->table);
	w->table = table;
	w->size = size;
}

/* The number of what has that key; is_new: it has just got it. */
static size_t
number_of(struct trace_writer *w, const char *key, bool *is_new)
{
	struct place *p;

	if (w->count * 2 >= w->size)
		grow(w);
	p = find(w->table, w->size, key);
	*is_new = p->key == NULL;
	if (*is_new) {
		w->count++;
		p->key = xstrdup(key);
		p->number = ++w->numbers;
	}
	return p->number;
}

static void
clear_table(struct trace_writer *w)
{
	size_t i;

	for (i = 0; i < w->size; i++)
		free(w->table[i].key);
	free(w->table);
	w->table = NULL;
	w->size = w->count = 0;
}

static void
begin_event(struct trace_writer *w)
{
	timeline_file_flush(w->f);
	buf_puts(w->to, w->more ? ",\n" : "\n");
	w->more = true;
}

/* Tells the name of a process, or of its thread. */
static void
put_name(struct trace_writer *w, const char *what, size_t process,
    size_t thread, const char *name)
{
	begin_event(w);
	buf_printf(w->to,
	    "{\"ph\":\"M\",\"name\":\"%s\",\"pid\":%zu,\"tid\":%zu,"
	    "\"args\":{\"name\":",
	    what, process, thread);
	json_put_string(w->to, name, strlen(name));
	buf_puts(w->to, "}}");
}

/* The process of that host, named at its first task. */
static size_t
process_of(struct trace_writer *w, const char *host)
{
	bool is_new;
	const size_t process = number_of(w, host, &is_new);
	struct buf name;

	if (!is_new)
		return process;
	buf_init(&name);
	if (w->both)
		buf_printf(&name, "%s: ", timeline_kind_name(w->kind));
	buf_puts(&name, *host != '\0' ? host : "(not fetched)");
	put_name(w, "process_name", process, process, buf_string(&name));
	buf_clear(&name);
	return process;
}

/* The thread of a lane, named at its first task. */
static size_t
thread_of(struct trace_writer *w, size_t process, size_t lane)
{
	char name[32];
	size_t thread;
	bool is_new;

	/* No host is that. */
	w->key.len = 0;
	buf_printf(&w->key, "\n%zu/%zu", process, lane);
	thread = number_of(w, buf_string(&w->key), &is_new);
	if (is_new) {
		snprintf(name, sizeof name, "lane %zu", lane);
		put_name(w, "thread_name", process, thread, name);
	}
	return thread;
}

/* Of all events of a task; the attempt, where there is one, goes behind. */
static void
set_args(struct trace_writer *w, const struct timeline_row *row)
{
	struct buf *a = &w->args;

	a->len = 0;
	buf_puts(a, ",\"args\":{\"index\":");
	json_put_integer(a, (int64_t)row->index);
	buf_puts(a, ",\"url\":");
	if (*row->url != '\0')
		json_put_string(a, row->url, strlen(row->url));
	else
		buf_puts(a, "null");
	buf_puts(a, ",\"outcome\":");
	json_put_string(
	    a, outcome_name(row->outcome), strlen(outcome_name(row->outcome)));
	buf_puts(a, ",\"status\":");
	json_put_integer(a, row->response_code);
}

static void
put_args(struct trace_writer *w, const char *name, int n)
{
	buf_append(w->to, w->args.data, w->args.len);
	buf_printf(w->to, ",\"%s\":%d}}", name, n);
}

static void
put_slice(struct trace_writer *w, size_t process, size_t thread, int64_t begin,
    int64_t length)
{
	buf_printf(w->to,
	    ",\"ph\":\"X\",\"pid\":%zu,\"tid\":%zu,\"ts\":%lld,\"dur\":%lld",
	    process, thread, (long long)begin, (long long)length);
}

/* From the first attempt to the end. */
static void
put_task(struct trace_writer *w, size_t process, size_t thread,
    const struct timeline_row *row, int64_t begin)
{
	begin_event(w);
	buf_puts(w->to, "{\"cat\":\"task\",\"name\":");
	json_put_string(w->to, row->name, strlen(row->name));
	put_slice(w, process, thread, begin, row->ended - begin);
	put_args(w, "attempts", row->attempts);
}

static void
put_state(struct trace_writer *w, size_t process, size_t thread,
    const struct timeline_row *row, const struct task_span *span)
{
	int64_t length = span->length;

	/* libcurl's clock is not read at the same moment as ours. */
	if (span->begin + length > row->ended)
		length = row->ended - span->begin;
	begin_event(w);
	buf_printf(w->to, "{\"cat\":\"state\",\"name\":\"%s\"",
	    task_state_name(span->state));
	put_slice(w, process, thread, span->begin, length > 0 ? length : 0);
	put_args(w, "attempt", span->attempt);
}

/* What overlaps with others in its lane. */
static void
put_async(struct trace_writer *w, size_t process,
    const struct timeline_row *row, const struct task_span *span)
{
	int end;

	for (end = 0; end <= 1; end++) {
		begin_event(w);
		buf_printf(w->to,
		    "{\"cat\":\"%s\",\"name\":\"%s\",\"ph\":\"%s\","
		    "\"id\":\"%zu.%zu.%s\",\"pid\":%zu,\"tid\":%zu,\"ts\":%lld",
		    span->state == STATE_HELD ? "held" : "waiting",
		    task_state_name(span->state), end == 0 ? "b" : "e",
		    (size_t)w->kind, row->index,
		    span->state == STATE_HELD ? "h" : "w", process, process,
		    (long long)(span->begin + (end == 0 ? 0 : span->length)));
		put_args(w, "attempt", span->attempt);
	}
}

/* Has the task its lane during that span? */
static bool
is_in_lane(const struct timeline_row *row, const struct task_span *span)
{
	return row->attempts > 0 && span->state != STATE_HELD &&
	    (span->attempt > 1 || span->state > STATE_BACKOFF);
}

static void
put_row(struct trace_writer *w, const struct timeline_row *row)
{
	const size_t process = process_of(w, row->host);
	const struct task_span *span;
	bool begun = false;
	size_t thread = 0, i;

	set_args(w, row);
	if (row->attempts > 0)
		thread = thread_of(w, process, row->lane);
	for (i = 0; i < row->span_count; i++) {
		span = &row->spans[i];
		if (!is_in_lane(row, span)) {
			put_async(w, process, row, span);
			continue;
		}
		if (!begun)
			put_task(w, process, thread, row, span->begin);
		begun = true;
		put_state(w, process, thread, row, span);
	}
}

void
timeline_trace_write(struct timeline *t, struct timeline_file *f)
{
	struct trace_writer w = {.f = f, .to = &f->buf};
	struct timeline_run *run;
	struct timeline_row row;
	size_t i;

	w.both = t->runs[TIMELINE_SEQUENTIAL].exists &&
	    t->runs[TIMELINE_CONCURRENT].exists;
	buf_init(&w.key);
	buf_init(&w.args);
	buf_puts(w.to,
	    "{\"displayTimeUnit\":\"ms\",\"otherData\":{"
	    "\"creator\":\"coget " PACKAGE_VERSION "\"},\"traceEvents\":[");
	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++) {
		w.kind = run->kind;
		for (i = 0; run->exists && i < run->count; i++)
			if (timeline_row(run, i, &row))
				put_row(&w, &row);
		clear_table(&w);
	}
	buf_puts(w.to, "\n]}\n");
	buf_clear(&w.key);
	buf_clear(&w.args);
}
