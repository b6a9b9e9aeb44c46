/*
 * HTTP archives (http://www.softwareishard.com/blog/har-12-spec/).
 */
#include "config.h"

#include "report/timeline_har.h"

#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/units.h"
#include "fetch/record.h"
#include "fetch/task_log.h"
#include "input/request.h"
#include "report/har_message.h"
#include "report/timeline.h"
#include "report/timeline_file.h"
#include "report/timeline_names.h"

#define NOT_SO ((int64_t)-1)

/* Milliseconds; not so is -1. */
static void
put_time(struct buf *to, const char *key, int64_t usec)
{
	buf_puts(to, key);
	if (usec == NOT_SO)
		buf_puts(to, "-1");
	else
		buf_printf(to, "%lld.%03lld", (long long)(usec / 1000),
		    (long long)(usec % 1000));
}

/* ISO 8601 in UTC. */
static void
put_date(struct buf *to, const char *key, int64_t usec)
{
	time_t seconds = (time_t)(usec / USEC_PER_SEC);
	struct tm tm;

	memset(&tm, 0, sizeof tm);
	gmtime_r(&seconds, &tm);
	buf_printf(to, "%s\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", key,
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(usec % USEC_PER_SEC / 1000));
}

/* The last attempt's states, and what was before it. */
struct timings {
	int64_t blocked;
	int64_t states[STATE_COUNT];
	int64_t waits[STATE_COUNT]; /* of the whole task */
};

static void
measure(struct timings *t, const struct record *r)
{
	const struct task_log *log = r->log;
	const struct task_span *span;
	bool before = true;
	size_t i;

	memset(t, 0, sizeof *t);
	for (i = 0; log != NULL && i < log->count; i++) {
		span = &log->spans[i];
		if (span->state < STATE_DNS) {
			t->waits[span->state] += span->length;
			if (before)
				t->blocked = span->begin + span->length -
				    log->spans[0].begin;
		} else if (span->attempt == r->attempts) {
			if (before)
				t->blocked = span->begin - log->spans[0].begin;
			before = false;
			t->states[span->state] += span->length;
		}
	}
}

/* Of a connection that was not made there is no time. */
static int64_t
of_connection(const struct record *r, int64_t usec)
{
	return usec > 0 || r->num_connects > 0 ? usec : NOT_SO;
}

static int64_t
at_least_0(int64_t usec)
{
	return usec > 0 ? usec : 0;
}

static void
put_timings(struct buf *to, const struct record *r, const struct timings *t)
{
	const int64_t *s = t->states;

	put_time(to, ",\"timings\":{\"blocked\":", t->blocked);
	put_time(to, ",\"dns\":", of_connection(r, s[STATE_DNS]));
	put_time(to,
	    ",\"connect\":", of_connection(r, s[STATE_CONNECT] + s[STATE_TLS]));
	put_time(to, ",\"ssl\":", s[STATE_TLS] > 0 ? s[STATE_TLS] : NOT_SO);
	put_time(to, ",\"send\":", s[STATE_SEND]);
	put_time(to, ",\"wait\":", s[STATE_WAIT]);
	put_time(to, ",\"receive\":", s[STATE_RECEIVE]);
	buf_puts(to, ",\"comment\":\"blocked: all before the last attempt\"}");
}

/* What has no place in the format: names that begin with _ are free. */
static void
put_own(struct buf *to, const struct record *r, const struct timings *t)
{
	struct buf name;
	int i;

	buf_init(&name);
	request_put_name(r->request, &name);
	har_put_integer(to, ",\"_index\":", (int64_t)r->request->index);
	har_put_text(to, ",\"_name\":", buf_string(&name));
	buf_clear(&name);
	har_put_text(to, ",\"_outcome\":", outcome_name(r->outcome));
	if (r->problem != NULL)
		har_put_text(to, ",\"_error\":", r->problem);
	har_put_integer(to, ",\"_attempts\":", r->attempts);
	har_put_integer(to, ",\"_redirects\":", r->num_redirects);
	put_time(to, ",\"_queue\":", r->time_queue);
	put_time(to, ",\"_backoff\":", r->time_backoff);
	put_time(to, ",\"_earlier_attempts\":",
	    at_least_0(
		r->attempts > 0 ? r->time_attempts - r->times[TIME_TOTAL] : 0));
	buf_puts(to, ",\"_waits\":{");
	for (i = 0; i < STATE_BACKOFF; i++) {
		buf_printf(to, "%s\"%s\"", i > 0 ? "," : "",
		    task_state_name((enum task_state)i));
		put_time(to, ":", t->waits[i]);
	}
	buf_putc(to, '}');
}

void
timeline_har_put(struct buf *to, const struct record *r, int64_t began)
{
	struct timings t;
	int64_t total;
	int i;

	measure(&t, r);
	total = t.blocked;
	for (i = STATE_DNS; i <= STATE_RECEIVE; i++)
		total += t.states[i];
	put_date(to, "{\"startedDateTime\":", began);
	put_time(to, ",\"time\":", total);
	har_put_request(to, r);
	har_put_response(to, r);
	buf_puts(to, ",\"cache\":{}");
	put_timings(to, r, &t);
	if (r->remote_ip != NULL)
		har_put_text(to, ",\"serverIPAddress\":", r->remote_ip);
	put_own(to, r, &t);
}

static void
put_pages(struct buf *to, const struct timeline *t)
{
	const struct timeline_run *run;
	const char *name;
	bool first = true;

	buf_puts(to, ",\"pages\":[");
	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++) {
		if (!run->exists)
			continue;
		name = timeline_kind_name(run->kind);
		put_date(to,
		    first ? "{\"startedDateTime\":" : ",{\"startedDateTime\":",
		    run->wall);
		first = false;
		har_put_text(to, ",\"id\":", name);
		har_put_text(to, ",\"title\":", name);
		put_time(to, ",\"pageTimings\":{\"onLoad\":", run->length);
		buf_puts(to, "}}");
	}
	buf_putc(to, ']');
}

void
timeline_har_write(struct timeline *t, struct timeline_file *f)
{
	struct buf *to = &f->buf;
	struct timeline_run *run;
	struct timeline_row row;
	bool first = true;
	size_t i;

	buf_puts(to,
	    "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":"
	    "\"coget\",\"version\":\"" PACKAGE_VERSION "\"}");
	put_pages(to, t);
	buf_puts(to, ",\"entries\":[\n");
	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++) {
		for (i = 0; run->exists && i < run->count; i++) {
			if (!timeline_row(run, i, &row))
				continue;
			if (!first)
				buf_puts(to, ",\n");
			first = false;
			buf_append(to, row.har, row.har_len);
			put_time(to, ",\"_held\":", row.held);
			har_put_text(
			    to, ",\"pageref\":", timeline_kind_name(run->kind));
			buf_putc(to, '}');
			timeline_file_flush(f);
		}
	}
	buf_puts(to, "\n]}}\n");
}
