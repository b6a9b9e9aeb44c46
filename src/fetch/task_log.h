/*
 * A task's log: what it did from when to when, for timelines. Kept only where
 * the run wants it (fetch_env.keeps_logs).
 */
#ifndef FETCH_TASK_LOG_H
#define FETCH_TASK_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "fetch/wait.h"

struct record;

/* In the order in which a task goes through them. */
enum task_state {
	STATE_SLOT, /* waits: WAIT_SLOT, WAIT_FILES */
	STATE_HOST, /* waits: WAIT_HOST, WAIT_PAUSE */
	STATE_RATE,
	STATE_OUTPUT,
	STATE_BACKOFF,
	STATE_DNS,
	STATE_CONNECT,
	STATE_TLS,
	STATE_SEND,
	STATE_WAIT,
	STATE_RECEIVE,
	STATE_HELD, /* for the order of the results */
	STATE_COUNT,
};

struct task_span {
	int64_t begin;	/* loop_clock(), microseconds */
	int64_t length; /* microseconds; not 0 */
	enum task_state state;
	int attempt; /* from 1 on; of a wait, that which it leads to */
};

struct task_log {
	struct task_span *spans; /* owned; none begins before the one before
				    it ends */
	size_t count;
	int64_t waits[WAIT_COUNT]; /* that are among them */
	size_t lane; /* of who draws it, from the first attempt on */
};

struct task_log *task_log_new(void);
void task_log_free(struct task_log *l); /* takes NULL, as all do here */

/*
 * A wait began then, and has ended. Its reasons stand one behind the other in
 * it, whatever their order was: lengths are true.
 */
void task_log_wait(
    struct task_log *l, int64_t begin, const struct record *record);

void task_log_backoff(struct task_log *l, int64_t begin, int64_t length,
    const struct record *record);

/* The last attempt of the record began then, and took its TIME_TOTAL. */
void task_log_attempt(
    struct task_log *l, int64_t begin, const struct record *record);

/* What an attempt does, by the times that it has reached (not 0). */
enum task_state task_state_of(const struct record *record);

/* "slot", "connect" and so on: part of machine-readable formats. */
const char *task_state_name(enum task_state state);

#endif
