/*
 * The options for who watches a run.
 */
#include "config.h"

#include <limits.h>

#include "base/xmalloc.h"
#include "base/nls.h"
#include "input/options.h"

/* More often nobody can read it; microseconds. */
#define INTERVAL_MIN (100 * USEC_PER_MSEC)

static const char *const modes[] = {
    "auto", "bar", "plain", "json", "none", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};

static int
set_bar(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->progress.mode = PROGRESS_BAR;
	return 0;
}

static int
set_meter(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->progress.mode = PROGRESS_AUTO;
	return 0;
}

static void
unset_bar(struct options *o)
{
	o->progress.mode = PROGRESS_AUTO;
}

static void
unset_meter(struct options *o)
{
	o->progress.mode = PROGRESS_NONE;
}

static int
set_interval(struct options *o, const char *value, char **cause)
{
	int64_t usec;

	if (duration_parse(value, &usec) == -1) {
		*cause = options_no_duration(value);
		return -1;
	}
	if (usec < INTERVAL_MIN) {
		*cause = xstrdup("not more often than each 0.1 s");
		return -1;
	}
	o->progress.interval = usec;
	return 0;
}

static int
set_no_color(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->color = COLOR_NEVER;
	return 0;
}

#define AT(field) .offset = offsetof(struct options, field)

const struct option_spec progress_options[] = {
    {"progress", NULL, 0, OPTION_CHOICE, "HOW",
	N_("bar, plain, json, none; auto: bar on a terminal"),
	AT(progress.mode), .choices = modes},
    {"progress-bar", NULL, '#', OPTION_CUSTOM, NULL, "--progress bar",
	.set = set_bar, .unset = unset_bar},
    {"progress-meter", NULL, 0, OPTION_CUSTOM, NULL,
	N_("--progress auto; with no-, --progress none"), .set = set_meter,
	.unset = unset_meter},
    {"progress-interval", NULL, 0, OPTION_CUSTOM, "TIME",
	N_("how often (bar 0.1s, json 1s, plain 10s)"), .set = set_interval},
    {"progress-fd", NULL, 0, OPTION_NUMBER, "N",
	N_("where plain and json go (default 2, stderr)"), AT(progress.fd),
	.min = 0, .max = INT_MAX},
    {"color", NULL, 0, OPTION_CHOICE, "WHEN",
	N_("colours: auto (on a terminal), always or never"), AT(color),
	.choices = colors},
    {"no-color", NULL, 0, OPTION_CUSTOM, NULL, "--color never",
	.set = set_no_color},
    {"debug", NULL, 0, OPTION_FLAG, NULL,
	N_("say on stderr what holds the event loop up"), AT(debug)},
    {.name = NULL},
};
