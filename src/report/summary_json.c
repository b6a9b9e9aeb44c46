/*
 * The summary as JSON, for --summary; the fields are coget-record(5)'s.
 */
#include "config.h"

#include "report/summary.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/units.h"
#include "report/comparison.h"

#define KEY(name) ",\"" name "\":"

static void
put_count(struct buf *to, const char *key, size_t n)
{
	buf_puts(to, key);
	json_put_integer(to, (int64_t)n);
}

static void
put_seconds(struct buf *to, const char *key, int64_t usec)
{
	buf_puts(to, key);
	json_put_seconds(to, usec);
}

static void
put_text(struct buf *to, const char *key, const char *text)
{
	buf_puts(to, key);
	if (text == NULL)
		buf_puts(to, "null");
	else
		json_put_string(to, text, strlen(text));
}

static void
put_tasks(struct buf *to, const struct totals *t)
{
	int i;

	put_count(to, "{\"tasks\":", t->records);
	buf_puts(to, KEY("outcomes"));
	for (i = 0; i < OUTCOME_COUNT; i++) {
		buf_printf(to, "%c\"%s\":", i == 0 ? '{' : ',',
		    outcome_name((enum outcome)i));
		json_put_integer(to, (int64_t)t->outcomes[i]);
	}
	buf_putc(to, '}');
	put_count(to, KEY("known"), t->known);
	put_count(to, KEY("unmodified"), t->unmodified);
	put_count(to, KEY("attempts"), t->attempts);
	put_count(to, KEY("size_download"), (size_t)t->size_download);
}

/* Of all tasks in the queue, by reason. */
static void
put_waits(struct buf *to, const struct totals *t)
{
	static const char *const keys[WAIT_COUNT] = {
	    [WAIT_SLOT] = KEY("waits") "{\"slot\":",
	    [WAIT_HOST] = KEY("host"),
	    [WAIT_PAUSE] = KEY("pause"),
	    [WAIT_RATE] = KEY("rate"),
	    [WAIT_FILES] = KEY("open_files"),
	    [WAIT_OUTPUT] = KEY("output"),
	};
	int i;

	for (i = 0; i < WAIT_COUNT; i++)
		put_seconds(to, keys[i], t->waits[i]);
	buf_putc(to, '}');
}

/* Of both ways where each was measured, perhaps several times. */
static bool
put_medians(struct buf *to, const struct comparison *c)
{
	struct ratio ratio;

	if (c == NULL || c->is_sweep || !comparison_is_complete(c))
		return false;
	comparison_ratio(c, &c->ways[1], &ratio);
	buf_printf(to, KEY("time_sequential") "%.6f",
	    statistics_median(c->ways[0].times, c->ways[0].count));
	buf_puts(to, KEY("sequential_is_measured") "true");
	buf_printf(to, KEY("time_concurrent") "%.6f",
	    statistics_median(c->ways[1].times, c->ways[1].count));
	buf_printf(to, KEY("speed_up") "%.4f", ratio.median);
	return true;
}

/* The two times, and what follows from them. */
static void
put_gain(struct buf *to, const struct summary *s)
{
	const struct totals *one = s->sequential, *c = s->concurrent;
	int64_t sequential = 0;

	if (put_medians(to, s->comparison))
		return;
	if (one != NULL)
		sequential = one->time_run;
	else if (c != NULL)
		sequential = totals_one_by_one(c);
	put_seconds(to, KEY("time_sequential"), sequential);
	buf_printf(to, KEY("sequential_is_measured") "%s",
	    one != NULL ? "true" : "false");
	buf_puts(to, KEY("time_concurrent"));
	if (c != NULL)
		json_put_seconds(to, c->time_run);
	else
		buf_puts(to, "null");
	buf_puts(to, KEY("speed_up"));
	if (c != NULL && c->time_run > 0 && sequential > 0 && !c->cut)
		buf_printf(
		    to, "%.4f", (double)sequential / (double)c->time_run);
	else
		buf_puts(to, "null");
}

/* What kept it from being faster. */
static void
put_bound(struct buf *to, const struct summary *s)
{
	const struct totals *c = s->concurrent;

	buf_puts(to, KEY("time_bound"));
	if (c == NULL)
		buf_puts(to, "null");
	else
		json_put_seconds(to, summary_bound(c, s->jobs));
	put_text(to, KEY("limited_by"),
	    c != NULL && s->runs == 0
		? limited_by_name(summary_limited_by(c, s->jobs))
		: NULL);
}

