/*
 * The gate.
 *
 * A host is in g->turns while somebody waits for it and nothing but what the
 * whole run shares (slots, tokens, descriptors, room) is in the way; else,
 * where only time is in the way, its timer is armed. consider() sees to that
 * after every change.
 */
#include "config.h"

#include "fetch/gate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "input/options.h"

/* Descriptors that come back later. */
struct kept {
	struct list link;
	struct timer timer;
	struct gate *gate; /* borrowed */
	size_t extras;
};

static void dispatch(struct gate *g);

static void
room_again(void *arg)
{
	dispatch(arg);
}

void
gate_init(struct gate *g, struct co_sched *sched, int64_t (*clock)(void),
    const struct pacing *pacing, struct event_flag *room, size_t slots,
    size_t extras)
{
	memset(g, 0, sizeof *g);
	g->sched = sched;
	g->clock = clock;
	g->room = room;
	g->slots = slots;
	g->extras = extras;
	hosts_init(&g->hosts, pacing, slots);
	bucket_init(&g->bucket, &pacing->rate, pacing->burst, clock());
	list_init(&g->kept);
	timer_heap_init(&g->turns);
	wait_clock_init(&g->waits);
	wait_clock_set(&g->waits, WAIT_SLOT, clock());
	if (room != NULL) {
		room->on_set = room_again;
		room->arg = g;
	}
}

static void
kept_free(struct kept *k)
{
	timer_disarm(&k->gate->sched->timers, &k->timer);
	list_remove(&k->link);
	free(k);
}

void
gate_clear(struct gate *g)
{
	while (!list_empty(&g->kept))
		kept_free(LIST_ITEM(g->kept.next, struct kept, link));
	if (g->room != NULL)
		g->room->on_set = NULL;
	timer_disarm(&g->sched->timers, &g->later);
	timer_disarm(&g->sched->timers, &g->arrivals);
	timer_heap_clear(&g->turns);
	hosts_clear(&g->hosts);
}

struct host *
gate_hold(struct gate *g, const char *key)
{
	struct host *h = hosts_hold(&g->hosts, key, g->clock());

	h->gate = g;
	return h;
}

void
gate_release(struct gate *g, struct host *h)
{
	hosts_release(&g->hosts, h, g->clock());
}

static void
take(struct gate *g, struct host *h, size_t extras, int64_t now)
{
	g->slots--;
	g->extras -= extras;
	bucket_take(&g->bucket, now, 1);
	if (++g->running > g->running_most)
		g->running_most = g->running;
	host_begin(h, now);
}

/* What of the run's own is missing for an attempt; WAIT_NONE: nothing. */
static enum wait_reason
missing(const struct gate *g, size_t extras)
{
	if (g->room != NULL && !g->room->set)
		return WAIT_OUTPUT;
	if (g->slots == 0)
		return WAIT_SLOT;
	return g->extras < extras ? WAIT_FILES : WAIT_NONE;
}

/* From now on the gate's clocks count for who waits for the host. */
static void
note_turn(struct gate *g, struct host *h, int64_t now)
{
	if (h->in_turn)
		return;
	h->in_turn = true;
	wait_clock_set(&h->waits, WAIT_NONE, now);
	wait_clock_add(&g->waits, now, -1, h->waits.spent);
}

/* From now on it is the host's own, or nobody waits. */
static void
note_reason(
    struct gate *g, struct host *h, enum wait_reason reason, int64_t now)
{
	if (h->in_turn)
		wait_clock_add(&g->waits, now, 1, h->waits.spent);
	h->in_turn = false;
	wait_clock_set(&h->waits, reason, now);
}

static void
host_may_be_asked(struct timer *timer)
{
	struct host *h = LIST_ITEM(timer, struct host, later);
	struct gate *g = h->gate;

	timer_arm(&g->turns, &h->turn, (int64_t)h->running, NULL);
	note_turn(g, h, g->clock());
	dispatch(g);
}

/* The host has changed: where does it wait? */
static void
consider(struct gate *g, struct host *h, int64_t now)
{
	enum wait_reason why;
	int64_t when;

	timer_disarm(&g->turns, &h->turn);
	timer_disarm(&g->sched->timers, &h->later);
	if (list_empty(&h->waiters)) {
		note_reason(g, h, WAIT_NONE, now);
		return;
	}
	when = host_when(h, now, &why);
	if (when <= now) {
		timer_arm(&g->turns, &h->turn, (int64_t)h->running, NULL);
		note_turn(g, h, now);
		return;
	}
	note_reason(g, h, why, now);
	if (when != HOST_NEVER)
		timer_arm(
		    &g->sched->timers, &h->later, when, host_may_be_asked);
}

static void
token_again(struct timer *timer)
{
	dispatch(LIST_ITEM(timer, struct gate, later));
}

/* The clock is only read where the reason is another one. */
static void
go_on_waiting(struct gate *g, enum wait_reason why)
{
	if (g->waits.reason != why)
		wait_clock_set(&g->waits, why, g->clock());
}

