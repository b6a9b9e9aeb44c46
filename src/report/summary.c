/*
 * The summary, for people.
 */
#include "config.h"

#include "report/summary.h"

#include <string.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"
#include "input/options.h"
#include "report/comparison.h"
#include "report/label.h"

/* Who runs fewer tasks sees what became of each. */
#define MANY_TASKS 10

/* Of the hosts with a learned limit. */
#define LIMITS_SHOWN 10

/* Of the causes of failures. */
#define CAUSES_SHOWN 5

/* Less than that is not worth a line; microseconds. */
#define BLOCKED_SHOWN 10000

#define BOLD	      "\033[1m"
#define RED	      "\033[31m"
#define PLAIN	      "\033[0m"

static double
seconds(int64_t usec)
{
	return (double)usec / (double)USEC_PER_SEC;
}

/* Of so many tasks. */
static const char *
rare_name(enum outcome outcome, size_t count)
{
	if (outcome == OUTCOME_INVALID)
		return N_PLURAL("invalid", "invalid", count);
	if (outcome == OUTCOME_CANCELLED)
		return N_PLURAL("cancelled", "cancelled", count);
	return N_PLURAL("skipped", "skipped", count);
}

/* "3 ok, 0 failed", and the rarer outcomes where there are any. */
static void
print_tasks(FILE *to, const struct totals *t, bool color)
{
	static const enum outcome rare[] = {
	    OUTCOME_INVALID, OUTCOME_CANCELLED, OUTCOME_SKIPPED};
	size_t i, failed;

	failed = t->outcomes[OUTCOME_HTTP_ERROR] +
	    t->outcomes[OUTCOME_NETWORK_ERROR] + t->outcomes[OUTCOME_TIMEOUT];

	label_print(to, N_("tasks"));
	fprintf(to, _("%zu ok, %s%zu failed%s"), t->outcomes[OUTCOME_OK],
	    color && failed > 0 ? RED : "", failed,
	    color && failed > 0 ? PLAIN : "");
	for (i = 0; i < sizeof rare / sizeof *rare; i++)
		if (t->outcomes[rare[i]] > 0)
			fprintf(to, ", %zu %s", t->outcomes[rare[i]],
			    rare_name(rare[i], t->outcomes[rare[i]]));
	if (t->known > 0)
		fprintf(to, _(" (%zu not fetched again)"), t->known);
	fputc('\n', to);
}

static void
print_time(FILE *to, const char *what, int64_t usec, const char *how)
{
	label_print(to, what);
	fprintf(to, "%.3f s   %s\n", seconds(usec), how);
}

/* Each cause once. */
static void
print_causes(FILE *to, const struct totals *t)
{
	const struct cause *c;
	struct buf text;
	size_t i, rest = causes_rest(&t->causes, CAUSES_SHOWN);

	for (i = 0; i < CAUSES_SHOWN && (c = causes_get(&t->causes, i)) != NULL;
	     i++) {
		buf_init(&text);
		utf8_printable(&text, c->text, strlen(c->text));
		label_print(to, N_("cause"));
		fprintf(to, "%zu x %s%s\n", c->count, buf_string(&text),
		    c->varies ? _(", and the like") : "");
		buf_clear(&text);
	}
	if (rest > 0) {
		label_print(to, N_("cause"));
		fprintf(to, _("%zu x something else\n"), rest);
	}
}

/* Nothing new began as long as the reader took nothing. */
static void
print_blocked(FILE *to, const struct totals *t)
{
	if (t->time_blocked >= BLOCKED_SHOWN)
		print_time(to, N_("blocked"), t->time_blocked,
		    _("on output (time_blocked_on_output)"));
}

static const char *
measured(const struct summary *s, const struct totals *t)
{
	if (s->runs > 0)
		return t->cut ? _("from the first start to the last end, "
				  "interrupted")
			      : _("from the first start to the last end");
	return t->cut ? _("measured, interrupted") : _("measured");
}

