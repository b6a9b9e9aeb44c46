/*
 * coget: fetches URLs and task IDs concurrently, results in input order.
 *
 * Puts the parts together: options, limits, the loop, the task service, one
 * run or two, the summary, and how the process ends.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/dirs.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "ending.h"
#include "input/options.h"
#include "report/version.h"
#include "run.h"
#include "service/service.h"

/* --compare keeps so much of an input that can be read only once. */
#define KEEP_LIMIT ((size_t)64 << 20)

struct app {
	struct options options;
	struct loop loop;
	struct source source;
	struct stream out;
	struct history history;
	bool has_history;
	struct timeline timeline;
	bool has_timeline;
	struct service *service; /* once there is an ID for it */
	struct capacity capacity;
	size_t files;
	bool skips;	 /* the file of all results is there already */
	struct run *run; /* while one is going on */
	struct ending ending;
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

/* The task service starts with the first ID that goes to it. */
static const char *
task_service(void *arg)
{
	struct app *a = arg;

	if (a->service == NULL) {
		a->service = service_new(
		    a->loop.base, a->options.task_delay, service_answer(a));
		if (a->capacity.extras < a->capacity.slots)
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

	if (!a->options.retry_failed || a->options.source_count > 0)
		return false;
	buf_init(&inputs);
	history_put_failed(&a->history, &inputs);
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

/* curl's --no-clobber: NAME, NAME.1 and so on, whichever is not there. */
static const char *
new_name(struct app *a, const char *file)
{
	char *name = xstrdup(file);
	int n;

	for (n = 1; n <= 100 && access(name, F_OK) == 0; n++) {
		free(name);
		name = xasprintf("%s.%d", file, n);
	}
	if (access(name, F_OK) == 0)
		msg_die(EXIT_LOCAL, _("%s is there already, up to .100"), file);
	return options_keep(&a->options, name);
}

/* The file of all results, by the options for files. */
static const char *
output_file(struct app *a)
{
	const struct file_options *o = &a->options.files;
	const char *file = a->options.output;

	if (file == NULL || strcmp(file, "-") == 0)
		return NULL;
	a->skips = o->skip_existing && access(file, F_OK) == 0;
	if (a->skips)
		return NULL;
	if (o->create_dirs && dirs_make_for(file) == -1)
		msg_die(EXIT_LOCAL, _("cannot create the directory of %s: %s"),
		    file, nls_strerror(errno));
	return o->no_clobber ? new_name(a, file) : file;
}

static void
open_output(struct app *a)
{
	const char *file = output_file(a);
	char *cause;

	if (file == NULL)
		stream_open_stdout(&a->out, &a->loop);
	else if (stream_open_file(&a->out, &a->loop, file,
		     (mode_t)a->options.files.mode, &cause) == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
	ending_remove(a->out.file.temporary);
	a->out.failed = on_output_failed;
	a->out.arg = a;
}

static void
open_timeline(struct app *a)
{
	const struct timeline_options *o = &a->options.timeline;
	char *cause;
	size_t i;
	int result;

	a->has_timeline = o->text || o->file_count > 0;
	if (!a->has_timeline)
		return;
	result = timeline_open(&a->timeline, o, &cause);
	for (i = 0; i < o->file_count; i++)
		ending_remove_also(i, timeline_temporary(&a->timeline, i));
	if (result == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
}

static void
plan_capacity(struct app *a)
{
	size_t jobs = (size_t)a->options.jobs;
	size_t inputs = source_open_files(&a->source);

	if (a->files < CAPACITY_FILES_MIN + inputs)
		msg_die(EXIT_LOCAL,
		    _("only %zu open files (ulimit -n); at least %zu are "
		      "needed"),
		    a->files, CAPACITY_FILES_MIN + inputs);
	capacity_divide(&a->capacity, a->files - inputs, jobs);
	if (a->capacity.slots < jobs && a->options.jobs != OPTIONS_JOBS)
		msg_warn(
		    _("-j %zu becomes -j %zu: only %zu open files (ulimit -n)"),
		    jobs, a->capacity.slots, a->files);
}

static bool
use_color(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !o->no_color && isatty(STDERR_FILENO) &&
	    (no_color == NULL || *no_color == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
}

static void
run_one(struct app *a, bool sequential, bool print, struct run_result *result)
{
	const struct options *o = &a->options;
	const char *query = o->request.query.len > 0
	    ? buf_string(&a->options.request.query)
	    : NULL;
	struct run_setup setup = {
	    .loop = &a->loop,
	    .options = o,
	    .source = &a->source,
	    .rules = {o->template, option_schemes[o->default_scheme], query,
		o->request.upload.name, &o->files, o->shield, task_service, a},
	    .capacity = a->capacity,
	    .sequential = sequential,
	    .out = print && !a->skips ? &a->out : NULL,
	    .history = a->has_history ? &a->history : NULL,
	    .timeline = a->has_timeline ? &a->timeline : NULL,
	};

	if (a->skips)
		setup.skip_cause =
		    "the file is there already (--skip-existing)";
	if (a->signal != 0)
		setup.stop_cause = ending_cause(a->signal);
	setup.trace.verbose = o->verbose;
	setup.trace.color = use_color(o);
	setup.trace.notices = !o->silent;
	setup.trace.errors = print && o->format == FORMAT_BODY &&
	    (!o->silent || o->show_error);
	run_all(&setup, result, &a->run);
}

/* One run, or two. Result is the one that printed. */
static void
run_all_ways(
    struct app *a, struct run_result *result, struct run_result *compared)
{
	if (a->options.compare)
		run_one(a, true, false, compared);
	run_one(a, a->options.sequential, true, result);
}

/*
 * Bodies do not tell which of them are missing: a file of them is whole, or
 * it is not put in its place. Records tell.
 */
static bool
output_cut_short(const struct app *a, const struct run_result *result)
{
	return (a->signal != 0 || result->deadline_passed) &&
	    a->out.file.temporary != NULL && a->options.format == FORMAT_BODY;
}

/* Bodies again: where there is nothing new, what is there stays. */
static bool
output_unmodified(const struct app *a, const struct run_result *result)
{
	return a->out.file.temporary != NULL &&
	    a->options.format == FORMAT_BODY &&
	    totals_unmodified(&result->totals);
}

/* Nor does anything come in its place where nothing was fetched. */
static bool
output_is_nothing(const struct app *a, const struct run_result *result)
{
	const size_t *outcomes = result->totals.outcomes;

	return a->out.file.temporary != NULL && a->out.error == 0 &&
	    a->options.format == FORMAT_BODY && !a->options.fail_with_body &&
	    outcomes[OUTCOME_OK] + outcomes[OUTCOME_SKIPPED] == 0 &&
	    !totals_fine(&result->totals);
}

/* Ends the output. Returns what the process shall end with. */
static int
finish_output(struct app *a, const struct run_result *result)
{
	char *cause;

	if (output_cut_short(a, result)) {
		msg_warn(_("%s is not written: the run was interrupted"),
		    a->options.output);
		return result->deadline_passed ? EXIT_DEADLINE : EXIT_NOT_ALL;
	}
	if (output_is_nothing(a, result))
		return result->input_failed || result->output_failed
		    ? EXIT_LOCAL
		    : EXIT_NOT_ALL;
	if (a->options.files.remote_time && a->options.format == FORMAT_BODY &&
	    result->modified > 0)
		stream_set_modified(&a->out, result->modified);
	if (output_unmodified(a, result))
		return result->input_failed || result->output_failed
		    ? EXIT_LOCAL
		    : EXIT_OK;
	if (stream_commit(&a->out, &cause) == -1) {
		if (a->out.error != EPIPE)
			msg_warn("%s", cause);
		else if (a->signal == 0)
			a->signal = SIGPIPE;
		free(cause);
		return EXIT_LOCAL;
	}
	if (a->has_history && history_finish(&a->history) == -1 &&
	    !result->output_failed) {
		msg_warn("%s", a->history.journal.problem);
		return EXIT_LOCAL;
	}
	if (result->input_failed || result->output_failed)
		return EXIT_LOCAL;
	if (result->deadline_passed)
		return EXIT_DEADLINE;
	return totals_fine(&result->totals) ? EXIT_OK : EXIT_NOT_ALL;
}

/* Returns what the process shall end with, if it were status without it. */
static int
draw_timeline(struct app *a, int status)
{
	size_t i;

	if (!a->has_timeline)
		return status;
	if (a->options.timeline.text && a->out.error != EPIPE)
		timeline_print(&a->timeline, stderr, use_color(&a->options));
	if (timeline_write(&a->timeline) == -1)
		status = EXIT_LOCAL;
	for (i = 0; i < a->options.timeline.file_count; i++)
		ending_remove_also(i, NULL);
	timeline_clear(&a->timeline);
	return status;
}

static void
report(const struct app *a, const struct run_result *result,
    const struct run_result *compared)
{
	const struct options *o = &a->options;
	struct summary summary = {
	    .jobs = (long)a->capacity.slots,
	    .color = use_color(o),
	};

	/* A reader that went away wants to hear no more. */
	if (o->silent || a->out.error == EPIPE)
		return;
	if (o->compare)
		summary.sequential = &compared->totals;
	if (o->sequential)
		summary.sequential = &result->totals;
	else
		summary.concurrent = &result->totals;
	summary_print(stderr, &summary);
}

static int
fetch_all(struct app *a)
{
	struct run_result result, compared;
	int status;

	memset(&compared, 0, sizeof compared);
	a->files = capacity_raise_files();
	open_history(a);
	open_input(a);
	plan_capacity(a);
	loop_init(&a->loop);
	open_output(a);
	open_timeline(a);
	ending_catch(&a->ending, &a->loop, on_signal, a);
	run_all_ways(a, &result, &compared);
	status = draw_timeline(a, finish_output(a, &result));
	report(a, &result, &compared);
	totals_clear(&result.totals);
	totals_clear(&compared.totals);
	if (a->has_history)
		history_clear(&a->history);
	ending_release(&a->ending);
	service_free(a->service);
	stream_clear(&a->out);
	ending_remove(NULL);
	source_close(&a->source);
	loop_clear(&a->loop);
	return status;
}

int
main(int argc, char **argv)
{
	static struct app app;
	char *cause;
	int status = EXIT_OK;

	fill_standard_streams();
	setlocale(LC_CTYPE, "");
	nls_init();
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		msg_die(EXIT_LOCAL, _("cannot start libcurl"));
	if (options_parse(&app.options, argc, argv, &cause) == -1)
		msg_die(
		    app.options.request.file_failed ? EXIT_LOCAL : EXIT_USAGE,
		    "%s", cause);
	if (app.options.help)
		options_usage(stdout);
	else if (app.options.version)
		version_print(stdout);
	else
		status = fetch_all(&app);
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