/* Lets in who may be let in. */
static void
dispatch(struct gate *g)
{
	struct timer *turn;
	struct co_task *t;
	struct host *h;
	enum wait_reason why;
	int64_t now, when;

	timer_disarm(&g->sched->timers, &g->later);
	while ((turn = timer_first(&g->turns)) != NULL) {
		h = LIST_ITEM(turn, struct host, turn);
		t = co_first_waiter(&h->waiters);
		/* Who needs much is not overtaken by those who need less. */
		why = missing(g, t->want);
		if (why != WAIT_NONE) {
			go_on_waiting(g, why);
			return;
		}
		now = g->clock();
		if ((when = bucket_when(&g->bucket, now)) > now) {
			go_on_waiting(g, WAIT_RATE);
			timer_arm(
			    &g->sched->timers, &g->later, when, token_again);
			return;
		}
		take(g, h, t->want, now);
		co_wake(t, 0);
		consider(g, h, now);
	}
	/* Who comes now meets this. */
	why = missing(g, 0);
	go_on_waiting(g, why == WAIT_NONE ? WAIT_SLOT : why);
	if (why == WAIT_NONE && g->idle != NULL)
		g->idle(g->idle_arg);
}

bool
gate_is_idle(const struct gate *g)
{
	return timer_first(&g->turns) == NULL && missing(g, 0) == WAIT_NONE;
}

static void
somebody_came(struct timer *timer)
{
	dispatch(LIST_ITEM(timer, struct gate, arrivals));
}

/* Does not wait any longer. */
static void
enter_undo(struct co_task *self)
{
	struct host *h = self->wait;

	consider(h->gate, h, h->gate->clock());
	dispatch(h->gate);
}

bool
gate_enter(struct co_task *self, struct gate *g, struct host *h, size_t extras)
{
	if (co_interrupted(self))
		return true;
	if (h->given_up) {
		self->error = EHOSTDOWN;
		return true;
	}
	self->wait = h;
	self->want = extras;
	co_suspend(self, &h->waiters, enter_undo);
	if (self->link.prev == &h->waiters) /* nobody else waits there */
		consider(g, h, g->clock());
	if (g->slots > 0 && g->arrivals.place == 0)
		timer_arm(&g->sched->timers, &g->arrivals, g->sched->now,
		    somebody_came);
	return false;
}

int
gate_leave_for_now(struct gate *g, struct host *h, size_t extras,
    const struct host_report *report)
{
	int64_t now = g->clock();
	int changes = 0;

	if (report != NULL) {
		changes = host_learn(h, report, now);
		bucket_take(&g->bucket, now, report->requests - 1);
	}
	host_end(h);
	g->running--;
	g->slots++;
	g->extras += extras;
	consider(g, h, now);
	return changes;
}

void
gate_go_on(struct gate *g)
{
	dispatch(g);
}

static void
kept_is_back(struct timer *timer)
{
	struct kept *k = LIST_ITEM(timer, struct kept, timer);
	struct gate *g = k->gate;

	g->extras += k->extras;
	kept_free(k);
	dispatch(g);
}

void
gate_keep_back(struct gate *g, size_t extras, int64_t usec)
{
	struct kept *k = xcalloc(1, sizeof *k);

	k->gate = g;
	k->extras = extras;
	g->extras -= extras;
	list_append(&g->kept, &k->link);
	timer_arm(
	    &g->sched->timers, &k->timer, g->clock() + usec, kept_is_back);
}

int
gate_leave(struct gate *g, struct host *h, size_t extras,
    const struct host_report *report)
{
	int changes = gate_leave_for_now(g, h, extras, report);

	gate_go_on(g);
	return changes;
}

int
gate_learn(struct gate *g, struct host *h, const struct host_report *report)
{
	int64_t now = g->clock();
	int changes = host_learn(h, report, now);

	consider(g, h, now);
	return changes;
}

bool
gate_back_off(
    struct co_task *self, struct gate *g, struct host *h, int64_t usec)
{
	if (!co_interrupted(self) && h->given_up) {
		self->error = EHOSTDOWN;
		return true;
	}
	return co_sleep_among(
	    self, &h->sleepers, usec + g->clock() - g->sched->now);
}

void
gate_waits(const struct gate *g, const struct host *h, int64_t now, int sign,
    int64_t waits[WAIT_COUNT])
{
	wait_clock_add(&h->waits, now, sign, waits);
	if (h->in_turn)
		wait_clock_add(&g->waits, now, sign, waits);
}

static size_t
count(const struct list *all)
{
	const struct list *node;
	size_t n = 0;

	for (node = all->next; node != all; node = node->next)
		n++;
	return n;
}

void
gate_look(struct gate *g, struct gate_view *view)
{
	struct list *node, *all = &g->hosts.all;
	enum wait_reason why;
	struct host *h;

	memset(view, 0, sizeof *view);
	view->running = g->running;
	for (node = all->next; node != all; node = node->next) {
		h = LIST_ITEM(node, struct host, link);
		why = h->in_turn ? g->waits.reason : h->waits.reason;
		if (why != WAIT_NONE)
			view->waiting[why] += count(&h->waiters);
		view->backing_off += count(&h->sleepers);
	}
}

static void
wake_all(struct list *waiters)
{
	struct co_task *t;

	while ((t = co_first_waiter(waiters)) != NULL)
		co_wake(t, EHOSTDOWN);
}

bool
gate_task_ended(struct gate *g, struct host *h, bool succeeded)
{
	if (!host_task_ended(h, g->hosts.pacing, succeeded))
		return false;
	wake_all(&h->waiters);
	wake_all(&h->sleepers);
	consider(g, h, g->clock());
	dispatch(g);
	return true;
}
