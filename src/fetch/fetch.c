/*
 * The fetch coroutine.
 */
#include "config.h"

#include "fetch/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "fetch/split.h"
#include "fetch/task_log.h"
#include "input/host_key.h"
#include "input/options.h"
#include "input/request.h"

/* Looking a name up takes a pair of sockets and what the resolver opens. */
#define EXTRAS_OF_NAME 3

/* A file, and the directory that it stands in. */
#define EXTRAS_OF_FILE 2

/* What it reads, or what it writes. */
#define EXTRAS_OF_CACHE 1

struct fetch {
	struct co_task task;
	struct fetch_env *env;	 /* borrowed */
	struct request *request; /* owned */
	struct xfer *xfer;	 /* during an attempt */
	struct cached *cached;	 /* during an attempt; or NULL */
	struct split *split;	 /* its further ranges, or NULL; owned */
	struct host *host;	 /* held */
	struct record record;
	size_t extras;	/* that an attempt needs */
	unsigned epoch; /* of what is known of the host, at its beginning */
	int64_t since;	/* loop_clock() when it began to wait, or to fetch */
	int64_t delay;	/* before the next attempt */
	struct co_scope timeout, shield, ending;
	bool timed_out; /* by --task-timeout */
	bool waits;	/* for the gate */
	bool entered;	/* the gate */
	bool restarted; /* -C: nothing could be resumed */
	bool anew;	/* so the next attempt asks for all */
	bool shielded;
	bool distrusts; /* what the cache has */
	bool was_split; /* an attempt: the next one is not */
};

static size_t
extras_of(const struct request *r, const struct options *o)
{
	return (o->cache.dir != NULL ? EXTRAS_OF_CACHE : 0) +
	    (r->host_is_name ? EXTRAS_OF_NAME : 0) + (r->served_here ? 1 : 0) +
	    (r->file != NULL ? EXTRAS_OF_FILE : 0);
}

static int64_t
wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* What has passed since the last call; each moment counts once. */
static int64_t
lap(struct fetch *f)
{
	int64_t now = loop_clock(), passed = now - f->since;

	f->since = now;
	return passed;
}

/* From now on it waits for its turn, if it has to. */
static void
wait_begin(struct fetch *f)
{
	f->waits = true;
	gate_waits(&f->env->gate, f->host, f->since, -1, f->record.waits);
}

static void
wait_end(struct fetch *f)
{
	struct record *r = &f->record;
	int64_t begin = f->since;

	r->time_queue += lap(f);
	if (f->waits)
		gate_waits(&f->env->gate, f->host, f->since, 1, r->waits);
	f->waits = false;
	wait_settle(r->waits, r->time_queue);
	task_log_wait(r->log, begin, r);
}

static void
attempt_begin(struct fetch *f)
{
	struct fetch_env *env = f->env;

	wait_end(f);
	f->epoch = f->host->aimd.epoch;
	if (f->record.attempts++ == 0) {
		f->record.started_at = wall_clock();
		if (env->observer.started != NULL)
			env->observer.started(env->observer.arg, &f->record);
	}
	f->xfer = xfer_open(env->pool, f->request);
	if (strcmp(f->record.method_asked, "GET") == 0)
		xfer_resume(f->xfer, f->request, f->anew);
	f->anew = false;
	/* What is resumed is not what the cache knows of. */
	if (!f->xfer->response.resume.wanted)
		f->cached = cached_open(env->cache, f->request,
		    f->record.method_asked, f->xfer, f->distrusts);
	/* Both need the body in the order of its bytes. */
	if (!f->xfer->response.resume.wanted && f->cached == NULL &&
	    !f->was_split)
		f->split = split_new(env, f->request, f->xfer, f->extras);
	if (env->observer.receiving != NULL)
		env->observer.receiving(
		    env->observer.arg, f->request, &f->xfer->response);
}

/*
 * Through the gate again; report may be NULL. Returns what gate_leave does;
 * gate_go_on is to follow.
 */
static int
leave(struct fetch *f, const struct host_report *report)
{
	if (!f->entered)
		return 0;
	f->entered = false;
	return gate_leave_for_now(&f->env->gate, f->host, f->extras, report);
}

static int64_t
at_most(int64_t usec, int64_t most)
{
	return usec < most ? usec : most;
}

