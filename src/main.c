/*
 * coget: fetches URLs and task IDs concurrently, results in input order.
 *
 * Puts the parts together: options, limits, the loop, the task service, one
 * run or more, what is told of them, and how the process ends.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>
#include <jansson.h>

#include "base/charset.h"
#include "base/library_memory.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "compare.h"
#include "ending.h"
#include "input/options.h"
#include "input/origins.h"
#include "merging.h"
#include "out_file.h"
#include "report/dry_run.h"
#include "report/version.h"
#include "run.h"
#include "service/service.h"
#include "telling.h"
#include "watching.h"

/* --compare keeps so much of an input that can be read only once. */
#define KEEP_LIMIT ((size_t)64 << 20)

/* So many bytes of the inputs are counted before the run. */
#define COUNT_MOST ((size_t)64 << 10)

struct app {
	struct options options;
	struct loop loop;
	struct source source;
	struct origins origins;
	struct stream out;
	struct stream told; /* stdout, for -w where the results are in a file */
	bool tells;
	struct history history;
	bool has_history;
	struct timeline timeline;
	bool has_timeline;
	struct service *service;  /* once there is an ID for it */
	struct capacity capacity; /* the largest of all runs */
	size_t files;
	struct comparison comparison;
	bool skips;	 /* the file of all results is there already */
	struct run *run; /* while one is going on */
	struct ending ending;
	struct watching watching;
	int signal; /* that ended the run, or 0 */
};

/*
 * A closed standard stream would let the next file opened take its place. It
 * is filled such that using it fails as before.
 */
static void
fill_standard_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null",
			fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			exit(EXIT_LOCAL);
}

/* The first one. */
static void
on_signal(void *arg, int signo)
{
	struct app *a = arg;

	a->signal = signo;
	run_interrupt(a->run, ending_cause(signo));
}

static void
on_output_failed(void *arg)
{
	struct app *a = arg;

	if (a->run != NULL)
		run_abort(a->run);
}

/*
 * What it answers: in the user's language where the bodies alone are wanted,
 * always the same where they go into records or files that programs read.
 */
static const char *
service_answer(const struct app *a)
{
	static const char text[] = N_("Data of task %s\n");

	return a->options.format == FORMAT_BODY && !a->has_history &&
		a->options.cache.dir == NULL
	    ? _(text)
	    : text;
}

/* Of all runs, the most. */
static size_t
wanted_jobs(const struct app *a)
{
	return (size_t)(a->options.compare ? compare_most_jobs(&a->options)
					   : a->options.jobs);
}

/* The task service starts with the first ID that goes to it. */
static const char *
task_service(void *arg)
{
	struct app *a = arg;

	if (a->service == NULL) {
		a->service = service_new(
		    a->loop.base, a->options.task_delay, service_answer(a));
		/* Nobody asked for the default. */
		if (a->capacity.extras < a->capacity.slots &&
		    wanted_jobs(a) != OPTIONS_JOBS)
			msg_warn(_("%zu tasks of the task service at once: "
				   "only %zu open files (ulimit -n)"),
			    a->capacity.extras, a->files);
	}
	return service_template(a->service);
}

static void
open_history(struct app *a)
{
	char *cause;
	bool usage;

	a->has_history = history_wanted(&a->options);
	if (a->has_history &&
	    history_open(&a->history, &a->options, &usage, &cause) == -1)
		msg_die(usage ? EXIT_USAGE : EXIT_LOCAL, "%s", cause);
}

/* --retry-failed alone: the journal has the list. */
static bool
input_is_journal(struct app *a)
{
	struct buf inputs;

	if (!a->options.retry_failed || a->options.source_count > 0 ||
	    !a->has_history)
		return false;
	buf_init(&inputs);
	if (history_put_failed(&a->history, &inputs) == -1)
		msg_die(EXIT_LOCAL, "%s", a->history.journal.problem);
	source_open_text(&a->source, a->options.journal, &inputs);
	return true;
}

