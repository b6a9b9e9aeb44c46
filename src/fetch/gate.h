/*
 * The gate: who may begin an attempt, and when. It gives out, all at once, a
 * slot of the run, one of the host's, the tokens of both rates, and the
 * descriptors the attempt needs; so none is held while waiting for another.
 *
 * Within a host the order is first in, first out. Among the hosts that may be
 * asked, the one with the fewest attempts at work is next, in turn where they
 * have equally many: one slow host cannot take the slots of all others. Who
 * comes is let in at the scheduler's next advance, not at once, so that the
 * hosts of all who come together are known.
 */
#ifndef FETCH_GATE_H
#define FETCH_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sync.h"
#include "fetch/bucket.h"
#include "fetch/host.h"

struct gate {
	struct co_sched *sched; /* borrowed */
	int64_t (*clock)(void); /* microseconds; that of the timers */
	struct hosts hosts;
	struct event_flag *room; /* nothing begins while unset; or NULL */
	size_t slots;		 /* free ones */
	size_t extras;		 /* free descriptors beyond one an attempt */
	struct list kept;	 /* those that come back later */
	size_t running;		 /* attempts */
	size_t running_most;
	struct bucket bucket;
	struct timer_heap turns; /* of hosts; their time is that of attempts
				    at work */
	struct wait_clock waits; /* of the hosts in turns */
	struct timer later;	 /* until the bucket has a token */
	struct timer arrivals;	 /* somebody came */
	/* There are slots, and nobody for them; or NULL. */
	void (*idle)(void *arg);
	void *idle_arg; /* borrowed */
};

/* room may be NULL; all are borrowed. While there is room, it has a hook. */
void gate_init(struct gate *g, struct co_sched *sched, int64_t (*clock)(void),
    const struct pacing *pacing, struct event_flag *room, size_t slots,
    size_t extras);
void gate_clear(struct gate *g);

/* Are there slots, while all who wait do so for their hosts? */
bool gate_is_idle(const struct gate *g);

/* For a task that will ask for that host; gate_release ends it. */
struct host *gate_hold(struct gate *g, const char *key);
void gate_release(struct gate *g, struct host *h);

/*
 * Await: may begin an attempt that needs so many descriptors beyond one, and
 * ends with gate_leave. EHOSTDOWN where the host was given up.
 */
bool gate_enter(
    struct co_task *self, struct gate *g, struct host *h, size_t extras);

/*
 * Adds sign times how long those who wait for the host have waited, by
 * reason: what is taken off when one comes and added when it goes in is its
 * own wait.
 */
void gate_waits(const struct gate *g, const struct host *h, int64_t now,
    int sign, int64_t waits[WAIT_COUNT]);

/* Of all tasks. */
struct gate_view {
	size_t running; /* attempts */
	size_t waiting[WAIT_COUNT];
	size_t backing_off;
};

/* Walks over all that wait. */
void gate_look(struct gate *g, struct gate_view *view);

/*
 * The attempt has ended; report is NULL where it tells nothing. Returns what
 * host_learn does.
 */
int gate_leave(struct gate *g, struct host *h, size_t extras,
    const struct host_report *report);

/*
 * The same, but nobody is let in before gate_go_on, which is to follow in this
 * turn: it is to be known first what becomes of the task, see
 * gate_task_ended.
 */
int gate_leave_for_now(struct gate *g, struct host *h, size_t extras,
    const struct host_report *report);
void gate_go_on(struct gate *g);

/*
 * Of the descriptors of an attempt that has left in this turn so many are in
 * use yet: nobody gets them in the next microseconds, so many. Before
 * gate_go_on.
 */
void gate_keep_back(struct gate *g, size_t extras, int64_t usec);

/* Of a host that an attempt was redirected to. Returns as gate_leave. */
int gate_learn(
    struct gate *g, struct host *h, const struct host_report *report);

/*
 * Await: lasts the time given, counted from gate's clock, not from the turn's
 * beginning. EHOSTDOWN where the host is given up meanwhile.
 */
bool gate_back_off(
    struct co_task *self, struct gate *g, struct host *h, int64_t usec);

/*
 * A task has ended for good. True where its host is given up now: who waits
 * for it is woken.
 */
bool gate_task_ended(struct gate *g, struct host *h, bool succeeded);

#endif