/* A refusal, or no connection in time: then nothing was ready to be sent. */
static bool
is_overloaded(const struct record *r)
{
	if (r->code == CURLE_OPERATION_TIMEDOUT)
		return r->times[TIME_PRETRANSFER] == 0;
	return r->response_code == 429 || r->response_code == 503;
}

void
fetch_make_report(const struct fetch_env *env, struct record *r,
    const struct xfer *x, unsigned epoch, struct host_report *report)
{
	int64_t most = env->options->retry.after_max;
	bool refuses = r->response_code == 429 || r->response_code == 503;

	memset(report, 0, sizeof *report);
	report->epoch = epoch;
	report->requests = x->response.count > 1 ? x->response.count : 1;
	report->overloaded = is_overloaded(r);
	report->ok = r->code == CURLE_OK && !report->overloaded;
	/* The answer itself counts, not what the cache has in its place. */
	report->has_limit = most > 0 &&
	    rate_limit_read(&report->limit,
		x->response.restored ? &x->response.answer : r->head,
		wall_clock() / USEC_PER_SEC);
	report->limit.wait = at_most(report->limit.wait, most);
	/* Where the server says it that way only. */
	if (refuses && r->retry_after == 0 && report->has_limit &&
	    report->limit.remaining == 0)
		r->retry_after = report->limit.wait;
	if (refuses)
		report->pause = at_most(r->retry_after, most);
}

void
fetch_tell(const struct fetch_env *env, const struct host *h, int changes)
{
	const struct fetch_observer *o = &env->observer;

	if ((changes & HOST_PAUSED) != 0 && o->paused != NULL)
		o->paused(o->arg, h, h->paused_until - loop_clock());
	if ((changes & HOST_SLOWED) != 0 && o->slowed != NULL)
		o->slowed(o->arg, h);
}

/* A redirect led to another host: the report is about that one. */
static bool
report_elsewhere(struct fetch *f, const struct host_report *report)
{
	struct gate *gate = &f->env->gate;
	struct host_report rest = *report;
	struct host *other;
	char *key;

	if (f->record.num_redirects == 0 || f->record.url_effective == NULL ||
	    (key = host_key_of(f->record.url_effective)) == NULL)
		return false;
	other = gate_hold(gate, key);
	free(key);
	if (other != f->host) {
		rest.ok = rest.overloaded = false;
		rest.requests = 1;
		fetch_tell(f->env, other, gate_learn(gate, other, &rest));
	}
	gate_release(gate, other);
	return other != f->host;
}

/* A body that is to be in a file gets there, where it is whole and wanted. */
static void
keep_file(struct fetch *f)
{
	struct body_file *file = f->xfer->response.file;
	struct record *r = &f->record;

	if (file == NULL)
		return;
	if (file->problem != NULL) {
		record_write_failed(r, file->problem, file->error);
		return;
	}
	/* What is too large would be so when it is resumed. */
	if (r->code == CURLE_FILESIZE_EXCEEDED)
		body_file_discard(file);
	if (r->code != CURLE_OK || r->unmodified ||
	    !response_has_file(&f->xfer->response))
		return;
	/* As curl: --head asks for the headers, so they are the result. */
	if (f->env->options->request.head && r->heads != NULL &&
	    body_file_write(file, r->heads->data, r->heads->len) == -1) {
		record_write_failed(r, file->problem, file->error);
		return;
	}
	if (body_file_commit(file, (time_t)r->modified) == 0)
		r->body_file = file->path;
	else if (file->error == EEXIST && f->env->options->files.skip_existing)
		/* The name that the server gave. */
		record_end(r, OUTCOME_SKIPPED,
		    N_("the file is there already (--skip-existing)"));
	else
		record_write_failed(r, file->problem, file->error);
}

/* Nothing more comes. */
static void
stop_receiving(struct fetch *f)
{
	if (f->env->observer.receiving != NULL)
		f->env->observer.receiving(
		    f->env->observer.arg, f->request, NULL);
}

/* The response goes where it should, and to the cache. */
static void
keep_response(struct fetch *f)
{
	cached_judge(f->cached, &f->record);
	keep_file(f);
	cached_keep(f->cached, &f->record);
	f->distrusts = cached_is_useless(f->cached);
}