/* What concurrency gained, against one_by_one microseconds. */
static void
print_speed_up(FILE *to, const struct summary *s, int64_t one_by_one)
{
	const struct totals *c = s->concurrent;

	if (c->time_run <= 0 || c->most_at_once == 0)
		return;
	label_print(to, N_("speed-up"));
	fprintf(to, _("%s%.2fx%s     (%zu at once; -j %ld)\n"),
	    s->color ? BOLD : "", seconds(one_by_one) / seconds(c->time_run),
	    s->color ? PLAIN : "", c->most_at_once, s->jobs);
}

/* What held the run back. */
static void
print_limit(FILE *to, const struct summary *s)
{
	const struct pacing *p = &s->options->pacing;

	switch (summary_limited_by(s->concurrent, s->jobs)) {
	case LIMITED_BY_NOTHING:
		return;
	case LIMITED_BY_SLOTS:
		label_print(to, N_("limited by"));
		fprintf(to, "-j %ld\n", s->jobs);
		return;
	case LIMITED_BY_HOST:
		if (p->host_slots == HOST_SLOTS_AUTO) {
			label_print(to, N_("limited by"));
			fprintf(to,
			    _("what hosts take at once "
			      "(--parallel-max-host auto)\n"));
		} else {
			label_print(to, N_("limited by"));
			fprintf(to,
			    _("the host cap, --parallel-max-host %ld\n"),
			    p->host_slots);
		}
		return;
	case LIMITED_BY_PAUSE:
		label_print(to, N_("limited by"));
		fprintf(to,
		    _("hosts that ask for a pause (Retry-After, "
		      "RateLimit)\n"));
		return;
	case LIMITED_BY_RATE:
		label_print(to, N_("limited by"));
		fprintf(
		    to, "%s\n", p->rate.count > 0 ? "--rate" : "--rate-host");
		return;
	case LIMITED_BY_FILES:
		label_print(to, N_("limited by"));
		fprintf(to, _("open files (ulimit -n)\n"));
		return;
	case LIMITED_BY_OUTPUT:
		label_print(to, N_("limited by"));
		fprintf(to, _("a slow reader of the output\n"));
		return;
	case LIMITED_BY_TASK:
		label_print(to, N_("limited by"));
		fprintf(to, _("one long task, %s\n"),
		    s->concurrent->slowest[0].name);
		return;
	}
}

/* How far it was from what could be. */
static void
print_bound(FILE *to, const struct summary *s, int64_t one_by_one)
{
	const struct totals *c = s->concurrent;
	int64_t bound = summary_bound(c, s->jobs);

	if (bound <= 0)
		return;
	label_print(to, N_("at best"));
	fprintf(to, "%.3f s   %.2fx; %s\n", seconds(bound),
	    seconds(one_by_one) / seconds(bound),
	    bound == c->times.most	? _("as long as the longest task")
		: bound == c->time_rate ? _("as fast as --rate allows")
					: _("all slots always at work"));
}

/* "12.3M", in the units of --limit-rate. */
static void
print_bytes(FILE *to, const struct totals *t)
{
	static const char *const units[] = {"k", "M", "G"};
	double size = (double)t->size_download;
	int i;

	if (size < 1024) {
		label_print(to, N_("received"));
		fprintf(to, _("%.0f bytes\n"), size);
		return;
	}
	for (i = 0, size /= 1024; i < 2 && size >= 1024; i++)
		size /= 1024;
	label_print(to, N_("received"));
	fprintf(to, "%.1f%s\n", size, units[i]);
}

static void
print_task_times(FILE *to, const struct totals *t)
{
	size_t i;

	label_print(to, N_("task times"));
	fprintf(to, "p50 %.3f s, p90 %.3f s, p99 %.3f s, max %.3f s\n",
	    seconds(histogram_quantile(&t->times, 0.5)),
	    seconds(histogram_quantile(&t->times, 0.9)),
	    seconds(histogram_quantile(&t->times, 0.99)),
	    seconds(t->times.most));
	for (i = 0; i < t->slowest_count; i++)
		print_time(
		    to, N_("slowest"), t->slowest[i].time, t->slowest[i].name);
}

