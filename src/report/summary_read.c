/*
 * Reading summaries. What they say is not trusted: whatever cannot be is told.
 */
#include "config.h"

#include "report/summary_read.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* Longer ones, and more of anything, are no summary's: thousands add up. */
#define SECONDS_MOST 1e10
#define COUNT_MOST   INT64_C(1000000000000000)

/* The first thing that is wrong, or NULL: a key. */
struct reading {
	const char *wrong;
};

static void
fail(struct reading *r, const char *key)
{
	if (r->wrong == NULL)
		r->wrong = key;
}

static int64_t
integer_of(struct reading *r, const json_t *value, const char *key)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > COUNT_MOST) {
		fail(r, key);
		return 0;
	}
	return (int64_t)json_integer_value(value);
}

static size_t
count_at(struct reading *r, const json_t *from, const char *key)
{
	return (size_t)integer_of(r, json_object_get(from, key), key);
}

/* Microseconds. */
static int64_t
time_of(struct reading *r, const json_t *value, const char *key)
{
	double seconds = json_is_number(value) ? json_number_value(value) : -1;

	if (!(seconds >= 0 && seconds <= SECONDS_MOST)) {
		fail(r, key);
		return 0;
	}
	return (int64_t)llround(seconds * (double)USEC_PER_SEC);
}

static int64_t
time_at(struct reading *r, const json_t *from, const char *key)
{
	return time_of(r, json_object_get(from, key), key);
}

static bool
truth_at(struct reading *r, const json_t *from, const char *key)
{
	const json_t *value = json_object_get(from, key);

	if (!json_is_boolean(value))
		fail(r, key);
	return json_is_true(value);
}

static const char *
text_at(struct reading *r, const json_t *from, const char *key)
{
	const char *text = json_string_value(json_object_get(from, key));

	if (text == NULL)
		fail(r, key);
	return text != NULL ? text : "";
}

/* An array, or NULL. */
static const json_t *
array_at(struct reading *r, const json_t *from, const char *key)
{
	const json_t *value = json_object_get(from, key);

	if (!json_is_array(value))
		fail(r, key);
	return json_is_array(value) ? value : NULL;
}

/* As json_put_moment writes it; microseconds since 1970. */
static int64_t
moment_at(struct reading *r, const json_t *from, const char *key)
{
	const char *text = text_at(r, from, key);
	struct tm tm;
	time_t seconds;
	int usec, used = 0;

	memset(&tm, 0, sizeof tm);
	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ%n", &tm.tm_year,
		&tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		&usec, &used) != 7 ||
	    text[used] != '\0' || used != 27) {
		fail(r, key);
		return 0;
	}
	tm.tm_year -= 1900;
	tm.tm_mon--;
	seconds = timegm(&tm);
	if (seconds < 0 || usec < 0)
		fail(r, key);
	return (int64_t)seconds * USEC_PER_SEC + usec;
}

static enum outcome
outcome_at(struct reading *r, const json_t *from, const char *key)
{
	const char *name = text_at(r, from, key);
	int i;

	for (i = 0; i < OUTCOME_COUNT; i++)
		if (strcmp(name, outcome_name((enum outcome)i)) == 0)
			return (enum outcome)i;
	fail(r, key);
	return OUTCOME_INVALID;
}

static void
read_tasks(struct reading *r, struct totals *t, const json_t *root)
{
	const json_t *outcomes = json_object_get(root, "outcomes");
	size_t sum = 0;
	int i;

	t->records = count_at(r, root, "tasks");
	for (i = 0; i < OUTCOME_COUNT; i++) {
		t->outcomes[i] = count_at(
		    r, outcomes, outcome_name((enum outcome)i));
		sum += t->outcomes[i];
	}
	if (sum != t->records)
		fail(r, "outcomes");
	t->known = count_at(r, root, "known");
	t->unmodified = count_at(r, root, "unmodified");
	t->attempts = count_at(r, root, "attempts");
	t->size_download = (int64_t)count_at(r, root, "size_download");
	t->most_at_once = count_at(r, root, "most_at_once");
	t->cut = truth_at(r, root, "interrupted");
	t->started_at = moment_at(r, root, "started_at");
	t->time_run = time_at(r, root, "time_run");
	t->time_setup = time_at(r, root, "time_setup_saved");
	/* not in those of older versions */
	if (json_object_get(root, "time_backoff") != NULL)
		t->time_backoff = time_at(r, root, "time_backoff");
	if (json_object_get(root, "time_rate") != NULL)
		t->time_rate = time_at(r, root, "time_rate");
	if (json_object_get(root, "time_paced") != NULL)
		t->time_paced = time_at(r, root, "time_paced");
	t->time_blocked = time_at(r, root, "time_blocked_on_output");
}

static void
read_waits(struct reading *r, struct totals *t, const json_t *waits)
{
	static const char *const keys[WAIT_COUNT] = {
	    [WAIT_SLOT] = "slot",
	    [WAIT_HOST] = "host",
	    [WAIT_PAUSE] = "pause",
	    [WAIT_RATE] = "rate",
	    [WAIT_FILES] = "open_files",
	    [WAIT_OUTPUT] = "output",
	};
	int i;

	for (i = 0; i < WAIT_COUNT; i++)
		t->waits[i] = time_at(r, waits, keys[i]);
}