/* What the attempt has met of its host. */
static void
make_report(struct fetch *f, struct host_report *report)
{
	fetch_make_report(f->env, &f->record, f->xfer, f->epoch, report);
}

/* The gate is told of it, and left, if that is still to do. */
static void
tell_report(struct fetch *f, struct host_report *report)
{
	if (!f->entered)
		return;
	if (report_elsewhere(f, report)) {
		report->ok = true;
		report->overloaded = report->has_limit = false;
		report->pause = 0;
	}
	fetch_tell(f->env, f->host, leave(f, report));
}

/* The body's first range, if not all of it, is there: its slot is free. */
static void
first_ended(struct fetch *f)
{
	struct host_report report;

	if (f->task.error != 0) {
		split_stop(f->split);
		return;
	}
	split_first_ended(f->split);
	if (!split_is_busy(f->split))
		return;
	record_attempt(&f->record, f->xfer, f->env->options);
	make_report(f, &report);
	tell_report(f, &report);
	gate_go_on(&f->env->gate);
}

/* The others have ended, too, or it is too late for them. */
static void
ranges_ended(struct fetch *f)
{
	if (split_was_tried(f->split) && !co_interrupted(&f->task))
		split_end(f->split);
}

static void
attempt_end(struct fetch *f)
{
	struct record *r = &f->record;
	int64_t begin = f->since, passed = lap(f);
	struct host_report report;

	if (f->task.error != 0) {
		leave(f, NULL);
		record_abandon(r, f->xfer, passed);
	} else {
		record_attempt(r, f->xfer, f->env->options);
		split_record(f->split, r, passed);
	}
	r->time_attempts += r->times[TIME_TOTAL];
	task_log_attempt(r->log, begin, r);
	if (f->task.error != 0)
		return;
	make_report(f, &report);
	keep_response(f);
	tell_report(f, &report);
}

/*
 * The scheduler counts from the beginning of its turn, which may be a while
 * ago.
 */
static int64_t
from_now(const struct co_task *self, int64_t usec)
{
	return usec + loop_clock() - self->sched->now;
}

static bool
has_timeout(const struct fetch *f)
{
	return f->env->options->task_timeout > 0;
}

/* Of --task-timeout: attempts and backoff count, waiting for a slot not. */
static int64_t
time_left(const struct fetch *f)
{
	return f->env->options->task_timeout - f->record.time_attempts -
	    f->record.time_backoff;
}

/* The transfer goes away; another one follows. */
static void
close_attempt(struct fetch *f)
{
	record_detach(&f->record);
	cached_close(f->cached);
	f->cached = NULL;
	split_free(f->split);
	f->split = NULL;
	xfer_close(f->xfer);
	f->xfer = NULL;
}

/* -C: what is there cannot be continued. All of it is asked for, once. */
static bool
begin_anew(struct fetch *f)
{
	const struct resume *resume = &f->xfer->response.resume;

	if (f->task.error != 0 || f->restarted || resume->exact ||
	    resume->answer != RESUME_REFUSED)
		return false;
	f->restarted = f->anew = true;
	close_attempt(f);
	gate_go_on(&f->env->gate);
	return true;
}

/* Shall another attempt follow? Sets how long to wait before. */
static bool
try_again(struct fetch *f)
{
	struct fetch_env *env = f->env;

	if (f->task.error != 0 || outcome_fine(f->record.outcome))
		return false;
	if (cached_is_useless(f->cached) || split_was_refused(f->split))
		f->delay = 0;
	else if (!retry_wanted(&env->options->retry, &f->record))
		return false;
	else
		f->delay = retry_delay(
		    &env->options->retry, &env->random, &f->record);
	if (f->delay == -1 || (has_timeout(f) && f->delay >= time_left(f)))
		return false;
	if (env->observer.retrying != NULL)
		env->observer.retrying(env->observer.arg, &f->record, f->delay);
	f->was_split = split_was_tried(f->split);
	close_attempt(f);
	gate_go_on(&env->gate);
	return true;
}

static void
backoff_end(struct fetch *f)
{
	int64_t begin = f->since, passed = lap(f);

	f->record.time_backoff += passed;
	task_log_backoff(f->record.log, begin, passed, &f->record);
}