/* What --parallel-max-host auto has learned. */
static void
print_limits(FILE *to, const struct totals *t)
{
	const struct host_limit *l;
	size_t i;

	for (i = 0; i < t->limit_count && i < LIMITS_SHOWN; i++) {
		l = &t->limits[i];
		label_print(to, N_("learned"));
		if (l->trouble == 0)
			fprintf(to, _("%s at least %zu at once\n"), l->host,
			    l->limit);
		else
			fprintf(to, _("%s %zu at once (overloaded at %zu)\n"),
			    l->host, l->limit, l->trouble);
	}
	if (i < t->limit_count) {
		label_print(to, N_("learned"));
		fprintf(to, _("... %zu hosts more\n"), t->limit_count - i);
	}
}

/* The sum, and what is not in it where that matters. */
static void
print_estimate(FILE *to, const struct totals *t)
{
	int64_t usec = totals_one_by_one(t);

	if (t->time_paced > 0) {
		print_time(to, N_("sequential"), usec,
		    _("as fast as --rate allows (estimate)"));
		return;
	}
	if (t->time_setup == 0 || t->time_setup * 20 < usec) {
		print_time(to, N_("sequential"), usec,
		    _("sum of the task times (estimate)"));
		return;
	}
	label_print(to, N_("sequential"));
	fprintf(to,
	    _("%.3f s   sum of the task times, less %.3f s of connecting "
	      "again (estimate)\n"),
	    seconds(usec), seconds(t->time_setup));
}

/* Times of one run, or one each way. False: there is no more to tell. */
static bool
print_runs(FILE *to, const struct summary *s)
{
	const struct totals *one = s->sequential, *c = s->concurrent;

	if (one != NULL)
		print_time(
		    to, N_("sequential"), one->time_run, measured(s, one));
	else
		print_estimate(to, c);
	if (c == NULL)
		return true;
	if (one != NULL && one->cut)
		return false; /* nor was there another run */
	print_time(to, N_("concurrent"), c->time_run, measured(s, c));
	if (one == NULL || !c->cut)
		print_speed_up(
		    to, s, one != NULL ? one->time_run : totals_one_by_one(c));
	return true;
}

void
summary_print(FILE *to, const struct summary *s)
{
	const struct totals *c = s->concurrent;
	const struct totals *t = c != NULL ? c : s->sequential;
	const struct comparison *compared = s->comparison;
	bool many = t->records >= MANY_TASKS;

	if (s->runs > 0) {
		label_print(to, N_("merged"));
		fprintf(
		    to, N_PLURAL("%zu run\n", "%zu runs\n", s->runs), s->runs);
	}
	print_tasks(to, t, s->color);
	if (many)
		print_causes(to, t);
	if (compared != NULL && (compared->is_sweep || compared->rounds > 1)) {
		if (comparison_is_complete(compared))
			comparison_print_times(
			    to, compared, t->most_at_once, s->color);
		else {
			label_print(to, N_("measured"));
			fprintf(to, _("none, runs were interrupted\n"));
		}
	} else if (!print_runs(to, s))
		return;
	print_blocked(to, t);
	if (c != NULL && !c->cut && (compared == NULL || !compared->is_sweep)) {
		if (many)
			print_bound(to, s, totals_one_by_one(c));
		if (s->runs == 0 && (many || c->time_blocked >= BLOCKED_SHOWN))
			print_limit(to, s);
	}
	if (many && t->times.total > 0) {
		print_task_times(to, t);
		print_bytes(to, t);
	}
	print_limits(to, t);
	if (compared != NULL)
		comparison_print_rest(to, compared);
}
