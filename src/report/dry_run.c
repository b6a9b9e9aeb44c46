/*
 * --dry-run.
 */
#include "config.h"

#include "report/dry_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "base/json.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "fetch/files.h"
#include "fetch/record.h"
#include "input/options.h"
#include "input/request.h"
#include "input/source.h"
#include "output/format.h"
#include "output/stream.h"
#include "report/as_curl.h"
#include "report/asked.h"
#include "report/trace.h"

/* Requests read ahead. */
#define QUEUE_SIZE  64

#define HOSTS_FIRST 64

struct host_count {
	char *key; /* owned; NULL: an empty place */
	size_t tasks;
};

/* What is read. It outlives the walk, which ends first when output fails. */
struct supply {
	struct queue targets;
	struct reader *reader; /* borrowed */
};

struct walk {
	struct co_task task;
	struct dry_run *run;
	struct supply *supply; /* borrowed */
	struct files files;    /* which names tasks have */
	void *next;	       /* struct request */
	struct buf text;
	struct host_count *hosts; /* a hash table; owned */
	size_t host_count, host_size;
	size_t written;
};

static struct host_count *
find_host(const struct walk *w, const char *key)
{
	size_t at = (size_t)fnv_of(FNV_BASIS, key, strlen(key));

	for (at &= w->host_size - 1; w->hosts[at].key != NULL;
	     at = (at + 1) & (w->host_size - 1))
		if (strcmp(w->hosts[at].key, key) == 0)
			break;
	return &w->hosts[at];
}

static void
grow_hosts(struct walk *w)
{
	struct host_count *old = w->hosts;
	size_t i, size = w->host_size;

	w->host_size = size == 0 ? HOSTS_FIRST : size * 2;
	w->hosts = xcalloc(w->host_size, sizeof *w->hosts);
	for (i = 0; i < size; i++)
		if (old[i].key != NULL)
			*find_host(w, old[i].key) = old[i];
	free(old);
}

static void
count_host(struct walk *w, const char *key)
{
	struct host_count *h;

	if (w->host_count >= w->host_size / 2)
		grow_hosts(w);
	h = find_host(w, key);
	if (h->key == NULL) {
		h->key = xstrdup(key);
		w->host_count++;
	}
	h->tasks++;
}

/* The least time that so many tasks take at that rate; microseconds. */
static int64_t
least_time(const struct rate *rate, long burst, size_t tasks)
{
	int64_t waiting = (int64_t)tasks - burst;

	if (rate->count == 0 || waiting <= 0)
		return 0;
	if (waiting > INT64_MAX / rate->period)
		return INT64_MAX;
	return (waiting * rate->period + rate->count - 1) / rate->count;
}

/* What would be done with a request: a record's first fields, and what is
 * sent, or as curl does it. */
static void
put_task(struct walk *w, const struct request *r)
{
	const struct options *o = w->run->options;
	const struct format_ops *format = &format_table[o->format];
	struct buf *to = &w->text, command;
	struct asked a;

	buf_puts(to, w->written++ == 0 ? format->first : format->between);
	asked_init(&a, o, r);
	if (format->is_json) {
		buf_puts(to, format->lead);
		format_own_fields(to, r, NULL);
		asked_put_json(&a, to, o, r);
		if (o->as_curl) {
			buf_init(&command);
			as_curl_put(&command, o, r);
			buf_puts(to, ",\"curl\":");
			json_put_string(to, command.data, command.len);
			buf_clear(&command);
		}
		buf_printf(to, "}%s", format->end);
	} else if (o->as_curl) {
		as_curl_put(to, o, r);
		buf_putc(to, '\n');
	} else
		asked_put_text(&a, to, o, r);
	asked_clear(&a);
}

/* One that is not fetched: its error, and its record. */
static void
put_other(struct walk *w, const struct request *r, enum outcome outcome,
    const char *cause)
{
	const struct options *o = w->run->options;
	const struct format_ops *format = &format_table[o->format];
	struct trace trace = {.errors = w->run->errors};
	struct buf *to = &w->text;
	struct record record;

	if (outcome == OUTCOME_INVALID)
		w->run->invalid++;
	record_init(&record, r, o);
	record_end(&record, outcome, cause);
	trace_ended(&trace, &record);
	record_clear(&record);
	if (!format->is_json)
		return;
	buf_puts(to, w->written++ == 0 ? format->first : format->between);
	buf_puts(to, format->lead);
	format_own_fields(to, r, NULL);
	buf_printf(
	    to, ",\"outcome\":\"%s\",\"errormsg\":", outcome_name(outcome));
	json_put_string(to, cause, strlen(cause));
	buf_printf(to, "}%s", format->end);
}

