/*
 * A task's log.
 */
#include "config.h"

#include "fetch/task_log.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "fetch/record.h"

struct task_log *
task_log_new(void)
{
	return xcalloc(1, sizeof(struct task_log));
}

void
task_log_free(struct task_log *l)
{
	if (l == NULL)
		return;
	free(l->spans);
	free(l);
}

/* Returns when it ended. */
static int64_t
add(struct task_log *l, enum task_state state, int attempt, int64_t begin,
    int64_t length)
{
	struct task_span *last = l->count > 0 ? &l->spans[l->count - 1] : NULL;

	if (length <= 0)
		return begin;
	if (last != NULL && last->state == state && last->attempt == attempt &&
	    last->begin + last->length == begin) {
		last->length += length;
		return begin + length;
	}
	l->spans = xreallocarray(l->spans, l->count + 1, sizeof *l->spans);
	l->spans[l->count++] = (struct task_span){
	    begin, length, state, attempt};
	return begin + length;
}

void
task_log_wait(struct task_log *l, int64_t begin, const struct record *record)
{
	static const enum task_state states[WAIT_COUNT] = {
	    [WAIT_SLOT] = STATE_SLOT,
	    [WAIT_HOST] = STATE_HOST,
	    [WAIT_PAUSE] = STATE_HOST,
	    [WAIT_RATE] = STATE_RATE,
	    [WAIT_FILES] = STATE_SLOT,
	    [WAIT_OUTPUT] = STATE_OUTPUT,
	};
	int i;

	if (l == NULL)
		return;
	for (i = 0; i < WAIT_COUNT; i++) {
		begin = add(l, states[i], record->attempts + 1, begin,
		    record->waits[i] - l->waits[i]);
		l->waits[i] = record->waits[i];
	}
}

void
task_log_backoff(struct task_log *l, int64_t begin, int64_t length,
    const struct record *record)
{
	if (l != NULL)
		add(l, STATE_BACKOFF, record->attempts + 1, begin, length);
}

/* Curl's times, and what was going on until each; the last has no end. */
static const struct {
	enum record_time until;
	enum task_state state;
} phases[] = {
    {TIME_NAMELOOKUP, STATE_DNS},
    {TIME_CONNECT, STATE_CONNECT},
    {TIME_APPCONNECT, STATE_TLS},
    {TIME_PRETRANSFER, STATE_SEND},
    {TIME_STARTTRANSFER, STATE_WAIT},
};

#define PHASES (sizeof phases / sizeof *phases)

static int64_t
at_most(int64_t usec, int64_t most)
{
	return usec < most ? usec : most;
}

void
task_log_attempt(struct task_log *l, int64_t begin, const struct record *record)
{
	const int64_t total = record->times[TIME_TOTAL];
	int64_t at = 0, until;
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < PHASES; i++) {
		if (phases[i].state == STATE_WAIT) {
			until = at_most(record->time_sent, total);
			at = add(l, STATE_SEND, record->attempts, begin + at,
				 until - at) -
			    begin;
		}
		until = at_most(record->times[phases[i].until], total);
		at = add(l, phases[i].state, record->attempts, begin + at,
			 until - at) -
		    begin;
	}
	add(l, task_state_of(record), record->attempts, begin + at, total - at);
}

enum task_state
task_state_of(const struct record *record)
{
	size_t i;

	/* The furthest that was reached: a phase may be left out, as TLS is. */
	for (i = PHASES; i > 0; i--)
		if (record->times[phases[i - 1].until] > 0)
			break;
	return i == PHASES ? STATE_RECEIVE : phases[i].state;
}

const char *
task_state_name(enum task_state state)
{
	static const char *const names[STATE_COUNT] = {
	    [STATE_SLOT] = "slot",
	    [STATE_HOST] = "host",
	    [STATE_RATE] = "rate",
	    [STATE_OUTPUT] = "output",
	    [STATE_BACKOFF] = "backoff",
	    [STATE_DNS] = "dns",
	    [STATE_CONNECT] = "connect",
	    [STATE_TLS] = "tls",
	    [STATE_SEND] = "send",
	    [STATE_WAIT] = "wait",
	    [STATE_RECEIVE] = "receive",
	    [STATE_HELD] = "held",
	};

	return names[state];
}
