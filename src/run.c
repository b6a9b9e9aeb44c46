/*
 * A run: the root coroutine.
 */
#include "config.h"

#include "run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xmalloc.h"
#include "input/json_task.h"

/* Requests read ahead of the window. */
#define QUEUE_SIZE     64

#define TASKS_MIN      1000
#define COPY_PIECE     ((size_t)1 << 18)
#define TASKS_PER_SLOT 10

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

/* The spool's file cannot be written, or read: nothing more begins. */
static void
spool_failed(struct run *r)
{
	if (!r->result->output_failed)
		msg_warn("%s", r->spool.problem);
	r->result->output_failed = true;
	if (!r->stopping)
		run_interrupt(r, "there is no room for results");
}

/* The writer cannot read what is in the spool. */
static void
results_lost(void *arg)
{
	struct run *r = arg;

	spool_failed(r);
	run_abort(r);
}

/* The journal cannot be written: nothing more begins. */
static void
history_failed(struct run *r)
{
	if (!r->result->output_failed)
		msg_warn("%s", r->setup->history->journal.problem);
	r->result->output_failed = true;
	if (!r->stopping)
		run_interrupt(r, "the journal failed");
}

/* The result in hand, and the record that it is of, are complete. */
static void
deliver(struct run *r, struct record *record)
{
	const char *cause;

	totals_add(&r->result->totals, record);
	trace_ended(&r->setup->trace, record);
	r->in_hand.ended = loop_clock();
	writer_put(&r->writer, record->request->index, &r->in_hand);
	result_reset(&r->in_hand);
	semaphore_release(&r->unfinished, 1);
	if (r->spool.error != 0)
		spool_failed(r);
	r->result->output_failed |= record->write_failed;
	cause = stop_rules_ended(
	    &r->stop, record->outcome, r->reader == NULL ? r->started : 0);
	if (cause == NULL)
		cause = record_no_room(record);
	if (cause != NULL && !r->stopping)
		run_interrupt(r, cause);
}

static void begin_fetch(struct run *r, struct request *request, bool ask);
static void record_known(
    struct run *r, struct request *request, const struct history_record *known);

/* Those who waited for an equal task have its record, or their turn. */
static void
release_twins(struct run *r, struct twin *twin)
{
	struct history_record known;
	struct request *request;
	bool found, more = true;

	while (more &&
	    (request = history_next_twin(
		 r->setup->history, twin, &found, &known)) != NULL) {
		/* The next one goes on with it, unless nothing begins. */
		more = found || r->stopping;
		if (more)
			request->twin = NULL;
		if (found)
			record_known(r, request, &known);
		else
			begin_fetch(r, request, false);
	}
}

/* Every record of a task that was not known passes here, once. */
static void
record_ended(void *arg, struct record *record)
{
	struct run *r = arg;
	const struct options *o = r->setup->options;
	struct history *history = r->setup->history;
	struct twin *twin = record->request->twin;
	const bool fine = outcome_fine(record->outcome);

	if (r->format->is_json || history != NULL)
		format_fields(&r->in_hand, record, r->format->lead);
	else
		format_body_alone(&r->in_hand, record);
	if (history != NULL &&
	    history_add(history, record->request, record->outcome, &r->in_hand,
		record->heads) == -1)
		history_failed(r);
	format_close(&r->in_hand, o, fine, record->heads);
	deliver(r, record);
	if (twin != NULL)
		release_twins(r, twin);
}

static void
task_started(void *arg, const struct request *request)
{
	struct run *r = arg;

	trace_started(&r->setup->trace, request);
}

static void
body_arrived(void *arg, const struct request *request)
{
	struct run *r = arg;

	writer_nudge(&r->writer, request->index);
}

/* The oldest task's body is written while it comes. */
static void
task_receiving(
    void *arg, const struct request *request, struct response *response)
{
	struct run *r = arg;
	struct writer *w = &r->writer;

	gather_set_response(&r->gather, request->index, response);
	if (response == NULL)
		return;
	response->arrived = body_arrived;
	response->arg = r;
	response->request = request;
	/* Some of it was written in a former attempt. */
	if (request->index == r->gather.next && w->taken > 0)
		response_expect(response, w->taken, &w->sum);
}

static void
task_retrying(void *arg, const struct record *record, int64_t delay)
{
	struct run *r = arg;

	trace_retrying(&r->setup->trace, record, delay);
}

static void
host_paused(void *arg, const struct host *h, int64_t usec)
{
	struct run *r = arg;

	trace_paused(&r->setup->trace, h->key, usec);
}

static void
host_slowed(void *arg, const struct host *h)
{
	struct run *r = arg;

	trace_slowed(&r->setup->trace, h->key, h->aimd.limit);
}

