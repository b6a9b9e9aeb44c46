/*
 * A run: the root coroutine.
 */
#include "config.h"

#include "run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "look.h"
#include "report/side_file.h"
#include "tasks.h"

/* Requests read ahead of the window. */
#define QUEUE_SIZE     64

#define TASKS_MIN      1000
#define TASKS_PER_SLOT 10

/* So far ahead of the oldest one they may be. */
#define WINDOW_MIN 10000

struct root {
	struct co_task task;
	struct run *run;
	void *next; /* struct request */
};

/* Writes what stands around and between the records. */
static void
put(struct run *r, const char *text)
{
	struct buf copy;

	if (r->setup->out == NULL || r->aborted)
		return;
	buf_init(&copy);
	buf_puts(&copy, text);
	stream_write(r->setup->out, &copy);
	buf_clear(&copy);
}

/* The writer cannot read what is in the spool. */
static void
results_lost(void *arg)
{
	struct run *r = arg;

	r->result->results_lost = true;
	run_cannot_keep(r, r->spool.problem, &r->spool.told,
	    "there is no room for results");
	run_abort(r);
}

static void
result_held(void *arg, size_t place, int64_t usec)
{
	struct run *r = arg;

	timeline_held(r->setup->timeline, place, usec);
}

/* The run is to be drawn. */
static void
begin_timeline(struct run *r)
{
	struct timeline *t = r->setup->timeline;

	if (t == NULL)
		return;
	r->env.keeps_logs = true;
	r->pool.keeps_requests = t->has_har;
	r->writer.tell_held = result_held;
	timeline_begin_run(t,
	    r->setup->sequential ? TIMELINE_SEQUENTIAL : TIMELINE_CONCURRENT);
}

/* What --parallel-max-host auto has learned. */
static void
note_limits(struct run *r)
{
	struct hosts *hosts = &r->env.gate.hosts;
	struct list *node;
	const struct host *h;

	for (node = hosts->all.next; node != &hosts->all; node = node->next) {
		h = LIST_ITEM(node, struct host, link);
		if (h->learns)
			totals_add_limit(&r->result->totals, h->key,
			    aimd_learned(&h->aimd), h->aimd.trouble);
	}
}

/* What -w says, where it goes another way than the results. */
static bool
told_drain(struct co_task *self, struct run *r)
{
	if (r->setup->told != NULL)
		return stream_drain(self, r->setup->told);
	self->error = 0;
	return true;
}

static bool
output_drain(struct co_task *self, struct run *r)
{
	if (r->setup->out != NULL)
		return stream_drain(self, r->setup->out);
	self->error = 0;
	return true;
}

/* The end of the output. */
static void
put_tail(struct run *r)
{
	put(r, r->writer.written > 0 ? r->format->tail : r->format->empty);
	writer_stop(&r->writer);
	if (r->setup->out != NULL)
		stream_end(r->setup->out);
	if (r->setup->told != NULL)
		stream_end(r->setup->told);
}

/* The last task has ended. */
static void
take_times(struct run *r)
{
	const struct pacing *pacing = &r->setup->options->pacing;
	struct totals *t = &r->result->totals;

	t->time_run = loop_clock() - r->began;
	totals_set_rate(
	    t, bucket_time(&pacing->rate, pacing->burst, (int64_t)t->attempts));
}

/*
 * All that have begun wait for hosts that are slow, paused or down, or for
 * each other: others may begin for the slots there are, as far as the window
 * goes.
 */
static void
lend(struct run *r)
{
	size_t slots = r->env.gate.slots;

	if (!gate_is_idle(&r->env.gate))
		return;
	r->lent += slots;
	semaphore_release(&r->unfinished, slots);
}

static void
root_body(struct co_task *self)
{
	struct root *root = (struct root *)self;
	struct run *r = root->run;

	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, gather_admit(self, &r->gather));
		if (r->unfinished.free == 0)
			lend(r);
		CO_AWAIT(self, semaphore_acquire(self, &r->unfinished, 1));
		CO_AWAIT(self, writer_drain(self, &r->writer));
		CO_AWAIT(self, queue_get(self, &r->targets, &root->next));
		if (self->error != 0)
			break;
		tasks_begin(r, root->next);
		root->next = NULL;
	}
	r->reader = NULL;
	CO_AWAIT(self, group_wait(self, &r->tasks));
	take_times(r);
	if (r->deadline != NULL)
		co_cancel(r->deadline);
	CO_AWAIT(self, writer_drain(self, &r->writer));
	put_tail(r);
	CO_AWAIT(self, output_drain(self, r));
	CO_AWAIT(self, told_drain(self, r));
	r->root_task = NULL;
	CO_END(self);
}