/* Is the file there, or another task's? Then the request is none. */
static bool
has_file(struct walk *w, const struct request *r)
{
	const struct file_options *o = &w->run->options->files;
	char *cause;
	size_t other;

	if (r->file == NULL)
		return false;
	if (o->skip_existing && files_has(&w->files, r->file, r->file_base)) {
		put_other(w, r, OUTCOME_SKIPPED,
		    "the file is there already (--skip-existing)");
		return true;
	}
	if (o->no_clobber || o->server_name ||
	    files_claim(&w->files, r->file, r->file_base, r->index, &other))
		return false;
	cause = files_taken(&w->files, r->file, r->file_base, other, r->index);
	put_other(w, r, OUTCOME_INVALID, cause);
	free(cause);
	return true;
}

static void
take(struct walk *w, struct request *r)
{
	const struct options *o = w->run->options;
	const char *problem = r->problem;

	if (problem == NULL && o->as_curl)
		problem = as_curl_problem(o, r);
	if (problem != NULL)
		put_other(w, r, OUTCOME_INVALID, problem);
	else if (w->run->wanted != NULL && !w->run->wanted(w->run->arg, r)) {
		w->run->known++;
		put_other(w, r, OUTCOME_SKIPPED, "its record is known");
	} else if (!has_file(w, r)) {
		w->run->tasks++;
		count_host(w, asked_host(r));
		put_task(w, r);
	}
	request_free(r);
	stream_write(w->run->out, &w->text);
}

static int
compare_hosts(const void *a, const void *b)
{
	const struct host_count *x = a, *y = b;

	if (x->tasks != y->tasks)
		return x->tasks < y->tasks ? 1 : -1;
	return strcmp(x->key, y->key);
}

/* The hosts that were met, those with most tasks first, at the front. */
static void
sort_hosts(struct walk *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->host_size; i++)
		if (w->hosts[i].key != NULL)
			w->hosts[n++] = w->hosts[i];
	for (i = n; i < w->host_size; i++)
		w->hosts[i].key = NULL;
	if (n > 0)
		qsort(w->hosts, n, sizeof *w->hosts, compare_hosts);
}

/* What the rates allow, of the whole run. */
static int64_t
least_of_all(const struct walk *w)
{
	const struct pacing *p = &w->run->options->pacing;
	int64_t least = least_time(&p->rate, p->burst, w->run->tasks), one;
	size_t i;

	for (i = 0; i < w->host_count; i++) {
		one = least_time(&p->rate_host, p->burst, w->hosts[i].tasks);
		least = one > least ? one : least;
	}
	return least;
}

static void
put_rate(struct buf *to, const struct rate *rate)
{
	buf_printf(to, "%" PRId64 "/", rate->count);
	if (rate->period != USEC_PER_SEC)
		buf_printf(to, "%g", (double)rate->period / USEC_PER_SEC);
	buf_puts(to, "s");
}

static void
put_host_limits(struct buf *to, const struct pacing *p, size_t tasks)
{
	if (p->host_slots == HOST_SLOTS_AUTO)
		buf_puts(to, _(", at once: as it takes them"));
	else if (p->host_slots > 0)
		buf_printf(to, _(", %ld at once"), p->host_slots);
	if (p->rate_host.count == 0)
		return;
	buf_puts(to, ", ");
	put_rate(to, &p->rate_host);
	buf_printf(to, _(", at least %.3f s"),
	    (double)least_time(&p->rate_host, p->burst, tasks) / USEC_PER_SEC);
}

static void
put_summary_text(struct walk *w)
{
	const struct options *o = w->run->options;
	const struct pacing *p = &o->pacing;
	struct buf *to = &w->text;
	size_t i;

	buf_printf(to,
	    N_PLURAL("%zu task, %zu invalid, %zu known; %ld at once (-j)",
		"%zu tasks, %zu invalid, %zu known; %ld at once (-j)",
		w->run->tasks),
	    w->run->tasks, w->run->invalid, w->run->known,
	    o->sequential ? 1 : o->jobs);
	if (p->rate.count > 0) {
		buf_puts(to, ", ");
		put_rate(to, &p->rate);
	}
	buf_putc(to, '\n');
	for (i = 0; i < w->host_count; i++) {
		buf_printf(to,
		    N_PLURAL(
			"%s: %zu task", "%s: %zu tasks", w->hosts[i].tasks),
		    w->hosts[i].key, w->hosts[i].tasks);
		put_host_limits(to, p, w->hosts[i].tasks);
		buf_putc(to, '\n');
	}
	if (p->rate.count == 0 && p->rate_host.count == 0)
		buf_puts(to,
		    _("no rate limits how soon they begin (--rate, "
		      "--rate-host)\n"));
	else
		buf_printf(to,
		    _("the rates let the last one begin after %.3f s at the "
		      "earliest; how long answers take is not known\n"),
		    (double)least_of_all(w) / USEC_PER_SEC);
}