static void
host_given_up(void *arg, const struct host *h)
{
	struct run *r = arg;

	trace_given_up(&r->setup->trace, h->key, h->failures);
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

/* A request that is not to be fetched has its record at once. */
static void
record_without_fetch(struct run *r, struct request *request,
    enum outcome outcome, const char *cause)
{
	struct record record;

	record_init(&record, request, r->setup->options);
	record_end(&record, outcome, cause);
	record_ended(r, &record);
	record_clear(&record);
	request_free(request);
}

/*
 * Looks at the file of a request. True: it decides, and the request is taken;
 * the file is there already, or another task's.
 */
static bool
begin_file(struct run *r, struct request *request)
{
	const struct file_options *o = &r->setup->options->files;
	char *cause;
	size_t other;

	if (request->file == NULL)
		return false;
	if (o->skip_existing &&
	    files_has(&r->files, request->file, request->file_is_trusted)) {
		record_without_fetch(r, request, OUTCOME_SKIPPED,
		    "the file is there already (--skip-existing)");
		return true;
	}
	if (o->no_clobber || o->server_name ||
	    files_claim(&r->files, request->file, request->index, &other))
		return false;
	cause = files_taken(request->file, other, request->index);
	record_without_fetch(r, request, OUTCOME_INVALID, cause);
	free(cause);
	return true;
}

/* Is the file of that path the one that the task's body is to be in? */
static bool
is_file_of(const char *path, const struct request *request)
{
	size_t len = strlen(path), name = strlen(request->file);

	return len >= name && strcmp(path + len - name, request->file) == 0 &&
	    (len == name || path[len - name - 1] == '/');
}

/* Copies a twin's file for a task that has another name for it. */
static int
copy_file(struct run *r, const struct request *request, const char *path,
    struct body_file *copy)
{
	char *chunk;
	ssize_t n = 0;
	int from = open(path, O_RDONLY | O_CLOEXEC);

	body_file_init(copy, &r->files, request->index, request->file,
	    request->file_is_trusted);
	if (from == -1)
		return -1;
	chunk = xmalloc(COPY_PIECE);
	while ((n = read(from, chunk, COPY_PIECE)) > 0)
		if (body_file_write(copy, chunk, (size_t)n) == -1)
			break;
	free(chunk);
	close(from);
	return n == 0 ? body_file_commit(copy, -1) : -1;
}

/* Does a record that is known say where the body is that the task wants? */
static bool
is_usable(const struct request *request, const struct history_record *known,
    const struct result *result)
{
	const bool has_file = result->form == BODY_FILE;

	if (!outcome_fine(known->outcome) || request->file == NULL)
		return !has_file;
	return has_file && access(result->file, F_OK) == 0 &&
	    (known->is_twin || is_file_of(result->file, request));
}

/* The cause of a failure that is known, from the record's fields. */
static void
end_known(struct record *record, struct result *result, size_t start)
{
	const char *text;
	size_t at, len;
	char *problem = NULL;

	buf_putc(&result->text, '}');
	text = buf_string(&result->text) + start;
	if (json_text_find(text, "errormsg", &at, &len) && len > 2)
		problem = xmemdup(text + at + 1, len - 2);
	result->text.len--;
	record_end(record, record->outcome, problem != NULL ? problem : "");
	free(problem);
}

/* Makes the result in hand of a record that is known; false: it is of no use.
 */
static bool
take_known(struct run *r, struct record *record,
    const struct history_record *known, struct body_file *copy)
{
	struct result *to = &r->in_hand;
	const struct request *request = record->request;
	struct journal_entry entry;
	bool usable;

	buf_puts(&to->text, r->format->lead);
	to->start = to->text.len;
	format_own_fields(
	    &to->text, request, known->is_twin ? &known->dedup_of : NULL);
	usable = journal_read(&r->setup->history->journal, known->place, &entry,
		     to) == 0 &&
	    is_usable(request, known, to);
	if (usable && to->form == BODY_FILE && known->is_twin &&
	    !is_file_of(to->file, request)) {
		usable = copy_file(r, request, to->file, copy) == 0;
		to->file = copy->path;
	}
	record->outcome = known->outcome;
	if (usable && !outcome_fine(known->outcome))
		end_known(record, to, to->start);
	if (usable)
		format_close(to, r->setup->options,
		    outcome_fine(known->outcome),
		    entry.heads.len > 0 ? &entry.heads : NULL);
	journal_entry_clear(&entry);
	return usable;
}

/* A request whose record is there already. */
static void
record_known(
    struct run *r, struct request *request, const struct history_record *known)
{
	struct body_file copy;
	struct record record;

	memset(&copy, 0, sizeof copy);
	record_init(&record, request, r->setup->options);
	if (take_known(r, &record, known, &copy)) {
		r->result->totals.known++;
		deliver(r, &record);
		request_free(request);
	} else {
		result_reset(&r->in_hand);
		if (r->setup->history->journal.problem != NULL)
			history_failed(r);
		begin_fetch(r, request, false);
	}
	body_file_clear(&copy);
	record_clear(&record);
}

/* A request that may be fetched; with ask, if it need be. */
static void
begin_fetch(struct run *r, struct request *request, bool ask)
{
	enum history_answer answer = HISTORY_FETCH;
	struct history_record known;

	if (ask && r->setup->history != NULL)
		answer = history_ask(r->setup->history, request, &known);
	if (answer == HISTORY_WAIT)
		return;
	if (answer == HISTORY_KNOWN)
		record_known(r, request, &known);
	else if (answer == HISTORY_SKIP)
		record_without_fetch(r, request, OUTCOME_SKIPPED,
		    "it did not fail by the journal (--retry-failed)");
	else if (r->stopping)
		record_without_fetch(
		    r, request, OUTCOME_CANCELLED, r->env.cancel_cause);
	else if (!begin_file(r, request))
		group_start(&r->tasks, fetch_new(&r->env, request));
}

/* Takes an admitted request. */
static void
begin(struct run *r, struct request *request)
{
	r->started++;
	if (request->problem != NULL)
		record_without_fetch(
		    r, request, OUTCOME_INVALID, request->problem);
	else if (r->stopping)
		record_without_fetch(
		    r, request, OUTCOME_CANCELLED, r->env.cancel_cause);
	else if (r->setup->skip_cause != NULL)
		record_without_fetch(
		    r, request, OUTCOME_SKIPPED, r->setup->skip_cause);
	else
		begin_fetch(r, request, true);
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
}

static void
root_body(struct co_task *self)
{
	struct root *root = (struct root *)self;
	struct run *r = root->run;

	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, gather_admit(self, &r->gather));
		CO_AWAIT(self, semaphore_acquire(self, &r->unfinished, 1));
		CO_AWAIT(self, writer_drain(self, &r->writer));
		CO_AWAIT(self, queue_get(self, &r->targets, &root->next));
		if (self->error != 0)
			break;
		begin(r, root->next);
		root->next = NULL;
	}
	r->reader = NULL;
	CO_AWAIT(self, group_wait(self, &r->tasks));
	r->result->totals.time_run = loop_clock() - r->began;
	if (r->deadline != NULL)
		co_cancel(r->deadline);
	CO_AWAIT(self, writer_drain(self, &r->writer));
	put_tail(r);
	CO_AWAIT(self, output_drain(self, r));
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