/* What percentiles of several runs are made of. */
static void
put_steps(struct buf *to, const struct histogram *h)
{
	size_t place = 0;
	uint64_t count;
	int64_t value;
	bool first = true;

	buf_puts(to, KEY("steps") "[");
	while (histogram_step(h, &place, &value, &count)) {
		buf_puts(to, first ? "[" : ",[");
		json_put_seconds(to, value);
		buf_putc(to, ',');
		json_put_integer(to, (int64_t)count);
		buf_putc(to, ']');
		first = false;
	}
	buf_putc(to, ']');
}

static void
put_task_times(struct buf *to, const struct totals *t)
{
	static const struct {
		const char *key;
		double q;
	} all[] = {{KEY("p50"), 0.5}, {KEY("p90"), 0.9}, {KEY("p99"), 0.99},
	    {KEY("max"), 1}};
	const struct slow_task *slow;
	size_t i;

	put_count(to, KEY("task_times") "{\"count\":", t->times.total);
	put_seconds(to, KEY("sum"), t->time_tasks);
	put_seconds(to, KEY("min"), t->times.least);
	for (i = 0; i < sizeof all / sizeof *all; i++)
		put_seconds(
		    to, all[i].key, histogram_quantile(&t->times, all[i].q));
	put_steps(to, &t->times);
	buf_puts(to, "}" KEY("slowest") "[");
	for (i = 0; i < t->slowest_count; i++) {
		slow = &t->slowest[i];
		put_count(
		    to, i == 0 ? "{\"index\":" : ",{\"index\":", slow->index);
		put_text(to, KEY("task"), slow->name);
		put_seconds(to, KEY("time"), slow->time);
		buf_putc(to, '}');
	}
	buf_putc(to, ']');
}

static void
put_failures(struct buf *to, const struct totals *t)
{
	const struct cause *c;
	size_t i;

	buf_puts(to, KEY("failures") "[");
	for (i = 0; (c = causes_get(&t->causes, i)) != NULL; i++) {
		put_count(
		    to, i == 0 ? "{\"count\":" : ",{\"count\":", c->count);
		put_text(to, KEY("outcome"), outcome_name(c->outcome));
		put_count(to, KEY("response_code"), (size_t)c->response_code);
		put_count(to, KEY("exitcode"), (size_t)c->code);
		put_text(to, KEY("errormsg"), c->text);
		buf_printf(
		    to, KEY("varies") "%s", c->varies ? "true" : "false");
		buf_putc(to, '}');
	}
	put_count(to, "]" KEY("failures_other"),
	    causes_rest(&t->causes, CAUSES_MOST));
}

static void
put_limits(struct buf *to, const struct totals *t)
{
	const struct host_limit *l;
	size_t i;

	buf_puts(to, KEY("learned") "[");
	for (i = 0; i < t->limit_count; i++) {
		l = &t->limits[i];
		put_text(to, i == 0 ? "{\"host\":" : ",{\"host\":", l->host);
		put_count(to, KEY("at_once"), l->limit);
		buf_puts(to, KEY("overloaded_at"));
		if (l->trouble > 0)
			json_put_integer(to, (int64_t)l->trouble);
		else
			buf_puts(to, "null");
		buf_putc(to, '}');
	}
	buf_putc(to, ']');
}

void
summary_put_json(struct buf *to, const struct summary *s)
{
	const struct totals *t = s->concurrent != NULL ? s->concurrent
						       : s->sequential;

	put_tasks(to, t);
	if (s->runs > 0)
		put_count(to, KEY("runs"), s->runs);
	buf_puts(to, KEY("started_at"));
	json_put_moment(to, t->started_at);
	put_seconds(to, KEY("time_run"), t->time_run);
	put_count(to, KEY("jobs"), (size_t)s->jobs);
	put_count(to, KEY("most_at_once"), t->most_at_once);
	buf_printf(to, KEY("interrupted") "%s", t->cut ? "true" : "false");
	put_gain(to, s);
	put_bound(to, s);
	put_seconds(to, KEY("time_setup_saved"), t->time_setup);
	put_seconds(to, KEY("time_backoff"), t->time_backoff);
	put_seconds(to, KEY("time_rate"), t->time_rate);
	put_seconds(to, KEY("time_paced"), t->time_paced);
	put_seconds(to, KEY("time_blocked_on_output"), t->time_blocked);
	put_waits(to, t);
	put_task_times(to, t);
	put_failures(to, t);
	put_limits(to, t);
	if (s->comparison != NULL)
		comparison_put_json(to, s->comparison);
	buf_puts(to, "}\n");
}
