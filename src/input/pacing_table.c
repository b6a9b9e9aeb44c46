/*
 * The table, continued: how fast, how often, how long, and when to stop.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/options.h"

#define COUNT_MAX 1000000000L

static int
read_rate(const char *value, struct rate *rate, char **cause)
{
	if (rate_parse(value, rate) == 0)
		return 0;
	*cause = xasprintf(
	    _("\"%s\" is no rate, as 20/s, 5/15s, 100/h (ms, s, m, h or d)"),
	    value);
	return -1;
}

static int
set_rate(struct options *o, const char *value, char **cause)
{
	return read_rate(value, &o->pacing.rate, cause);
}

static int
set_rate_host(struct options *o, const char *value, char **cause)
{
	return read_rate(value, &o->pacing.rate_host, cause);
}

static int
set_parallel_max_host(struct options *o, const char *value, char **cause)
{
	if (strcmp(value, "auto") == 0) {
		o->pacing.host_slots = HOST_SLOTS_AUTO;
		return 0;
	}
	if (number_parse(value, 1, COUNT_MAX, &o->pacing.host_slots) == 0)
		return 0;
	*cause = xasprintf(
	    _("\"%s\" is neither auto nor a number of 1 or more"), value);
	return -1;
}

#define AT(field) .offset = offsetof(struct options, field)

const struct option_spec pacing_options[] = {
    {"parallel-max-host", NULL, 0, OPTION_CUSTOM, "N",
	N_("at most N tasks at once to a host, or auto"),
	.set = set_parallel_max_host},
    {"rate", NULL, 0, OPTION_CUSTOM, "N/UNIT",
	N_("at most N requests in a s, m, h, d or 15s"), .set = set_rate},
    {"rate-host", NULL, 0, OPTION_CUSTOM, "N/UNIT",
	N_("the same, to each host"), .set = set_rate_host},
    {"burst", NULL, 0, OPTION_NUMBER, "N",
	N_("so many at once for a rate (default 1)"), AT(pacing.burst),
	.min = 1, .max = 100000},
    {"host-max-failures", NULL, 0, OPTION_NUMBER, "N",
	N_("give up a host after N failures in a row"),
	AT(pacing.host_max_failures), .min = 1, .max = COUNT_MAX},
    {.name = NULL},
};

static int
set_retry_on(struct options *o, const char *value, char **cause)
{
	if (retry_on_parse(value, &o->retry.on) == 0)
		return 0;
	*cause = xasprintf(_("\"%s\" is no list, as 429,500-599,timeout,dns,"
			     "connect,tls,reset"),
	    value);
	return -1;
}

const struct option_spec retrying_options[] = {
    {"retry", NULL, 0, OPTION_NUMBER, "N",
	N_("try again up to N times after transient trouble"), AT(retry.count),
	.min = 0, .max = 1000000},
    {"retry-on", NULL, 0, OPTION_CUSTOM, "LIST",
	N_("after these statuses and kinds of trouble"), .set = set_retry_on},
    {"retry-all-errors", NULL, 0, OPTION_FLAG, NULL,
	N_("after any failure, whatever the method"), AT(retry.all_errors)},
    {"retry-connrefused", NULL, 0, OPTION_FLAG, NULL,
	N_("no effect: it is done anyway"), AT(no_effect)},
    {"retry-delay", NULL, 0, OPTION_DURATION, "TIME",
	N_("wait so long, not exponentially longer"), AT(retry.delay)},
    {"retry-max-time", NULL, 0, OPTION_DURATION, "TIME",
	N_("no retry later than that in a task"), AT(retry.max_time)},
    {"retry-after-max", NULL, 0, OPTION_DURATION, "TIME",
	N_("believe Retry-After up to TIME (default 1h)"), AT(retry.after_max)},
    {"seed", NULL, 0, OPTION_NUMBER, "N", N_("make the jitter repeatable"),
	AT(retry.seed), .min = 0, .max = LONG_MAX},
    {"task-timeout", NULL, 0, OPTION_DURATION, "TIME",
	N_("most time for a task, with its backoff"), AT(task_timeout)},
    {"deadline", NULL, 0, OPTION_DURATION, "TIME",
	N_("most time for the whole run"), AT(deadline)},
    {.name = NULL},
};

static const char *const whens[] = {"all-completed", "first-completed",
    "first-success", "first-exception", NULL};

/* curl's --fail-early. */
static int
set_fail_early(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->stop.return_when = RETURN_FIRST_EXCEPTION;
	return 0;
}

static void
unset_fail_early(struct options *o)
{
	if (o->stop.return_when == RETURN_FIRST_EXCEPTION)
		o->stop.return_when = RETURN_ALL_COMPLETED;
}

/* "5%", "0.5%", or a number. */
static int
set_fail_if(struct options *o, const char *value, char **cause)
{
	const char *end = value + strspn(value, "0123456789.");
	char *parsed;

	o->stop.fail_if_count = -1;
	o->stop.fail_if_percent = -1;
	if (number_parse(value, 0, COUNT_MAX, &o->stop.fail_if_count) == 0)
		return 0;
	if (ascii_is_digit(*value) && strcmp(end, "%") == 0)
		o->stop.fail_if_percent = strtod(value, &parsed);
	if (o->stop.fail_if_percent >= 0 && parsed == end &&
	    o->stop.fail_if_percent <= 100)
		return 0;
	*cause = xasprintf(_("\"%s\" is neither a percentage, as 5%%, nor a "
			     "number of tasks"),
	    value);
	return -1;
}

const struct option_spec stop_options[] = {
    {"return-when", NULL, 0, OPTION_CHOICE, "WHEN",
	N_("stop at first-completed, -success or -exception"),
	AT(stop.return_when), .choices = whens},
    {"fail-early", NULL, 0, OPTION_CUSTOM, NULL,
	N_("stop at the first failure (first-exception)"),
	.set = set_fail_early, .unset = unset_fail_early},
    {"max-failures", NULL, 0, OPTION_NUMBER, "N", N_("stop at the Nth failure"),
	AT(stop.max_failures), .min = 1, .max = COUNT_MAX},
    {"fail-if", NULL, 0, OPTION_CUSTOM, "N|N%",
	N_("stop when more than N tasks, or N%, have failed"),
	.set = set_fail_if},
    {"shield", NULL, 0, OPTION_FLAG, NULL,
	N_("tasks with \"shield\": true finish after ^C"), AT(shield)},
    {.name = NULL},
};
