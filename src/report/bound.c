/*
 * The summary, continued: how short a run could have been, and why it was
 * not.
 */
#include "config.h"

#include "report/summary.h"

/* A part of the run that explains it. */
#define MOST_OF(usec) ((usec) / 10 * 9)
#define SOME_OF(usec) ((usec) / 10)

/* Each slot's part of the work. */
static int64_t
shared(const struct totals *t, long jobs)
{
	return totals_in_slots(t) / (jobs > 0 ? jobs : 1);
}

int64_t
summary_bound(const struct totals *t, long jobs)
{
	int64_t bound = shared(t, jobs);

	if (bound < t->times.most)
		bound = t->times.most;
	return bound > t->time_rate ? bound : t->time_rate;
}

/* What tasks waited for most, where some of them did most of the time. */
static enum limited_by
most_waited_for(const struct totals *t, long jobs)
{
	static const enum limited_by by[WAIT_COUNT] = {
	    [WAIT_SLOT] = LIMITED_BY_SLOTS,
	    [WAIT_HOST] = LIMITED_BY_HOST,
	    [WAIT_PAUSE] = LIMITED_BY_PAUSE,
	    [WAIT_RATE] = LIMITED_BY_RATE,
	    [WAIT_FILES] = LIMITED_BY_FILES,
	    [WAIT_OUTPUT] = LIMITED_BY_OUTPUT,
	};
	int i, most = WAIT_SLOT;

	for (i = 0; i < WAIT_COUNT; i++)
		if (t->waits[i] > t->waits[most])
			most = i;
	if (t->waits[most] < SOME_OF(t->time_run) ||
	    /* it was the program that was busy */
	    (most == WAIT_SLOT && (long)t->most_at_once < jobs))
		return LIMITED_BY_NOTHING;
	return by[most];
}

enum limited_by
summary_limited_by(const struct totals *t, long jobs)
{
	const int64_t run = t->time_run;

	if (run <= 0 || t->times.total < 2)
		return LIMITED_BY_NOTHING;
	if (t->time_blocked > run / 2)
		return LIMITED_BY_OUTPUT;
	/* All that ran beside it would not have made it longer. */
	if (t->times.most >= MOST_OF(run) && shared(t, jobs) < MOST_OF(run))
		return LIMITED_BY_TASK;
	return most_waited_for(t, jobs);
}

const char *
limited_by_name(enum limited_by by)
{
	static const char *const names[] = {
	    [LIMITED_BY_NOTHING] = NULL,
	    [LIMITED_BY_SLOTS] = "slots",
	    [LIMITED_BY_HOST] = "host",
	    [LIMITED_BY_PAUSE] = "pause",
	    [LIMITED_BY_RATE] = "rate",
	    [LIMITED_BY_FILES] = "open_files",
	    [LIMITED_BY_OUTPUT] = "output",
	    [LIMITED_BY_TASK] = "longest_task",
	};

	return names[by];
}
