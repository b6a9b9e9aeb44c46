/*
 * The fetch coroutine.
 */
#include "config.h"

#include "fetch/fetch.h"

#include <time.h>

#include "base/units.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "input/options.h"
#include "input/request.h"

/* Looking a name up takes a pair of sockets and what the resolver opens. */
#define EXTRAS_OF_NAME 3

struct fetch {
	struct co_task task;
	struct fetch_env *env;	 /* borrowed */
	struct request *request; /* owned */
	struct xfer *xfer;	 /* during an attempt */
	struct record record;
	size_t extras; /* that an attempt needs */
	int64_t since; /* loop_clock() when it began to wait, or to fetch */
	int64_t delay; /* before the next attempt */
	struct co_scope timeout;
	bool timed_out; /* by --task-timeout */
	bool has_slot;
	bool has_extras;
};

static size_t
extras_of(const struct request *r)
{
	return (r->host_is_name ? EXTRAS_OF_NAME : 0) +
	    (r->served_here ? 1 : 0);
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

static void
attempt_begin(struct fetch *f)
{
	struct fetch_env *env = f->env;

	f->record.time_queue += lap(f);
	if (++env->running > env->running_most)
		env->running_most = env->running;
	if (f->record.attempts++ == 0) {
		f->record.started_at = wall_clock();
		if (env->observer.started != NULL)
			env->observer.started(env->observer.arg, f->request);
	}
	f->xfer = xfer_open(env->pool, f->request);
}

/* Gives back what was taken for an attempt, but for the transfer. */
static void
slot_release(struct fetch *f)
{
	if (f->has_extras)
		semaphore_release(&f->env->extras, f->extras);
	if (f->has_slot)
		semaphore_release(&f->env->slots, 1);
	f->has_extras = f->has_slot = false;
}

static void
attempt_end(struct fetch *f)
{
	int64_t passed = lap(f);

	f->record.time_attempts += passed;
	f->env->running--;
	slot_release(f);
	if (f->task.error == 0)
		record_attempt(&f->record, f->xfer, f->env->options);
	else
		record_abandon(&f->record, passed);
}

/*
 * The scheduler counts from the beginning of its turn, which may be a while
 * ago; but no server is to be asked earlier than it said.
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

/* Shall another attempt follow? Sets how long to wait before. */
static bool
try_again(struct fetch *f)
{
	struct fetch_env *env = f->env;

	if (f->task.error != 0 || outcome_fine(f->record.outcome) ||
	    !retry_wanted(&env->options->retry, &f->record))
		return false;
	f->delay = retry_delay(&env->options->retry, &env->random, &f->record);
	if (f->delay == -1 || (has_timeout(f) && f->delay >= time_left(f)))
		return false;
	if (env->observer.retrying != NULL)
		env->observer.retrying(env->observer.arg, &f->record, f->delay);
	record_detach(&f->record);
	xfer_close(f->xfer);
	f->xfer = NULL;
	return true;
}

/* Hands the record on. */
static void
finish(struct fetch *f)
{
	struct fetch_env *env = f->env;

	if (f->timed_out) {
		f->record.code = CURLE_OPERATION_TIMEDOUT;
		record_end(&f->record, OUTCOME_TIMEOUT,
		    "the time for all attempts is over (--task-timeout)");
	} else if (f->task.error != 0)
		record_end(&f->record, OUTCOME_CANCELLED, env->cancel_cause);
	/* Perhaps while it waited for its turn. */
	f->record.time_queue += lap(f);
	env->observer.ended(env->observer.arg, &f->record);
}

/* Await: what is to be written has room. */
static bool
output_room(struct co_task *self, struct fetch_env *env)
{
	if (env->room != NULL)
		return event_flag_wait(self, env->room);
	self->error = 0;
	return true;
}

static void
fetch_body(struct co_task *self)
{
	struct fetch *f = (struct fetch *)self;
	struct fetch_env *env = f->env;

	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, semaphore_acquire(self, &env->slots, 1));
		if (self->error != 0)
			break;
		f->has_slot = true;
		CO_AWAIT(self, output_room(self, env));
		if (self->error != 0)
			break;
		CO_AWAIT(
		    self, semaphore_acquire(self, &env->extras, f->extras));
		if (self->error != 0)
			break;
		f->has_extras = true;
		if (co_interrupted(self))
			break;
		attempt_begin(f);
		if (has_timeout(f))
			timeout_enter(
			    self, &f->timeout, from_now(self, time_left(f)));
		CO_AWAIT(self, xfer_perform(self, f->xfer));
		f->timed_out = has_timeout(f) &&
		    timeout_leave(self, &f->timeout);
		attempt_end(f);
		if (f->timed_out)
			break;
		if (!try_again(f))
			break;
		CO_AWAIT(self, co_sleep(self, from_now(self, f->delay)));
		f->record.time_backoff += lap(f);
	}
	finish(f);
	CO_END(self);
}

static void
fetch_clear(struct co_task *self)
{
	struct fetch *f = (struct fetch *)self;

	slot_release(f);
	xfer_close(f->xfer);
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
	f->extras = extras_of(request);
	f->since = loop_clock();
	record_init(&f->record, request, env->options);
	return &f->task;
}
