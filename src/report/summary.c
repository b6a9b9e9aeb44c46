/*
 * The summary.
 */
#include "config.h"

#include "report/summary.h"

#include <stdlib.h>

#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* Of the hosts with a learned limit. */
#define LIMITS_SHOWN 10

/* Less than that is not worth a line; microseconds. */
#define BLOCKED_SHOWN 10000

/* Spaces behind the widest label. */
#define LABEL_GAP 3

#define BOLD	  "\033[1m"
#define RED	  "\033[31m"
#define PLAIN	  "\033[0m"

void
totals_add(struct totals *t, const struct record *r)
{
	t->outcomes[r->outcome]++;
	t->unmodified += r->unmodified && outcome_fine(r->outcome);
	t->time_tasks += r->time_attempts + r->time_backoff;
}

void
totals_add_limit(
    struct totals *t, const char *host, size_t limit, size_t trouble)
{
	struct host_limit *one;

	t->limits = xreallocarray(
	    t->limits, t->limit_count + 1, sizeof *t->limits);
	one = &t->limits[t->limit_count++];
	one->host = xstrdup(host);
	one->limit = limit;
	one->trouble = trouble;
}

void
totals_clear(struct totals *t)
{
	while (t->limit_count > 0)
		free(t->limits[--t->limit_count].host);
	free(t->limits);
	t->limits = NULL;
}

bool
totals_unmodified(const struct totals *t)
{
	return t->unmodified > 0 && totals_fine(t) &&
	    t->unmodified ==
	    t->outcomes[OUTCOME_OK] + t->outcomes[OUTCOME_SKIPPED];
}

bool
totals_fine(const struct totals *t)
{
	int i;

	if (t->settled)
		return true;
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (!outcome_fine((enum outcome)i) && t->outcomes[i] > 0)
			return false;
	return true;
}

static double
seconds(int64_t usec)
{
	return (double)usec / (double)USEC_PER_SEC;
}

/*
 * What stands before the figures, in columns as wide as the widest label of
 * the language.
 */
static void
print_label(FILE *to, const char *label)
{
	static const char *const labels[] = {N_("tasks"), N_("sequential"),
	    N_("concurrent"), N_("blocked"), N_("speed-up"), N_("learned")};
	size_t i, len, width = 0;

	for (i = 0; i < sizeof labels / sizeof *labels; i++) {
		len = utf8_count(_(labels[i]));
		if (len > width)
			width = len;
	}
	len = utf8_count(_(label));
	fprintf(to, "%s%*s", _(label),
	    (int)((len < width ? width - len : 0) + LABEL_GAP), "");
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

	print_label(to, N_("tasks"));
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
	print_label(to, what);
	fprintf(to, "%.3f s   %s\n", seconds(usec), how);
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
measured(const struct totals *t)
{
	return t->cut ? _("measured, interrupted") : _("measured");
}

/* What concurrency gained, against one_by_one microseconds. */
static void
print_speed_up(FILE *to, const struct summary *s, int64_t one_by_one)
{
	const struct totals *c = s->concurrent;

	if (c->time_run <= 0 || c->most_at_once == 0)
		return;
	print_label(to, N_("speed-up"));
	fprintf(to, _("%s%.2fx%s     (%zu at once; -j %ld)\n"),
	    s->color ? BOLD : "", seconds(one_by_one) / seconds(c->time_run),
	    s->color ? PLAIN : "", c->most_at_once, s->jobs);
}

/* What --parallel-max-host auto has learned. */
static void
print_limits(FILE *to, const struct totals *t)
{
	const struct host_limit *l;
	size_t i;

	for (i = 0; i < t->limit_count && i < LIMITS_SHOWN; i++) {
		l = &t->limits[i];
		print_label(to, N_("learned"));
		if (l->trouble == 0)
			fprintf(to, _("%s at least %zu at once\n"), l->host,
			    l->limit);
		else
			fprintf(to, _("%s %zu at once (overloaded at %zu)\n"),
			    l->host, l->limit, l->trouble);
	}
	if (i < t->limit_count) {
		print_label(to, N_("learned"));
		fprintf(to, _("... %zu hosts more\n"), t->limit_count - i);
	}
}

void
summary_print(FILE *to, const struct summary *s)
{
	const struct totals *concurrent = s->concurrent;
	int64_t one_by_one;

	if (concurrent == NULL) {
		print_tasks(to, s->sequential, s->color);
		print_time(to, N_("sequential"), s->sequential->time_run,
		    measured(s->sequential));
		print_blocked(to, s->sequential);
		print_limits(to, s->sequential);
		return;
	}
	print_tasks(to, concurrent, s->color);
	one_by_one = s->sequential != NULL ? s->sequential->time_run
					   : concurrent->time_tasks;
	print_time(to, N_("sequential"), one_by_one,
	    s->sequential != NULL ? measured(s->sequential)
				  : _("sum of the task times (estimate)"));
	if (s->sequential != NULL && s->sequential->cut)
		return; /* nor was there another run */
	print_time(
	    to, N_("concurrent"), concurrent->time_run, measured(concurrent));
	print_blocked(to, concurrent);
	if (s->sequential == NULL || !concurrent->cut)
		print_speed_up(to, s, one_by_one);
	print_limits(to, concurrent);
}