static void
read_task_times(struct reading *r, struct totals *t, const json_t *times)
{
	const json_t *steps = array_at(r, times, "steps"), *step;
	int64_t value, count;
	size_t i;

	t->time_tasks = time_at(r, times, "sum");
	for (i = 0; (step = json_array_get(steps, i)) != NULL; i++) {
		value = time_of(r, json_array_get(step, 0), "steps");
		count = integer_of(r, json_array_get(step, 1), "steps");
		histogram_add_many(&t->times, value, (uint64_t)count);
	}
	if (t->times.total != count_at(r, times, "count"))
		fail(r, "steps");
	/* Steps are only near them. */
	value = time_at(r, times, "min");
	count = time_at(r, times, "max");
	if (t->times.total == 0)
		return;
	if (value > count)
		fail(r, "min");
	t->times.least = value;
	t->times.most = count;
}

/* A text that is printed; the caller's. */
static char *
printable_at(struct reading *r, const json_t *from, const char *key)
{
	const char *text = text_at(r, from, key);
	struct buf shown;
	char *copy;

	buf_init(&shown);
	utf8_printable(&shown, text, strlen(text));
	copy = xstrdup(buf_string(&shown));
	buf_clear(&shown);
	return copy;
}

static void
read_slowest(struct reading *r, struct totals *t, const json_t *root)
{
	const json_t *all = array_at(r, root, "slowest"), *one;
	char *name;
	size_t i;

	for (i = 0; (one = json_array_get(all, i)) != NULL; i++) {
		name = printable_at(r, one, "task");
		totals_note_slow(t, count_at(r, one, "index"), name,
		    time_at(r, one, "time"));
		free(name);
	}
}

static void
read_failures(struct reading *r, struct totals *t, const json_t *root)
{
	const json_t *all = array_at(r, root, "failures"), *one;
	struct cause cause;
	size_t i;

	for (i = 0; (one = json_array_get(all, i)) != NULL; i++) {
		memset(&cause, 0, sizeof cause);
		cause.count = count_at(r, one, "count");
		cause.outcome = outcome_at(r, one, "outcome");
		cause.response_code = (long)count_at(r, one, "response_code");
		cause.code = (CURLcode)count_at(r, one, "exitcode");
		cause.text = xstrdup(text_at(r, one, "errormsg"));
		cause.varies = truth_at(r, one, "varies");
		causes_add_many(&t->causes, &cause);
		free(cause.text);
	}
	t->causes.others += count_at(r, root, "failures_other");
}

static void
read_limits(struct reading *r, struct totals *t, const json_t *root)
{
	const json_t *all = array_at(r, root, "learned"), *one;
	size_t i, trouble;
	char *host;

	for (i = 0; (one = json_array_get(all, i)) != NULL; i++) {
		trouble = json_is_null(json_object_get(one, "overloaded_at"))
		    ? 0
		    : count_at(r, one, "overloaded_at");
		host = printable_at(r, one, "host");
		totals_add_limit(t, host, count_at(r, one, "at_once"), trouble);
		free(host);
	}
}

/* Returns 0, or -1 and the cause. */
static int
read_all(struct summary_read *s, const json_t *root, char **cause)
{
	struct reading r = {NULL};
	struct totals *t = &s->totals;
	size_t jobs;

	if (json_object_get(root, "comparison") != NULL) {
		*cause = xstrdup(_("it is of --compare: several runs of one "
				   "list do not add up"));
		return -1;
	}
	read_tasks(&r, t, root);
	read_waits(&r, t, json_object_get(root, "waits"));
	read_task_times(&r, t, json_object_get(root, "task_times"));
	read_slowest(&r, t, root);
	read_failures(&r, t, root);
	read_limits(&r, t, root);
	jobs = count_at(&r, root, "jobs");
	if (jobs > INT_MAX)
		fail(&r, "jobs");
	s->jobs = (long)jobs;
	s->runs = json_object_get(root, "runs") != NULL
	    ? count_at(&r, root, "runs")
	    : 1;
	if (r.wrong == NULL)
		return 0;
	*cause = xasprintf(
	    _("no summary of this coget: \"%s\" is missing or wrong"), r.wrong);
	return -1;
}

int
summary_read(struct summary_read *s, const char *text, size_t len, size_t *used,
    char **cause)
{
	json_error_t error;
	json_t *root;
	size_t blank = 0;
	int result;

	while (blank < len && ascii_is_space(text[blank]))
		blank++;
	if (blank == len)
		return 0;
	memset(s, 0, sizeof *s);
	root = json_loadb(text + blank, len - blank,
	    JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		*cause = xasprintf(_("no summary: %s"), error.text);
		return -1;
	}
	*used = blank + (size_t)error.position;
	result = read_all(s, root, cause);
	json_decref(root);
	if (result == 0)
		return 1;
	summary_read_clear(s);
	return -1;
}

void
summary_read_clear(struct summary_read *s)
{
	totals_clear(&s->totals);
}
