/*
 * Comparing runs.
 */
#include "config.h"

#include "compare.h"

#include <string.h>
#include <sys/resource.h>

#include "base/units.h"
#include "differences.h"

/* Of the bootstrap, where --seed says none. */
#define SEED 1

struct compare {
	const struct compare_runner *runner;
	struct comparison *comparison;
	struct differences *differences;
	struct multi multi; /* with warm connections */
	struct multi *kept; /* that, or NULL */
	struct run_result *printed, *sequential;
};

long
compare_most_jobs(const struct options *o)
{
	const struct measure_options *m = &o->measure;
	long most = m->sweep_count > 0 ? 1 : o->jobs;
	size_t i;

	for (i = 0; i < m->sweep_count; i++)
		if (m->sweep[i] > most)
			most = m->sweep[i];
	return most;
}

/* What is compared with what. */
static void
plan(struct comparison *c, const struct options *o)
{
	const struct measure_options *m = &o->measure;
	bool has_one = false;
	size_t i;

	c->rounds = (size_t)m->runs;
	c->is_sweep = m->sweep_count > 0;
	c->warm = m->connections == CONNECTIONS_WARM;
	c->seed = o->retry.seed != -1 ? (uint64_t)o->retry.seed : SEED;
	/* Who is compared with stands first: one after the other. */
	for (i = 0; i < m->sweep_count; i++)
		has_one |= m->sweep[i] == 1;
	if (has_one)
		comparison_add_way(c, false, 1);
	else
		comparison_add_way(c, true, 1);
	if (!c->is_sweep)
		comparison_add_way(c, false, o->jobs);
	for (i = 0; i < m->sweep_count; i++)
		if (m->sweep[i] != 1)
			comparison_add_way(c, false, m->sweep[i]);
}

static double
seconds_of(const struct timeval *now, const struct timeval *then)
{
	return (double)(now->tv_sec - then->tv_sec) +
	    (double)(now->tv_usec - then->tv_usec) / (double)USEC_PER_SEC;
}

/* One run; what it took is added to w, or to nothing. */
static void
run_once(struct compare *c, const struct run_way *way, struct way *w,
    struct run_result *result)
{
	const struct compare_runner *runner = c->runner;
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	runner->run(runner->arg, way, result);
	getrusage(RUSAGE_SELF, &after);
	if (w == NULL)
		return;
	/* What --return-when waits for has come: no more was wanted. */
	if (result->totals.cut && !result->totals.settled) {
		w->cut = true;
		return;
	}
	comparison_add_time(
	    w, (double)result->totals.time_run / (double)USEC_PER_SEC);
	w->user += seconds_of(&after.ru_utime, &before.ru_utime);
	w->system += seconds_of(&after.ru_stime, &before.ru_stime);
}

/* So that the first run meets nothing that the others do not. */
static void
warm_up(struct compare *c)
{
	const struct run_way way = {
	    .jobs = compare_most_jobs(c->runner->options),
	    .multi = c->kept,
	    .differences = c->differences,
	};
	struct run_result result;

	run_once(c, &way, NULL, &result);
	totals_clear(&result.totals);
	c->comparison->warmed_up = true;
}

/*
 * Every way once. The last run of all prints, and so does one when all is
 * over: what was not fetched has its record, too.
 */
static void
run_round(struct compare *c, bool is_last)
{
	const struct compare_runner *runner = c->runner;
	struct comparison *all = c->comparison;
	struct run_result *result, dropped = {0};
	struct run_way way = {.multi = c->kept, .differences = c->differences};
	struct way *w;
	size_t i;

	for (i = 0; i < all->way_count; i++) {
		w = &all->ways[i];
		if (runner->is_over(runner->arg))
			return;
		way.prints = is_last && i + 1 == all->way_count;
		way.sequential = w->sequential;
		way.jobs = w->jobs;
		result = way.prints ? c->printed
		    : w->sequential ? c->sequential
				    : &dropped;
		if (result == c->sequential)
			totals_clear(&result->totals);
		run_once(c, &way, w, result);
		if (result == &dropped)
			totals_clear(&dropped.totals);
		if (way.prints)
			c->printed = NULL;
	}
}

void
compare_runs(const struct compare_runner *r, struct comparison *comparison,
    struct run_result *printed, struct run_result *sequential)
{
	struct compare c = {.runner = r,
	    .comparison = comparison,
	    .differences = differences_new(comparison, r->options),
	    .printed = printed,
	    .sequential = sequential};
	struct run_way last = {.prints = true};
	size_t i;

	memset(comparison, 0, sizeof *comparison);
	memset(sequential, 0, sizeof *sequential);
	plan(comparison, r->options);
	if (comparison->warm) {
		c.kept = &c.multi;
		xfer_multi_init(c.kept, r->loop, r->capacity->connections,
		    r->capacity->idle);
	}
	if (comparison->rounds > 1)
		warm_up(&c);
	for (i = 0; i < comparison->rounds; i++)
		run_round(&c, i + 1 == comparison->rounds);
	if (c.printed != NULL) {
		last.jobs = compare_most_jobs(r->options);
		r->run(r->arg, &last, printed);
	}
	differences_free(c.differences);
	if (c.kept != NULL)
		multi_clear(c.kept);
}
