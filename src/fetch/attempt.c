/*
 * Attempts.
 */
#include "config.h"

#include "fetch/attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/nls.h"
#include "base/units.h"
#include "core/loop.h"
#include "fetch/retry.h"
#include "fetch/split.h"
#include "fetch/task_log.h"
#include "input/host_key.h"
#include "input/options.h"
#include "input/request.h"

/* What is known of names is dropped soon where so many hosts were asked. */
#define MANY_HOSTS 1000

/* Of a lookup that goes on alone: libcurl closes its end of the pair. */
#define EXTRAS_OF_RESOLVER (ATTEMPT_EXTRAS_OF_NAME - 1)

/* Three servers, each asked twice for 5 seconds (resolv.conf(5)). */
#define RESOLVER_MOST (30 * USEC_PER_SEC)

int64_t
attempt_lap(struct fetch *f)
{
	int64_t now = loop_clock(), passed = now - f->since;

	f->since = now;
	return passed;
}

void
attempt_wait(struct fetch *f)
{
	f->waits = true;
	gate_waits(&f->env->gate, f->host, f->since, -1, f->record.waits);
}

void
attempt_wait_ended(struct fetch *f)
{
	struct record *r = &f->record;
	int64_t begin = f->since;

	if (!f->waits)
		return;
	f->waits = false;
	r->time_queue += attempt_lap(f);
	gate_waits(&f->env->gate, f->host, f->since, 1, r->waits);
	wait_settle(r->waits, r->time_queue);
	task_log_wait(r->log, begin, r);
}

void
attempt_begin(struct fetch *f)
{
	struct fetch_env *env = f->env;

	attempt_wait_ended(f);
	f->epoch = f->host->aimd.epoch;
	if (f->record.attempts++ == 0) {
		f->record.started_at = loop_wall_clock();
		if (env->observer.started != NULL)
			env->observer.started(env->observer.arg, &f->record);
	}
	env->pool->many_hosts = env->gate.hosts.made > MANY_HOSTS;
	f->xfer = xfer_open(env->pool, f->request);
	/* In HTTP/2 a server says which requests it has not looked at. */
	f->xfer->connection.sends_once = !f->host->is_http2 &&
	    !retry_may_repeat(f->record.method_asked);
	/* The last attempt's connection may be left, and as broken. */
	if (f->record.code == CURLE_HTTP2)
		connection_anew(f->xfer);
	if (strcmp(f->record.method_asked, "GET") == 0)
		xfer_resume(f->xfer, f->request, f->anew, f->least);
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
 * Was the name still being looked up? Nobody can stop the resolver: libcurl
 * leaves it its thread, and that its descriptors.
 */
static bool
resolver_goes_on(const struct fetch *f)
{
	return f->request->host_is_name && f->xfer != NULL &&
	    f->xfer->connection.resolves &&
	    (f->task.error != 0 || f->xfer->code == CURLE_OPERATION_TIMEDOUT);
}

int
attempt_leave(struct fetch *f, const struct host_report *report)
{
	struct gate *gate = &f->env->gate;
	int changes;

	if (!f->entered)
		return 0;
	f->entered = false;
	changes = gate_leave_for_now(gate, f->host, f->extras, report);
	if (resolver_goes_on(f))
		gate_keep_back(gate, EXTRAS_OF_RESOLVER, RESOLVER_MOST);
	return changes;
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
		loop_wall_clock() / USEC_PER_SEC);
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

void
attempt_received(struct fetch *f)
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
	fetch_tell(f->env, f->host, attempt_leave(f, report));
}

void
attempt_first_ended(struct fetch *f)
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

void
attempt_ranges_ended(struct fetch *f)
{
	if (split_was_tried(f->split) && !co_interrupted(&f->task))
		split_end(f->split);
}

/* Of a body that another attempt began, as much has to be there. */
static void
check_beginning(struct xfer *x)
{
	if (x->code == CURLE_OK && !response_went_on(&x->response))
		x->code = x->response.refused_code;
}

/* What the host speaks, as far as this shows it. */
static void
note_version(struct fetch *f)
{
	const struct record *r = &f->record;

	if (r->http_version != 0 && r->num_redirects == 0 &&
	    r->code != CURLE_WEIRD_SERVER_REPLY)
		f->host->is_http2 = r->http_version != CURL_HTTP_VERSION_1_0 &&
		    r->http_version != CURL_HTTP_VERSION_1_1;
}

void
attempt_end(struct fetch *f)
{
	struct record *r = &f->record;
	int64_t begin = f->since, passed = attempt_lap(f);
	struct host_report report;

	if (f->task.error != 0) {
		attempt_leave(f, NULL);
		record_abandon(r, f->xfer, passed);
	} else {
		check_beginning(f->xfer);
		record_attempt(r, f->xfer, f->env->options);
		split_record(f->split, r, passed);
	}
	r->time_attempts += r->times[TIME_TOTAL];
	task_log_attempt(r->log, begin, r);
	if (f->task.error != 0)
		return;
	note_version(f);
	make_report(f, &report);
	keep_response(f);
	tell_report(f, &report);
}

void
attempt_close(struct fetch *f)
{
	record_forget(&f->record);
	cached_close(f->cached);
	f->cached = NULL;
	split_free(f->split);
	f->split = NULL;
	xfer_close(f->xfer);
	f->xfer = NULL;
}
