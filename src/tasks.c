/*
 * What becomes of admitted requests.
 */
#include "config.h"

#include "tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "known.h"
#include "run.h"

/* The journal cannot be written: nothing more begins. */
static void
history_failed(struct run *r)
{
	run_cannot_keep(
	    r, r->setup->history->journal.problem, "the journal failed");
}

/* The result in hand, and the record that it is of, are complete. */
static void
deliver(struct run *r, struct record *record)
{
	const char *cause;

	totals_add(&r->result->totals, record);
	if (record->outcome == OUTCOME_OK &&
	    record->modified > r->result->modified)
		r->result->modified = (time_t)record->modified;
	trace_ended(&r->setup->trace, record);
	r->in_hand.ended = loop_clock();
	if (r->setup->timeline != NULL)
		timeline_ended(r->setup->timeline, record, r->in_hand.ended);
	writer_put(&r->writer, record->request->index, &r->in_hand);
	result_reset(&r->in_hand);
	semaphore_release(&r->unfinished, 1);
	if (r->spool.error != 0)
		run_cannot_keep(
		    r, r->spool.problem, "there is no room for results");
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
task_started(void *arg, const struct record *record)
{
	struct run *r = arg;

	trace_started(&r->setup->trace, record->request);
	if (r->setup->timeline != NULL)
		timeline_started(r->setup->timeline, record);
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

/*
 * A request that is not to be fetched has its record at once; file is that of
 * its body, or NULL.
 */
static void
record_with_file(struct run *r, struct request *request, enum outcome outcome,
    const char *cause, const char *file)
{
	struct record record;

	record_init(&record, request, r->setup->options);
	record.body_file = file;
	record_end(&record, outcome, cause);
	record_ended(r, &record);
	record_clear(&record);
	request_free(request);
}

static void
record_without_fetch(struct run *r, struct request *request,
    enum outcome outcome, const char *cause)
{
	record_with_file(r, request, outcome, cause, NULL);
}

/* The file of a request is there already. */
static void
record_existing(struct run *r, struct request *request)
{
	struct body_file file;
	char *path;

	body_file_init(&file, &r->files, request->index, request->file,
	    request->file_is_trusted);
	path = body_file_path(&file);
	record_with_file(r, request, OUTCOME_SKIPPED,
	    "the file is there already (--skip-existing)", path);
	free(path);
	body_file_clear(&file);
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
		record_existing(r, request);
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

/* A request whose record is there already. */
static void
record_known(
    struct run *r, struct request *request, const struct history_record *known)
{
	struct body_file copy;
	struct record record;

	memset(&copy, 0, sizeof copy);
	record_init(&record, request, r->setup->options);
	if (known_take(r, &record, known, &copy)) {
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
	else if (answer == HISTORY_LOST)
		record_without_fetch(r, request, OUTCOME_INVALID,
		    "its password is not in the journal: give the target "
		    "itself");
	else if (r->stopping)
		record_without_fetch(
		    r, request, OUTCOME_CANCELLED, r->env.cancel_cause);
	else if (!begin_file(r, request))
		group_start(&r->tasks, fetch_new(&r->env, request));
}

void
tasks_begin(struct run *r, struct request *request)
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

void
tasks_observe(struct run *r, bool streams)
{
	struct fetch_observer *o = &r->env.observer;

	o->started = task_started;
	o->retrying = task_retrying;
	o->paused = host_paused;
	o->slowed = host_slowed;
	o->given_up = host_given_up;
	if (streams)
		o->receiving = task_receiving;
	o->ended = record_ended;
	o->arg = r;
}