/* The task that ends the run when its time is over. */
struct deadline {
	struct co_task task;
	struct run *run;
};

static void
deadline_body(struct co_task *self)
{
	struct run *r = ((struct deadline *)self)->run;

	CO_BEGIN(self);
	CO_AWAIT(self, co_sleep(self, r->setup->options->deadline));
	r->deadline = NULL;
	if (self->error == 0) {
		r->result->deadline_passed = true;
		if (r->setup->trace.errors)
			msg_warn(_("the deadline has passed: what was running "
				   "is cancelled (--deadline)"));
		run_interrupt(r, "the deadline has passed");
		group_cancel_shielded(&r->tasks);
	}
	CO_END(self);
}

static void
start_deadline(struct run *r)
{
	struct deadline *d;

	if (r->setup->options->deadline == 0)
		return;
	d = xcalloc(1, sizeof *d);
	co_task_init(&d->task, deadline_body, NULL);
	d->run = r;
	r->deadline = &d->task;
	group_start(&r->root, &d->task);
}

/* Will somebody read the bodies of responses? */
static bool
reads_bodies(const struct run_setup *setup)
{
	return setup->history != NULL ||
	    /* ranges that come too early are held */
	    (setup->differences != NULL && setup->options->split > 1) ||
	    (setup->out != NULL &&
		(!setup->out->is_null ||
		    setup->options->format != FORMAT_BODY));
}

/* Is a body written while it comes, when it is its turn? */
static bool
streams_bodies(const struct run_setup *setup)
{
	return setup->out != NULL && reads_bodies(setup) &&
	    setup->options->format == FORMAT_BODY &&
	    setup->options->order == ORDER_INPUT &&
	    !setup->options->request.head &&
	    /* whether it changed is known at its end */
	    !setup->options->cache.changed_only;
}

static size_t
per_slot(const struct run_setup *setup, size_t least)
{
	size_t most = setup->capacity.slots * TASKS_PER_SLOT;

	return most < least ? least : most;
}

/*
 * Tasks that have begun and not ended, be it that they wait for a slot: each
 * costs a kilobyte, and more of them would not be faster, while there are
 * some for each slot (see lend).
 */
static size_t
unfinished_most(const struct run_setup *setup)
{
	return per_slot(setup, TASKS_MIN);
}

static size_t
window_size(const struct run_setup *setup)
{
	/* One after the other: a task starts when the one before it ended. */
	if (setup->sequential)
		return 1;
	if (setup->options->window > 0)
		return (size_t)setup->options->window;
	return per_slot(setup, WINDOW_MIN);
}

static void
gate_idles(void *arg)
{
	struct run *r = arg;

	if (!list_empty(&r->unfinished.waiters))
		lend(r);
}

void
run_task_ended(struct run *r)
{
	if (r->lent > 0 && !gate_is_idle(&r->env.gate))
		r->lent--;
	else
		semaphore_release(&r->unfinished, 1);
}

static uint64_t
random_seed(const struct retry_options *o)
{
	uint64_t seed;

	if (o->seed != -1)
		return (uint64_t)o->seed * 2 + 1;
	if (getentropy(&seed, sizeof seed) == -1)
		seed = (uint64_t)loop_clock();
	return seed;
}

static void
run_init(
    struct run *r, const struct run_setup *setup, struct run_result *result)
{
	struct fetch_env *env = &r->env;