/*
 * Tasks that have begun and not ended, be it that they wait for a slot: each
 * costs a kilobyte, and more of them would not be faster.
 */
static size_t
unfinished_most(const struct run_setup *setup)
{
	size_t most = setup->capacity.slots * TASKS_PER_SLOT;

	return most < TASKS_MIN ? TASKS_MIN : most;
}

static size_t
window_size(const struct run_setup *setup)
{
	/* One after the other: a task starts when the one before it ended. */
	if (setup->sequential)
		return 1;
	if (setup->options->window > 0)
		return (size_t)setup->options->window;
	return unfinished_most(setup);
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
	    setup->options->retry.count > 0, results_lost, r);
	files_init(&r->files, &setup->options->files);
	xfer_pool_init(&r->pool, setup->loop, setup->options, &r->files,
	    &r->spool, setup->capacity.connections, setup->capacity.idle);
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
	retry_random_init(&env->random, random_seed(&setup->options->retry));
	env->observer.started = task_started;
	env->observer.retrying = task_retrying;
	env->observer.paused = host_paused;
	env->observer.slowed = host_slowed;
	env->observer.given_up = host_given_up;
	if (streams_bodies(setup))
		env->observer.receiving = task_receiving;
	env->observer.ended = record_ended;
	env->observer.arg = r;
	env->cancel_cause = "cancelled";
	if (setup->history != NULL)
		journal_start_sync(
		    &setup->history->journal, &setup->loop->sched);
}

static void
run_clear(struct run *r)
{
	r->result->output_failed |= cache_failed(&r->cache);
	cache_clear(&r->cache);
	xfer_pool_clear(&r->pool);
	gate_clear(&r->env.gate);
	files_clear(&r->files);
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
	r.reader = reader_start(&r.root, setup->loop, setup->source,
	    &setup->rules, &r.targets, &result->input_failed);
	group_start(&r.root, &root->task);
	start_deadline(&r);
	put(&r, r.format->head);
	if (setup->stop_cause != NULL)
		run_interrupt(&r, setup->stop_cause);
	*current = &r;
	r.began = loop_clock();
	loop_run(setup->loop, &r.root);
	*current = NULL;
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
run_abort(struct run *r)
{
	r->aborted = true;
	writer_stop(&r->writer);
	run_interrupt(r, "the output failed");
	group_cancel_shielded(&r->tasks);
	queue_close(&r->targets);
}