static void
open_input(struct app *a)
{
	char *cause;
	bool usage;

	if (input_is_journal(a))
		return;
	if (source_open(&a->source, &a->options, &usage, &cause) == -1 ||
	    (a->options.compare &&
		source_keep(&a->source, KEEP_LIMIT, &usage, &cause) == -1))
		msg_die(usage ? EXIT_USAGE : EXIT_LOCAL, "%s", cause);
}

static void
open_output(struct app *a)
{
	const char *file = out_file_choose(&a->options, &a->skips);
	char *cause;

	if (file == NULL)
		stream_open_stdout(&a->out, &a->loop);
	else if (stream_open_file(&a->out, &a->loop, file,
		     (mode_t)a->options.files.mode, &cause) == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
	a->out.failed = on_output_failed;
	a->out.arg = a;
	a->tells = file != NULL && a->options.write_out != NULL;
	if (!a->tells)
		return;
	stream_open_stdout(&a->told, &a->loop);
	a->told.failed = on_output_failed;
	a->told.arg = a;
}

static void
open_timeline(struct app *a)
{
	const struct timeline_options *o = &a->options.timeline;
	char *cause;

	a->has_timeline = o->text || o->file_count > 0;
	if (!a->has_timeline)
		return;
	if (timeline_open(&a->timeline, o, &cause) == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
}

/* Are there not more tasks than slots, as far as is known? */
static bool
has_slots_for_all(const struct app *a)
{
	struct source_count count;

	memset(&count, 0, sizeof count);
	source_count_on(&a->source, &count, COUNT_MOST);
	return count.complete && count.targets <= a->capacity.slots;
}

/* There are not so many slots. Nobody asked for the default. */
static void
tell_fewer_jobs(const struct app *a, size_t jobs)
{
	size_t slots = a->capacity.slots;

	if (jobs != OPTIONS_JOBS)
		msg_warn(
		    _("-j %zu becomes -j %zu: only %zu open files (ulimit -n)"),
		    jobs, slots, a->files);
	else if (!a->options.silent && !has_slots_for_all(a))
		msg_warn(_("at most %zu at once, not %zu: only %zu open files "
			   "(ulimit -n)"),
		    slots, jobs, a->files);
}

static void
plan_capacity(struct app *a)
{
	size_t jobs = wanted_jobs(a);
	size_t inputs = source_open_files(&a->source);

	if (a->files < CAPACITY_FILES_MIN + inputs)
		msg_die(EXIT_LOCAL,
		    _("only %zu open files (ulimit -n); at least %zu are "
		      "needed"),
		    a->files, CAPACITY_FILES_MIN + inputs);
	capacity_divide(&a->capacity, a->files - inputs, jobs);
	if (a->capacity.slots < jobs && !a->options.sequential)
		tell_fewer_jobs(a, jobs);
}

/* For --dry-run: nothing listens there. */
static const char *
no_task_service(void *arg)
{
	(void)arg;
	return "http://127.0.0.1/{id}";
}

static struct request_rules
rules_of(struct app *a)
{
	const struct options *o = &a->options;
	const char *query = o->request.query.len > 0
	    ? buf_string(&a->options.request.query)
	    : NULL;
	const struct request_rules rules = {o->template,
	    option_schemes[o->default_scheme], query, o->request.upload.name,
	    &o->files, o->shield, o->dry_run ? no_task_service : task_service,
	    a, &a->origins};

	return rules;
}

static bool
output_failed(const struct app *a)
{
	return a->out.error != 0 || (a->tells && a->told.error != 0);
}

static bool
is_over(void *arg)
{
	const struct app *a = arg;

	return a->signal != 0 || output_failed(a);
}

/* Why everything of a further run is cancelled; NULL: it is not. */
static const char *
stop_cause(const struct app *a)
{
	if (a->signal != 0)
		return ending_cause(a->signal);
	return output_failed(a) ? "the output failed" : NULL;
}

/* compare_runner's. */
static void
run_one(void *arg, const struct run_way *way, struct run_result *result)
{
	struct app *a = arg;
	const struct options *o = &a->options;
	struct run_setup setup = {
	    .loop = &a->loop,
	    .options = o,
	    .source = &a->source,
	    .rules = rules_of(a),
	    .sequential = way->sequential,
	    .out = way->prints ? &a->out : NULL,
	    .told = way->prints && a->tells ? &a->told : NULL,
	    .history = a->has_history ? &a->history : NULL,
	    .multi = way->multi,
	    .differences = way->differences,
	    .rehearses = !way->prints,
	    .progress = &a->watching.progress,
	};

	capacity_divide(&setup.capacity,
	    a->files - source_open_files(&a->source), (size_t)way->jobs);
	if (a->skips)
		setup.skip_cause =
		    "the file is there already (--skip-existing)";
	/* One in which nothing is fetched does not take another's place. */
	if (a->has_timeline && !is_over(a))
		setup.timeline = &a->timeline;
	setup.stop_cause = stop_cause(a);
	setup.trace.verbose = o->verbose;
	setup.trace.color = telling_color(o);
	setup.trace.notices = !o->silent;
	setup.trace.errors = way->prints && o->format == FORMAT_BODY &&
	    (!o->silent || o->show_error);
	run_all(&setup, result, &a->run);
	watching_ran(&a->watching, result);
}

/* One run, or several. Result is the one that printed. */
static void
run_all_ways(
    struct app *a, struct run_result *result, struct run_result *compared)
{
	const struct run_way way = {.sequential = a->options.sequential,
	    .prints = true,
	    .jobs = a->options.jobs};
	const struct compare_runner runner = {
	    &a->options, &a->loop, &a->capacity, run_one, is_over, a};

	if (a->options.compare)
		compare_runs(&runner, &a->comparison, result, compared);
	else
		run_one(a, &way, result);
}

/*
 * Bodies do not tell which of them are missing: a file of them is whole, or
 * it is not put in its place. Records tell.
 */
static bool
output_cut_short(const struct app *a, const struct run_result *result)
{
	return (a->signal != 0 || result->deadline_passed) &&
	    whole_file_is_begun(&a->out.file) &&
	    a->options.format == FORMAT_BODY;
}

/* Bodies again: where there is nothing new, what is there stays. */
static bool
output_unmodified(const struct app *a, const struct run_result *result)
{
	return whole_file_is_begun(&a->out.file) &&
	    a->options.format == FORMAT_BODY &&
	    totals_unmodified(&result->totals);
}

/* Nor does anything come in its place where nothing was fetched. */
static bool
output_is_nothing(const struct app *a, const struct run_result *result)
{
	const size_t *outcomes = result->totals.outcomes;

	return whole_file_is_begun(&a->out.file) && a->out.error == 0 &&
	    a->options.format == FORMAT_BODY && !a->options.fail_with_body &&
	    outcomes[OUTCOME_OK] + outcomes[OUTCOME_SKIPPED] == 0 &&
	    !totals_fine(&result->totals);
}

/* All is written there, or the reason why not is told. */
static int
commit(struct app *a, struct stream *s)
{
	char *cause;

	if (stream_commit(s, &cause) == 0)
		return 0;
	if (s->error != EPIPE || !ending_by_pipe())
		msg_warn("%s", cause);
	else if (a->signal == 0)
		a->signal = SIGPIPE;
	free(cause);
	return -1;
}

/* Returns -1 where the journal could not be written. */
static int
finish_history(struct app *a)
{
	const struct journal *j = &a->history.journal;

	if (!a->has_history)
		return 0;
	if (j->damaged > 0)
		msg_warn(_("%s: damaged records, of no use: %zu"),
		    j->path != NULL ? j->path : _("a temporary file"),
		    j->damaged);
	if (history_finish(&a->history) == 0)
		return 0;
	if (!j->told)
		msg_warn("%s", j->problem);
	return -1;
}

/* Has the reader of stdout gone away? */
static bool
reader_is_gone(const struct app *a)
{
	return a->out.error == EPIPE || (a->tells && a->told.error == EPIPE);
}

/* Was there trouble that is our own, not a task's? */
static bool
local_failed(const struct run_result *result)
{
	return result->input_failed || result->output_failed || result->starved;
}

/* Ends the output. Returns what the process shall end with. */
static int
finish_output(struct app *a, const struct run_result *result)
{
	/* That ended the run: the file of the results is not whole. */
	if (a->tells && a->told.error != 0) {
		commit(a, &a->told);
		return EXIT_LOCAL;
	}
	/* Nor is it here, of which was told. */
	if (result->results_lost)
		return EXIT_LOCAL;
	if (output_cut_short(a, result)) {
		msg_warn(_("%s is not written: the run was interrupted"),
		    a->options.output);
		return result->deadline_passed ? EXIT_DEADLINE : EXIT_NOT_ALL;
	}
	if (output_is_nothing(a, result))
		return local_failed(result) ? EXIT_LOCAL : EXIT_NOT_ALL;
	if (a->options.files.remote_time && a->options.format == FORMAT_BODY &&
	    result->modified > 0)
		stream_set_modified(&a->out, result->modified);
	if (output_unmodified(a, result))
		return local_failed(result) ? EXIT_LOCAL : EXIT_OK;
	if (commit(a, &a->out) == -1 || (a->tells && commit(a, &a->told) == -1))
		return EXIT_LOCAL;
	if (local_failed(result))
		return EXIT_LOCAL;
	if (result->deadline_passed)
		return EXIT_DEADLINE;
	return totals_fine(&result->totals) ? EXIT_OK : EXIT_NOT_ALL;
}

/* Returns what the process shall end with, if it were status without it. */
static int
draw_timeline(struct app *a, int status)
{
	if (!a->has_timeline)
		return status;
	if (a->options.timeline.text && !reader_is_gone(a)) {
		msg_clear_way();
		timeline_print(
		    &a->timeline, stderr, telling_color(&a->options));
	}
	if (timeline_write(&a->timeline) == -1)
		status = EXIT_LOCAL;
	timeline_clear(&a->timeline);
	return status;
}

/* Returns the status again, or what went wrong with the summary's files. */
static int
report(struct app *a, const struct run_result *result,
    const struct run_result *compared, int status)
{
	const struct options *o = &a->options;
	struct summary summary = {
	    .options = o,
	    .jobs = (long)a->capacity.slots,
	    .color = telling_color(o),
	};
	char *cause;

	if (o->compare)
		summary.comparison = &a->comparison;
	if (o->measure.sweep_count > 0)
		summary.jobs = comparison_last_jobs(
		    &a->comparison, summary.jobs);
	/* none, where the warm-up was interrupted */
	if (o->compare && o->measure.sweep_count == 0 &&
	    compared->totals.time_run > 0)
		summary.sequential = &compared->totals;
	if (o->sequential)
		summary.sequential = &result->totals;
	else
		summary.concurrent = &result->totals;
	/* A reader that went away wants to hear no more. */
	if (!reader_is_gone(a))
		telling_summary(&summary);
	if (telling_files(&summary, &cause) == 0)
		return status;
	msg_warn("%s", cause);
	free(cause);
	return EXIT_LOCAL;
}

/* What a run would know already. Nothing is written, and no file made. */
static bool
is_wanted(void *arg, struct request *r)
{
	struct app *a = arg;
	struct history_record known;
	enum history_answer answer = history_ask(&a->history, r, &known);

	if (answer == HISTORY_WAIT)
		list_remove(&r->waiting);
	return answer == HISTORY_FETCH;
}

static void
open_old_history(struct app *a)
{
	const struct options *o = &a->options;

	if (o->journal != NULL ? (o->resume || o->retry_failed) &&
		    access(o->journal, F_OK) == 0
			       : o->dedupe)
		open_history(a);
}

static int
tell_all(struct app *a)
{
	const struct request_rules rules = rules_of(a);
	struct dry_run d = {
	    .loop = &a->loop,
	    .options = &a->options,
	    .source = &a->source,
	    .rules = &rules,
	    .out = &a->out,
	    .arg = a,
	    .errors = a->options.format == FORMAT_BODY &&
		(!a->options.silent || a->options.show_error),
	};
	int status;

	open_old_history(a);
	if (a->has_history)
		d.wanted = is_wanted;
	open_input(a);
	loop_init(&a->loop);
	stream_open_stdout(&a->out, &a->loop);
	dry_run(&d);
	status = commit(a, &a->out) == -1 || d.input_failed ? EXIT_LOCAL
	    : d.invalid > 0				    ? EXIT_NOT_ALL
							    : EXIT_OK;
	if (a->has_history)
		history_clear(&a->history);
	stream_clear(&a->out);
	source_close(&a->source);
	loop_clear(&a->loop);
	return status;
}

static int
fetch_all(struct app *a)
{
	struct run_result result, compared;
	char *cause;
	int status;

	memset(&compared, 0, sizeof compared);
	if (telling_check(&a->options, &cause) == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
	a->files = capacity_raise_files();
	open_history(a);
	open_input(a);
	plan_capacity(a);
	loop_init(&a->loop);
	open_output(a);
	open_timeline(a);
	watching_start(&a->watching, &a->loop, &a->options,
	    telling_color(&a->options), &a->source, &a->out,
	    a->tells ? &a->told : NULL, &a->run);
	ending_catch(&a->ending, &a->loop, on_signal, a);
	run_all_ways(a, &result, &compared);
	/* No loop takes ^Z from now on. */
	watching_end(&a->watching);
	if (finish_history(a) == -1)
		result.output_failed = true;
	status = draw_timeline(a, finish_output(a, &result));
	status = report(a, &result, &compared, status);
	totals_clear(&result.totals);
	totals_clear(&compared.totals);
	comparison_clear(&a->comparison);
	if (a->has_history)
		history_clear(&a->history);
	ending_release(&a->ending);
	service_free(a->service);
	stream_clear(&a->out);
	if (a->tells)
		stream_clear(&a->told);
	source_close(&a->source);
	loop_clear(&a->loop);
	return status;
}

static void
start_libraries(void)
{
	library_memory_init();
	json_set_alloc_funcs(library_malloc, free);
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, library_malloc, free,
		library_realloc, library_strdup, library_calloc) != CURLE_OK)
		msg_die(EXIT_LOCAL, _("cannot start libcurl"));
}

int
main(int argc, char **argv)
{
	static struct app app;
	char *cause;
	int status = EXIT_OK;

	fill_standard_streams();
	watching_prepare();
	charset_init();
	nls_init();
	start_libraries();
	if (options_parse(&app.options, argc, argv, &cause) == -1)
		msg_die(
		    app.options.request.file_failed ? EXIT_LOCAL : EXIT_USAGE,
		    "%s", cause);
	if (app.options.help)
		options_usage(stdout);
	else if (app.options.version)
		version_print(stdout);
	else if (app.options.measure.merge)
		status = merging(&app.options);
	else
		status = app.options.dry_run ? tell_all(&app) : fetch_all(&app);
	origins_clear(&app.origins);
	options_clear(&app.options);
	curl_global_cleanup();
	if (app.signal != 0)
		ending_by_signal(app.signal);
	if (fflush(stdout) == EOF) {
		msg_warn(_("cannot write stdout: %s"), nls_strerror(errno));
		return EXIT_LOCAL;
	}
	return status;
}
