/*
 * The table, continued: what is measured, and where it is told.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/options.h"

#define RUNS_MAX 100000
#define JOBS_MAX 1000000

static const char *const connections[] = {"cold", "warm", NULL};

/* "1,2,5,10" */
static int
read_sweep(struct measure_options *m, const char *list, char **cause)
{
	char number[16];
	size_t len;

	m->sweep_count = 0;
	for (;; list += len + 1) {
		len = strcspn(list, ",");
		if (len == 0 || len >= sizeof number) {
			*cause = xstrdup(
			    _("a list of slots is, say, -j:1,2,10"));
			return -1;
		}
		if (m->sweep_count == MEASURE_SWEEP_MOST) {
			*cause = xasprintf(_("more than %d numbers of slots"),
			    MEASURE_SWEEP_MOST);
			return -1;
		}
		memcpy(number, list, len);
		number[len] = '\0';
		if (number_parse(number, 1, JOBS_MAX,
			&m->sweep[m->sweep_count++]) == -1) {
			*cause = xasprintf(
			    _("\"%s\" is no number from 1 to %d"), number,
			    JOBS_MAX);
			return -1;
		}
		if (list[len] == '\0')
			return 0;
	}
}

static int
set_compare(struct options *o, const char *value, char **cause)
{
	o->compare = true;
	if (value == NULL)
		return 0;
	if (strncmp(value, "-j:", 3) == 0)
		return read_sweep(&o->measure, value + 3, cause);
	if (number_parse(value, 1, RUNS_MAX, &o->measure.runs) == 0)
		return 0;
	*cause = xasprintf(
	    _("\"%s\" is neither a number of runs, 1 to %d, nor a "
	      "list of slots, as -j:1,2,10"),
	    value, RUNS_MAX);
	return -1;
}

static void
unset_compare(struct options *o)
{
	o->compare = false;
	o->measure.sweep_count = 0;
	o->measure.runs = 1;
}

#define AT(field) .offset = offsetof(struct options, measure.field)

const struct option_spec measure_options[] = {
    {"compare", NULL, 0, OPTION_CUSTOM, "RUNS",
	N_("time both ways, RUNS times; or -j:1,2,10 slots"),
	.set = set_compare, .unset = unset_compare, .is_optional = true},
    {"compare-connections", NULL, 0, OPTION_CHOICE, "HOW",
	N_("of its runs: cold (default), or warm: kept"), AT(connections),
	.choices = connections},
    {"plot", NULL, 0, OPTION_TEXT, "FILE",
	N_("draw what --compare=-j:... measured, as SVG"), AT(plot),
	.file = true},
    {"summary", NULL, 0, OPTION_TEXT, "FILE",
	N_("write the summary as JSON; - is stdout, if free"), AT(summary),
	.file = true},
    {"merge", NULL, 0, OPTION_FLAG, NULL,
	N_("add up the summaries in FILEs; fetch nothing"), AT(merge)},
    {.name = NULL},
};

/* Of --compare; returns as options_finish. */
static int
check_compare(const struct options *o, char **cause)
{
	const struct file_options *f = &o->files;
	const char *other = o->journal != NULL	 ? "--journal"
	    : o->dedupe				 ? "--dedupe"
	    : o->cache.dir != NULL		 ? "--cache"
	    : f->skip_existing			 ? "--skip-existing"
	    : f->continues || f->continue_at > 0 ? "--continue-at"
						 : NULL;

	if (o->sequential) {
		*cause = xstrdup(
		    _("--compare runs both ways, --sequential one"));
		return -1;
	}
	if (other == NULL)
		return 0;
	*cause = xasprintf(_("--compare fetches everything several times, %s "
			     "does not"),
	    other);
	return -1;
}

/* What says something of requests or results has no sense with --merge. */
static int
check_merge(const struct options *o, char **cause)
{
	const char *other = o->compare	 ? "--compare"
	    : o->dry_run		 ? "--dry-run"
	    : o->journal != NULL	 ? "--journal"
	    : o->output != NULL		 ? "--output"
	    : o->format != FORMAT_BODY	 ? "--format"
	    : o->write_out_text != NULL	 ? "--write-out"
	    : o->timeline.text		 ? "--timeline"
	    : o->timeline.file_count > 0 ? "--timeline"
					 : NULL;

	if (other == NULL)
		return 0;
	*cause = xasprintf(
	    _("--merge fetches nothing: %s does not go with it"), other);
	return -1;
}

/* Once files are known. */
static bool
results_on_stdout(const struct options *o)
{
	const struct file_options *f = &o->files;

	if (o->output != NULL)
		return strcmp(o->output, "-") == 0;
	return o->format != FORMAT_BODY ||
	    (!f->remote_name && f->template == NULL && f->single == NULL);
}

int
options_finish_measure(struct options *o, char **cause)
{
	const struct measure_options *m = &o->measure;

	if (m->merge)
		return check_merge(o, cause);

	if (o->compare && check_compare(o, cause) == -1)
		return -1;
	if (m->plot != NULL && m->sweep_count == 0) {
		*cause = xstrdup(_("--plot draws what --compare=-j:1,2,10 "
				   "measures: it needs that"));
		return -1;
	}
	if (m->connections == CONNECTIONS_WARM && !o->compare) {
		*cause = xstrdup(_("--compare-connections is for --compare"));
		return -1;
	}
	if (m->summary != NULL && strcmp(m->summary, "-") == 0 &&
	    results_on_stdout(o)) {
		*cause = xstrdup(_("--summary -: the results are on stdout; "
				   "write them to a file (-o), or the summary "
				   "to /dev/stderr"));
		return -1;
	}
	return 0;
}
