/*
 * Comparisons.
 */
#include "config.h"

#include "report/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "report/label.h"

#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

/* Seconds: nothing at all to fetch takes that long, to divide by. */
#define LEAST 1e-6

void
comparison_clear(struct comparison *c)
{
	while (c->way_count > 0)
		free(c->ways[--c->way_count].times);
	while (c->example_count > 0)
		free(c->examples[--c->example_count]);
	free(c->ways);
	memset(c, 0, sizeof *c);
}

void
comparison_add_way(struct comparison *c, bool sequential, long jobs)
{
	struct way *w;

	c->ways = xreallocarray(c->ways, c->way_count + 1, sizeof *c->ways);
	w = &c->ways[c->way_count++];
	memset(w, 0, sizeof *w);
	w->sequential = sequential;
	w->jobs = jobs;
}

void
comparison_add_time(struct way *w, double seconds)
{
	w->times = xreallocarray(w->times, w->count + 1, sizeof *w->times);
	w->times[w->count++] = seconds;
}

long
comparison_last_jobs(const struct comparison *c, long most)
{
	long jobs = c->ways[c->way_count - 1].jobs;

	return jobs < most ? jobs : most;
}

bool
comparison_is_complete(const struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->way_count; i++)
		if (c->ways[i].count == 0)
			return false;
	return c->way_count > 0;
}

void
comparison_ratio(
    const struct comparison *c, const struct way *w, struct ratio *ratio)
{
	const struct way *first = &c->ways[0];
	size_t i, count = w->count < first->count ? w->count : first->count;
	double *all = xreallocarray(NULL, count, sizeof *all);

	/* What is measured one after the other is compared: load changes. */
	for (i = 0; i < count; i++)
		all[i] = fmax(first->times[i], LEAST) /
		    fmax(w->times[i], LEAST);
	ratio->median = statistics_median(all, count);
	ratio->interval = statistics_bootstrap(all, count, c->seed);
	free(all);
}

/* "sequential", "concurrent", or of a sweep "-j 10". */
static char *
name_of(const struct comparison *c, const struct way *w)
{
	if (w->sequential)
		return xstrdup("sequential");
	return c->is_sweep ? xasprintf("-j %ld", w->jobs)
			   : xstrdup("concurrent");
}

static void
print_way(FILE *to, const struct comparison *c, const struct way *w)
{
	struct statistics s;
	char *name = name_of(c, w);

	statistics_of(&s, w->times, w->count);
	label_print(to, name);
	fprintf(to, "%.3f s   ", s.median);
	free(name);
	if (w->count == 1)
		fputs(_("measured"), to);
	else
		fprintf(to,
		    _("median of %zu runs; %.3f .. %.3f s, stddev %.3f s"),
		    w->count, s.min, s.max, s.stddev);
	fputs(w->cut ? _(", some interrupted\n") : "\n", to);
}

static void
print_ratio(FILE *to, const struct comparison *c, const struct way *w,
    size_t most_at_once, bool color)
{
	struct ratio r;

	comparison_ratio(c, w, &r);
	label_print(to, N_("speed-up"));
	fprintf(to, _("%s%.2fx%s     (%zu at once; -j %ld)\n"),
	    color ? BOLD : "", r.median, color ? PLAIN : "", most_at_once,
	    w->jobs);
	label_print(to, N_("interval"));
	fprintf(to,
	    _("%.2f .. %.2f   of the speed-up, 95 %% confidence "
	      "(bootstrap, %zu pairs of runs)\n"),
	    r.interval.low, r.interval.high, w->count);
}

void
comparison_print_times(
    FILE *to, const struct comparison *c, size_t most_at_once, bool color)
{
	size_t i;

	if (c->is_sweep) {
		comparison_print_chart(to, c, color);
		return;
	}
	for (i = 0; i < c->way_count; i++)
		print_way(to, c, &c->ways[i]);
	print_ratio(to, c, &c->ways[1], most_at_once, color);
}

void
comparison_print_rest(FILE *to, const struct comparison *c)
{
	size_t i;

	if (!comparison_is_complete(c))
		return;
	label_print(to, N_("connections"));
	fprintf(to, "%s%s\n",
	    c->warm ? _("warm: kept from run to run")
		    : _("cold: each run makes its own"),
	    c->warmed_up ? _("; one run before, not measured") : "");
	if (c->compared == 0)
		return;
	if (c->differing == 0) {
		label_print(to, N_("responses"));
		fprintf(to, _("the same in all runs (%zu compared)\n"),
		    c->compared);
		return;
	}
	label_print(to, N_("responses"));
	fprintf(to, _("%zu of %zu tasks were answered differently:\n"),
	    c->differing, c->compared);
	for (i = 0; i < c->example_count; i++) {
		label_print(to, "");
		fprintf(to, "%s\n", c->examples[i]);
	}
	if (i < c->differing) {
		label_print(to, "");
		fprintf(to, _("... and %zu more\n"), c->differing - i);
	}
}

/* Fields and units are hyperfine's. */
static void
put_way(struct buf *to, const struct comparison *c, const struct way *w)
{
	struct statistics s;
	struct ratio r;
	char *name = name_of(c, w);
	size_t i;

	statistics_of(&s, w->times, w->count);
	buf_puts(to, "{\"command\":");
	json_put_string(to, name, strlen(name));
	free(name);
	buf_printf(to,
	    ",\"mean\":%.6f,\"stddev\":%.6f,\"median\":%.6f,\"user\":%.6f,"
	    "\"system\":%.6f,\"min\":%.6f,\"max\":%.6f,\"times\":[",
	    s.mean, s.stddev, s.median, w->user / (double)w->count,
	    w->system / (double)w->count, s.min, s.max);
	for (i = 0; i < w->count; i++)
		buf_printf(to, "%s%.6f", i > 0 ? "," : "", w->times[i]);
	buf_putc(to, ']');
	if (c->is_sweep)
		buf_printf(to, ",\"parameters\":{\"jobs\":\"%ld\"}",
		    w->sequential ? 1 : w->jobs);
	comparison_ratio(c, w, &r);
	buf_printf(to,
	    ",\"jobs\":%ld,\"speed_up\":%.6f,\"speed_up_low\":%.6f,"
	    "\"speed_up_high\":%.6f,\"interrupted\":%s}",
	    w->sequential ? 1 : w->jobs, r.median, r.interval.low,
	    r.interval.high, w->cut ? "true" : "false");
}

void
comparison_put_json(struct buf *to, const struct comparison *c)
{
	size_t i;
	bool any = false;

	buf_puts(to, ",\"results\":[");
	for (i = 0; i < c->way_count; i++) {
		/* Who is compared with must be there. */
		if (c->ways[i].count == 0 || c->ways[0].count == 0)
			continue;
		if (any)
			buf_putc(to, ',');
		any = true;
		put_way(to, c, &c->ways[i]);
	}
	buf_printf(to,
	    "],\"comparison\":{\"runs\":%zu,\"warm_up\":%s,"
	    "\"connections\":\"%s\",\"confidence\":0.95,\"resamples\":%d,"
	    "\"seed\":%llu,\"compared\":%zu,\"differing\":%zu,"
	    "\"differences\":[",
	    c->rounds, c->warmed_up ? "true" : "false",
	    c->warm ? "warm" : "cold", STATISTICS_RESAMPLES,
	    (unsigned long long)c->seed, c->compared, c->differing);
	for (i = 0; i < c->example_count; i++) {
		if (i > 0)
			buf_putc(to, ',');
		json_put_string(to, c->examples[i], strlen(c->examples[i]));
	}
	buf_puts(to, "]}");
}
