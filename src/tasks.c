/*
 * What becomes of admitted requests.
 */
#include "config.h"

#include "tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/library_memory.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "fetch/facts.h"
#include "fetch/retry.h"
#include "differences.h"
#include "known.h"
#include "run.h"

/* The journal cannot be written: nothing more begins. */
static void
history_failed(struct run *r)
{
	struct journal *j = &r->setup->history->journal;

	run_cannot_keep(r, j->problem, &j->told, "the journal failed");
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
	if (r->setup->differences != NULL)
		differences_add(r->setup->differences, record);
	trace_ended(&r->setup->trace, record);
	progress_ended(r->setup->progress, record);
	r->in_hand.ended = loop_clock();
	library_memory_tend(r->in_hand.ended);
	if (r->setup->timeline != NULL)
		timeline_ended(r->setup->timeline, record, r->in_hand.ended);
	writer_put(&r->writer, record->request->place, &r->in_hand);
	result_reset(&r->in_hand);
	run_task_ended(r);
	if (r->spool.error != 0)
		run_cannot_keep(r, r->spool.problem, &r->spool.told,
		    "there is no room for results");
	r->result->input_failed |= record->read_failed;
	if (record->starved && !r->result->starved)
		msg_warn(_("open files or memory ran out: not all connections "
			   "could be made"));
	r->result->starved |= record->starved;
	r->result->output_failed |= record->write_failed;
	cause = stop_rules_ended(
	    &r->stop, record->outcome, r->reader == NULL ? r->started : 0);
	if (cause == NULL)
		cause = record_no_room(record);
	if (cause != NULL && !r->stopping)
		run_interrupt(r, cause);
}

static void begin_fetch(struct run *r, struct request *request);
static void record_known(
    struct run *r, struct request *request, const struct history_record *known);

/* Those who waited for an equal task have its record, or their turn. */
static void
release_twins(struct run *r, struct twin *twin)
{
	struct history_record known;
	struct request *request;
	bool found;

	/* One that ends at once is here while another one is: no recursion. */
	if (!twin_ended(twin))
		return;
	while ((request = twin_next(twin, &found, &known)) != NULL) {
		if (found)
			record_known(r, request, &known);
		else
			begin_fetch(r, request);
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

	if (r->format->is_json || history != NULL || o->write_out != NULL)
		format_fields(&r->in_hand, record, r->format->lead);
	else
		format_body_alone(&r->in_hand, record);
	if (history != NULL || o->write_out != NULL)
		facts_put(&r->in_hand.facts, record);
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
	progress_started(r->setup->progress, record);
	if (r->setup->timeline != NULL)
		timeline_started(r->setup->timeline, record);
}

static void
body_arrived(void *arg, const struct request *request)
{
	struct run *r = arg;

	writer_nudge(&r->writer, request->place);
}

/* The oldest task's body is written while it comes. */
static void
task_receiving(
    void *arg, const struct request *request, struct response *response)
{
	struct run *r = arg;
	const struct options *o = r->setup->options;

	if (response != NULL) {
		response->arrived = body_arrived;
		response->arg = r;
		response->request = request;
		/* Ranges that are refused make the whole be asked for. */
		response->repeats = o->split > 1 ||
		    retry_most(&o->retry, request) > 0;
	}
	writer_follow(&r->writer, request->place, response);
}

/* The same where responses of several runs are compared. */
static void
task_receiving_again(
    void *arg, const struct request *request, struct response *response)
{
	struct run *r = arg;

	if (response != NULL)
		differences_listen(r->setup->differences, request, response);
	if (r->streams)
		task_receiving(arg, request, response);
}

static void
task_retrying(void *arg, const struct record *record, int64_t delay)
{
	struct run *r = arg;

	trace_retrying(&r->setup->trace, record, delay);
	progress_retrying(r->setup->progress, record, delay);
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
	char *path = files_path(
	    r->files.options, request->file, request->file_base);

	record_with_file(r, request, OUTCOME_SKIPPED,
	    N_("the file is there already (--skip-existing)"), path);
	free(path);
}

/*
 * The name of a request's file is its own from now on; equal tasks share it.
 * False: it is another task's, and the request is taken. known may be NULL.
 */
static bool
claim_file(
    struct run *r, struct request *request, const struct history_record *known)
{
	const struct file_options *o = &r->setup->options->files;
	char *cause;
	size_t other;

	if (request->file == NULL || o->no_clobber || o->server_name ||
	    files_claim(&r->files, request->file, request->file_base,
		request->index, &other))
		return true;
	if (known != NULL && known->is_twin && known->dedup_of == other)
		return true;
	cause = files_taken(&r->files, request->file, request->file_base, other,
	    request->index);
	record_without_fetch(r, request, OUTCOME_INVALID, cause);
	free(cause);
	return false;
}

/*
 * Looks at the file of a request. True: it decides, and the request is taken;
 * the file is there already, or another task's.
 */
static bool
begin_file(struct run *r, struct request *request)
{
	const struct file_options *o = &r->setup->options->files;

	if (r->setup->rehearses) {
		free(request->file);
		request->file = NULL;
	}
	if (request->file == NULL)
		return false;
	if (o->skip_existing &&
	    files_has(&r->files, request->file, request->file_base)) {
		record_existing(r, request);
		return true;
	}
	return !claim_file(r, request, NULL);
}

/* A request whose record is there already. */
static void
record_known(
    struct run *r, struct request *request, const struct history_record *known)
{
	struct body_file copy;
	struct record record;

	if (outcome_fine(known->outcome) && !claim_file(r, request, known))
		return;
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
		if (history_reject(r->setup->history, request) == HISTORY_FETCH)
			begin_fetch(r, request);
	}
	body_file_clear(&copy);
	record_clear(&record);
}

/* A request that is to be fetched. */
static void
begin_fetch(struct run *r, struct request *request)
{
	if (r->stopping)
		record_without_fetch(
		    r, request, OUTCOME_CANCELLED, r->env.cancel_cause);
	else if (!begin_file(r, request))
		group_start(&r->tasks, fetch_new(&r->env, request));
}

/* Why it is another than that of the journal, whose list it came from. */
static const char *
lost_cause(const struct request *r)
{
	/* What stands there for what is left out. */
	if (strstr(r->input, "***") != NULL)
		return N_("its password is not in the journal: give the "
			  "target itself");
	if (strstr(r->input, "\xef\xbf\xbd") != NULL)
		return N_("the journal has only UTF-8 of it: give the target "
			  "itself");
	return N_("in the journal it has other options: give the same ones, "
		  "or the target itself");
}

/* A request that is to be fetched, if nothing is known of it. */
static void
begin_unless_known(struct run *r, struct request *request)
{
	struct history_record known;

	switch (history_ask(r->setup->history, request, &known)) {
	case HISTORY_FETCH:
		begin_fetch(r, request);
		break;
	case HISTORY_KNOWN:
		record_known(r, request, &known);
		break;
	case HISTORY_WAIT:
		break;
	case HISTORY_SKIP:
		record_without_fetch(r, request, OUTCOME_SKIPPED,
		    N_("it did not fail by the journal (--retry-failed)"));
		break;
	case HISTORY_LOST:
		record_without_fetch(
		    r, request, OUTCOME_INVALID, lost_cause(request));
		break;
	}
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
	else if (r->setup->history != NULL)
		begin_unless_known(r, request);
	else
		begin_fetch(r, request);
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
	r->streams = streams;
	if (r->setup->differences != NULL)
		o->receiving = task_receiving_again;
	else if (streams)
		o->receiving = task_receiving;
	o->ended = record_ended;
	o->arg = r;
}
