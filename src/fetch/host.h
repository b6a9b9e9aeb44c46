/*
 * Hosts: scheme, name and port; and what is known of each that decides when
 * it may be asked next. Knows no clock (times are microseconds, told by the
 * caller) and runs no task: gate.h does.
 */
#ifndef FETCH_HOST_H
#define FETCH_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "core/timer.h"
#include "fetch/aimd.h"
#include "fetch/bucket.h"
#include "fetch/rate_limit.h"
#include "fetch/wait.h"

struct pacing;

/* Never: it depends on something else than the time. */
#define HOST_NEVER INT64_MAX

struct host {
	char *key;	  /* "https://example.com:443"; owned */
	struct list link; /* of the table */
	size_t users;	  /* tasks that hold it */
	size_t running;	  /* attempts */
	size_t slots;	  /* and so many at most, but for aimd */
	struct aimd aimd; /* where the limit is learned */
	bool learns;
	bool given_up; /* it failed too often */
	long failures; /* in a row */
	bool is_http2; /* its last response, or later */
	int64_t paused_until;
	int64_t quota;	     /* requests that it takes... */
	int64_t quota_until; /* ...until then; before now: there is no quota */
	struct bucket bucket;

	/* The gate's. */
	struct gate *gate;
	struct wait_clock waits; /* of the waiters; without the gate's clocks,
				    which count while it is in turn */
	bool in_turn;
	struct list waiters;  /* for their turn, first in first out */
	struct list sleepers; /* backing off */
	struct timer turn;    /* among the hosts that may be asked now */
	struct timer later;   /* until the host may be asked */
};

/* What an attempt met. */
struct host_report {
	unsigned epoch;	 /* host->aimd.epoch when it began */
	long requests;	 /* that it took: redirects, logins */
	bool ok;	 /* an answer, and none of an overloaded server */
	bool overloaded; /* 429, 503, or no connection in time */
	int64_t pause;	 /* until it is to be asked again; 0: none */
	bool has_limit;
	struct rate_limit limit;
};

struct hosts {
	void *tree; /* search.h's, by key; owns the hosts */
	struct list all;
	size_t count;
	size_t made;		     /* about as many were asked until now */
	char *last_freed;	     /* key, or NULL; owned */
	const struct pacing *pacing; /* borrowed */
	size_t most;		     /* slots of the run */
};

void hosts_init(struct hosts *t, const struct pacing *pacing, size_t slots);
void hosts_clear(struct hosts *t);

/*
 * The host of that key, a new one where there is none. It stays until
 * hosts_release; what is known of it may stay longer.
 */
struct host *hosts_hold(struct hosts *t, const char *key, int64_t now);
void hosts_release(struct hosts *t, struct host *h, int64_t now);

/*
 * When may the next attempt begin? Now, then, or HOST_NEVER. Where it is not
 * now, it also says why.
 */
int64_t host_when(struct host *h, int64_t now, enum wait_reason *why);

/* An attempt begins; it has ended, and perhaps met something. */
void host_begin(struct host *h, int64_t now);
void host_end(struct host *h);

/* What a report led to. */
#define HOST_PAUSED 1 /* much longer than before */
#define HOST_SLOWED 2 /* its limit is lower now */

int host_learn(struct host *h, const struct host_report *report, int64_t now);

/*
 * A task has ended for good: too many failures in a row, with no success
 * between them, and the host is given up. True where that happens now.
 */
bool host_task_ended(
    struct host *h, const struct pacing *pacing, bool succeeded);

#endif