static void
put_json_rate(struct buf *to, const struct rate *rate)
{
	buf_puts(to, ",\"rate\":");
	if (rate->count == 0) {
		buf_puts(to, "null");
		return;
	}
	buf_putc(to, '"');
	put_rate(to, rate);
	buf_putc(to, '"');
}

static void
put_summary_json(struct walk *w)
{
	const struct options *o = w->run->options;
	const struct format_ops *format = &format_table[o->format];
	const struct pacing *p = &o->pacing;
	struct buf *to = &w->text;
	size_t i;

	buf_puts(to, w->written++ == 0 ? format->first : format->between);
	buf_puts(to, format->lead);
	buf_printf(to,
	    "{\"summary\":{\"tasks\":%zu,\"invalid\":%zu,\"known\":%zu,"
	    "\"slots\":%ld",
	    w->run->tasks, w->run->invalid, w->run->known,
	    o->sequential ? 1 : o->jobs);
	put_json_rate(to, &p->rate);
	buf_puts(to, ",\"time_least\":");
	json_put_seconds(to, least_of_all(w));
	buf_puts(to, ",\"hosts\":[");
	for (i = 0; i < w->host_count; i++) {
		buf_puts(to, i == 0 ? "{\"host\":" : ",{\"host\":");
		json_put_string(to, w->hosts[i].key, strlen(w->hosts[i].key));
		buf_printf(to, ",\"tasks\":%zu,\"slots\":", w->hosts[i].tasks);
		if (p->host_slots == HOST_SLOTS_AUTO)
			buf_puts(to, "\"auto\"");
		else if (p->host_slots > 0)
			json_put_integer(to, p->host_slots);
		else
			buf_puts(to, "null");
		put_json_rate(to, &p->rate_host);
		buf_puts(to, ",\"time_least\":");
		json_put_seconds(
		    to, least_time(&p->rate_host, p->burst, w->hosts[i].tasks));
		buf_putc(to, '}');
	}
	buf_printf(to, "]}}%s", format->end);
}

static void
put_end(struct walk *w)
{
	const struct options *o = w->run->options;
	const struct format_ops *format = &format_table[o->format];

	sort_hosts(w);
	if (format->is_json)
		put_summary_json(w);
	else if (!o->as_curl)
		put_summary_text(w);
	buf_puts(&w->text, w->written > 0 ? format->tail : format->empty);
	stream_write(w->run->out, &w->text);
	stream_end(w->run->out);
}

static void
walk_body(struct co_task *self)
{
	struct walk *w = (struct walk *)self;

	CO_BEGIN(self);
	buf_puts(&w->text, format_table[w->run->options->format].head);
	for (;;) {
		CO_AWAIT(self, stream_room(self, w->run->out));
		CO_AWAIT(self, queue_get(self, &w->supply->targets, &w->next));
		if (self->error != 0)
			break;
		take(w, w->next);
	}
	put_end(w);
	CO_AWAIT(self, stream_drain(self, w->run->out));
	CO_END(self);
}

static void
walk_clear(struct co_task *self)
{
	struct walk *w = (struct walk *)self;
	size_t i;

	for (i = 0; i < w->host_count; i++)
		free(w->hosts[i].key);
	free(w->hosts);
	buf_clear(&w->text);
	files_clear(&w->files);
}

/* The output failed: nothing more is read. */
static void
stop(void *arg)
{
	struct supply *s = arg;

	if (s->targets.closed)
		return;
	reader_hurry(s->reader);
	queue_close(&s->targets);
}

void
dry_run(struct dry_run *d)
{
	struct walk *w = xcalloc(1, sizeof *w);
	struct supply supply;
	struct co_group group;

	group_init(&group, &d->loop->sched);
	co_task_init(&w->task, walk_body, walk_clear);
	w->run = d;
	w->supply = &supply;
	queue_init(&supply.targets, QUEUE_SIZE);
	files_init(&w->files, &d->options->files);
	supply.reader = reader_start(&group, d->loop, d->source, d->rules,
	    &supply.targets, &d->input_failed);
	d->out->failed = stop;
	d->out->arg = &supply;
	group_start(&group, &w->task);
	loop_run(d->loop, &group);
	d->out->failed = NULL;
	queue_clear(&supply.targets);
	group_clear(&group);
}
