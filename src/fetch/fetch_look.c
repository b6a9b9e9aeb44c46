/*
 * What a fetch task does just now.
 */
#include "config.h"

#include <string.h>

#include "core/loop.h"
#include "fetch/attempt.h"
#include "fetch/task_log.h"

/* What the gate keeps it from. */
static enum wait_reason
gate_reason(const struct fetch *f)
{
	return f->host->in_turn ? f->env->gate.waits.reason
				: f->host->waits.reason;
}

/* How far the transfer is. */
static void
look_at_transfer(const struct xfer *x, struct fetch_view *view)
{
	const struct response *response = &x->response;
	struct record now;

	memset(&now, 0, sizeof now);
	record_times(&now, x);
	view->state = task_state_of(&now);
	/* To libcurl 7 the first that is sent is the response's beginning. */
	if (x->sending.began != 0 && !x->sending.all_read &&
	    response->count == 0 &&
	    (view->state == STATE_WAIT || view->state == STATE_RECEIVE))
		view->state = STATE_SEND;
	view->received = response->received;
	view->length = response->body_begun ? response->length : -1;
}

void
fetch_look(const struct co_task *task, struct fetch_view *view)
{
	const struct fetch *f = (const struct fetch *)task;
	const struct record *r = &f->record;

	memset(view, 0, sizeof *view);
	view->request = f->request;
	view->host = f->host->key;
	view->wait = WAIT_NONE;
	view->length = -1;
	view->time_state = loop_clock() - f->since;
	view->time_total = r->time_queue + r->time_attempts + r->time_backoff +
	    view->time_state;
	view->attempt = r->attempts + (f->xfer == NULL);
	if (f->xfer != NULL) {
		look_at_transfer(f->xfer, view);
		return;
	}
	view->state = STATE_BACKOFF;
	if (f->waits || r->attempts == 0) {
		view->wait = f->waits ? gate_reason(f) : WAIT_SLOT;
		if (view->wait == WAIT_NONE)
			view->wait = WAIT_SLOT;
		view->state = task_state_waiting(view->wait);
	}
}