	memset(r, 0, sizeof *r);
	memset(result, 0, sizeof *result);
	r->setup = setup;
	r->result = result;
	r->format = &format_table[setup->options->format];
	group_init(&r->root, &setup->loop->sched);
	group_init(&r->tasks, &setup->loop->sched);
	queue_init(&r->targets, QUEUE_SIZE);
	spool_init(&r->spool, (size_t)setup->options->memory_limit);
	result_init(&r->in_hand, &r->spool);
	gather_init(&r->gather, window_size(setup),
	    setup->options->order == ORDER_INPUT, &r->spool);
	semaphore_init(&r->unfinished, unfinished_most(setup));
	writer_start(&r->writer, &r->root, &r->gather, setup->out, r->format,
	    results_lost, r);
	writer_tell(&r->writer, setup->told, setup->options->write_out);
	files_init(&r->files, &setup->options->files);
	xfer_pool_init(&r->pool, setup->loop, setup->options, &r->files,
	    &r->spool, setup->multi, setup->capacity.connections,
	    setup->capacity.idle);
	r->pool.discards = !reads_bodies(setup);
	r->pool.keeps = setup->history != NULL;
	stop_rules_init(&r->stop, &setup->options->stop);
	env->options = setup->options;
	env->pool = &r->pool;
	cache_init(&r->cache, setup->options);
	env->cache = &r->cache;
	gate_init(&env->gate, &setup->loop->sched, loop_clock,
	    &setup->options->pacing, &r->writer.room,
	    setup->sequential ? 1 : setup->capacity.slots,
	    setup->capacity.extras);
	env->gate.idle = gate_idles;
	env->gate.idle_arg = r;
	retry_random_init(&env->random, random_seed(&setup->options->retry));
	tasks_observe(r, streams_bodies(setup));
	env->cancel_cause = "cancelled";
	if (setup->history != NULL)
		journal_start_sync(
		    &setup->history->journal, &setup->loop->sched);
}

static void
write_cookies(struct run *r)
{
	const char *path = r->setup->options->request.cookie_jar;
	struct buf text;
	char *cause;

	/* The next run is to begin with the same ones. */
	if (path == NULL || r->setup->rehearses)
		return;
	buf_init(&text);
	cookies_put(&r->pool.cookies, &text);
	if (side_file_write(path, &text, &cause) == -1) {
		msg_warn("%s", cause);
		free(cause);
		r->result->output_failed = true;
	}
	buf_clear(&text);
}

static void
run_clear(struct run *r)
{
	write_cookies(r);
	r->result->output_failed |= cache_failed(&r->cache);
	cache_clear(&r->cache);
	xfer_pool_clear(&r->pool);
	gate_clear(&r->env.gate);
	files_clear(&r->files);
	r->result->output_failed |= !write_out_sink_close(&r->writer.sink);
	writer_clear(&r->writer);
	gather_clear(&r->gather);
	result_clear(&r->in_hand);
	spool_clear(&r->spool);
	queue_clear(&r->targets);
	group_clear(&r->tasks);
	group_clear(&r->root);
}

void
run_all(const struct run_setup *setup, struct run_result *result,
    struct run **current)
{
	struct run r;
	struct root *root = xcalloc(1, sizeof *root);

	run_init(&r, setup, result);
	co_task_init(&root->task, root_body, NULL);
	root->run = &r;
	r.root_task = &root->task;
	r.reader = reader_start(&r.root, setup->loop, setup->source,
	    &setup->rules, &r.targets, &result->input_failed);
	group_start(&r.root, &root->task);
	start_deadline(&r);
	put(&r, r.format->head);
	if (setup->stop_cause != NULL)
		run_interrupt(&r, setup->stop_cause);
	*current = &r;
	begin_timeline(&r);
	r.began = loop_clock();
	result->totals.started_at = loop_wall_clock();
	progress_begin(setup->progress,
	    setup->sequential ? "sequential" : "concurrent",
	    setup->sequential ? 1 : setup->capacity.slots, look_figures, &r);
	loop_run(setup->loop, &r.root);
	progress_end(setup->progress, result->totals.outcomes);
	*current = NULL;
	result->transfers = r.pool.multi->started;
	if (setup->timeline != NULL)
		timeline_end_run(setup->timeline, r.env.gate.running_most,
		    r.stopping && !r.stop.settled);
	result->totals.time_blocked = r.writer.time_blocked;
	result->totals.most_at_once = r.env.gate.running_most;
	result->totals.settled = r.stop.settled;
	note_limits(&r);
	result->totals.cut = r.stopping;
	run_clear(&r);
}

void
run_interrupt(struct run *r, const char *cause)
{
	r->stopping = true;
	r->env.cancel_cause = cause;
	group_cancel(&r->tasks);
	if (r->reader != NULL && !r->targets.closed)
		reader_hurry(r->reader);
}

void
run_cannot_keep(
    struct run *r, const char *problem, bool *told, const char *cause)
{
	if (!*told)
		msg_warn("%s", problem);
	*told = true;
	r->result->output_failed = true;
	if (!r->stopping)
		run_interrupt(r, cause);
}

void
run_abort(struct run *r)
{
	r->aborted = true;
	writer_stop(&r->writer);
	run_interrupt(r, "the output failed");
	group_cancel_shielded(&r->tasks);
	queue_close(&r->targets);
}