/* The host is given up: so is the task. */
static void
end_with_host(struct fetch *f)
{
	char *cause = xasprintf("%s is given up after %ld failures in a row "
				"(--host-max-failures)",
	    f->host->key, f->env->options->pacing.host_max_failures);

	record_end(&f->record, OUTCOME_NETWORK_ERROR, cause);
	free(cause);
}

/* Hands the record on. */
static void
finish(struct fetch *f)
{
	struct fetch_env *env = f->env;
	bool given_up = f->task.error == EHOSTDOWN;

	if (f->timed_out) {
		f->record.code = CURLE_OPERATION_TIMEDOUT;
		record_end(&f->record, OUTCOME_TIMEOUT,
		    N_("the time for all attempts is over (--task-timeout)"));
	} else if (given_up)
		end_with_host(f);
	else if (f->task.error != 0)
		record_end(&f->record, OUTCOME_CANCELLED, env->cancel_cause);
	leave(f, NULL); /* where it was cancelled before it began */
	if (f->record.outcome != OUTCOME_CANCELLED && !given_up &&
	    gate_task_ended(
		&env->gate, f->host, outcome_fine(f->record.outcome)) &&
	    env->observer.given_up != NULL)
		env->observer.given_up(env->observer.arg, f->host);
	gate_go_on(&env->gate);
	wait_end(f); /* perhaps it came to no attempt */
	env->observer.ended(env->observer.arg, &f->record);
}

/* From its first attempt on, a signal does not end a shielded task. */
static void
raise_shield(struct fetch *f)
{
	if (!f->request->is_shielded || f->shielded)
		return;
	shield_enter(&f->task, &f->shield);
	f->shielded = true;
}

static void
fetch_body(struct co_task *self)
{
	struct fetch *f = (struct fetch *)self;
	struct gate *gate = &f->env->gate;

	CO_BEGIN(self);
	for (;;) {
		wait_begin(f);
		CO_AWAIT(self, gate_enter(self, gate, f->host, f->extras));
		f->entered = self->error == 0;
		if (self->error != 0 || co_interrupted(self))
			break;
		raise_shield(f);
		attempt_begin(f);
		if (has_timeout(f))
			timeout_enter(
			    self, &f->timeout, from_now(self, time_left(f)));
		CO_AWAIT(self, xfer_perform(self, f->xfer));
		first_ended(f);
		CO_AWAIT(self, split_wait(self, f->split));
		if (self->error != 0)
			split_stop(f->split);
		/* Whatever happens, none of them is left alone. */
		while (split_is_busy(f->split)) {
			shield_enter(self, &f->ending);
			CO_AWAIT(self, split_wait(self, f->split));
			shield_leave(self, &f->ending);
		}
		ranges_ended(f);
		f->timed_out = has_timeout(f) &&
		    timeout_leave(self, &f->timeout);
		stop_receiving(f);
		while (self->error == 0 && cached_restore(f->cached))
			CO_AWAIT(self, co_yield(self));
		attempt_end(f);
		if (!f->timed_out && begin_anew(f))
			continue;
		if (f->timed_out || !try_again(f))
			break;
		CO_AWAIT(self, gate_back_off(self, gate, f->host, f->delay));
		backoff_end(f);
	}
	if (f->shielded)
		shield_leave(self, &f->shield);
	finish(f);
	CO_END(self);
}

static void
fetch_clear(struct co_task *self)
{
	struct fetch *f = (struct fetch *)self;

	if (f->entered) {
		leave(f, NULL);
		gate_go_on(&f->env->gate);
	}
	gate_release(&f->env->gate, f->host);
	close_attempt(f);
	record_clear(&f->record);
	request_free(f->request);
}

struct co_task *
fetch_new(struct fetch_env *env, struct request *request)
{
	struct fetch *f = xcalloc(1, sizeof *f);

	co_task_init(&f->task, fetch_body, fetch_clear);
	f->env = env;
	f->request = request;
	f->host = gate_hold(&env->gate, request->host);
	f->extras = extras_of(request, env->options);
	f->since = loop_clock();
	record_init(&f->record, request, env->options);
	if (env->keeps_logs)
		f->record.log = task_log_new();
	return &f->task;
}

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
	if (x->began != 0 && x->sent_at == 0 && view->state == STATE_WAIT)
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
