/*
 * The fetch coroutine.
 */
#include "config.h"

#include "fetch/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "fetch/attempt.h"
#include "fetch/split.h"
#include "fetch/task_log.h"
#include "input/options.h"
#include "input/request.h"

/* A file, and the directory that it stands in. */
#define EXTRAS_OF_FILE 2

/* What it reads, or what it writes. */
#define EXTRAS_OF_CACHE 1

static size_t
extras_of(const struct request *r, const struct options *o)
{
	return (o->cache.dir != NULL ? EXTRAS_OF_CACHE : 0) +
	    (r->host_is_name ? ATTEMPT_EXTRAS_OF_NAME : 0) +
	    (r->served_here ? 1 : 0) + (r->file != NULL ? EXTRAS_OF_FILE : 0);
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

/* -C: what is there cannot be continued. All of it is asked for, once. */
static bool
begin_anew(struct fetch *f)
{
	const struct resume *resume = &f->xfer->response.resume;

	if (f->task.error != 0 || f->restarted || resume->exact ||
	    resume->answer != RESUME_REFUSED)
		return false;
	f->restarted = f->anew = true;
	f->least = resume->least;
	attempt_close(f);
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
	attempt_close(f);
	gate_go_on(&env->gate);
	return true;
}

static void
backoff_end(struct fetch *f)
{
	int64_t begin = f->since, passed = attempt_lap(f);

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

/* Does the end say something of the host? Our own trouble does not. */
static bool
tells_of_host(const struct record *r)
{
	return r->outcome != OUTCOME_CANCELLED && !r->write_failed &&
	    !r->read_failed && !r->starved;
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
	attempt_leave(f, NULL); /* where it was cancelled before it began */
	if (tells_of_host(&f->record) && !given_up &&
	    gate_task_ended(
		&env->gate, f->host, outcome_fine(f->record.outcome)) &&
	    env->observer.given_up != NULL)
		env->observer.given_up(env->observer.arg, f->host);
	gate_go_on(&env->gate);
	attempt_wait_ended(f); /* perhaps it came to no attempt */
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
		attempt_wait(f);
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
		attempt_first_ended(f);
		CO_AWAIT(self, split_wait(self, f->split));
		if (self->error != 0)
			split_stop(f->split);
		/* Whatever happens, none of them is left alone. */
		while (split_is_busy(f->split)) {
			shield_enter(self, &f->ending);
			CO_AWAIT(self, split_wait(self, f->split));
			shield_leave(self, &f->ending);
		}
		attempt_ranges_ended(f);
		f->timed_out = has_timeout(f) &&
		    timeout_leave(self, &f->timeout);
		attempt_received(f);
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
		attempt_leave(f, NULL);
		gate_go_on(&f->env->gate);
	}
	gate_release(&f->env->gate, f->host);
	attempt_close(f);
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
