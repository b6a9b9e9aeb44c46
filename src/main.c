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

#include "base/msg.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "report/version.h"
#include "run.h"
#include "service/service.h"

/* --compare keeps so much of an input that can be read only once. */
#define KEEP_LIMIT ((size_t)64 << 20)

static const struct {
	int number;
	const char *cause; /* of what it cancels */
} caught[] = {
    {SIGINT, "interrupted by SIGINT"},
    {SIGTERM, "interrupted by SIGTERM"},
    {SIGHUP, "interrupted by SIGHUP"},
};

#define SIGNAL_COUNT (sizeof caught / sizeof *caught)

struct app {
	struct options options;
	struct loop loop;
	struct source source;
	struct stream out;
	struct service *service; /* once there is an ID for it */
	struct capacity capacity;
	size_t files;
	struct run *run; /* while one is going on */
	struct loop_signal signals[SIGNAL_COUNT];
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

static void
die_by_signal(int signo)
{
	fflush(NULL);
	signal(signo, SIG_DFL);
	raise(signo);
	_exit(128 + signo); /* where it is blocked */
}

static const char *
signal_cause(int signo)
{
	size_t i = 0;

	while (caught[i].number != signo)
		i++;
	return caught[i].cause;
}

/* The first one ends the run in order, the second one ends all. */
static void
on_signal(void *arg, int signo)
{
	struct app *a = arg;

	if (a->signal != 0 || a->run == NULL) {
		stream_clear(&a->out);
		die_by_signal(signo);
	}
	a->signal = signo;
	run_interrupt(a->run, signal_cause(a->signal));
}

static void
catch_signals(struct app *a)
{
	struct sigaction old;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < SIGNAL_COUNT; i++) {
		/* nohup's wish is obeyed. */
		if (caught[i].number == SIGHUP &&
		    sigaction(SIGHUP, NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		loop_signal_init(
		    &a->signals[i], &a->loop, caught[i].number, on_signal, a);
	}
}

static void
release_signals(struct app *a)
{
	size_t i;

	for (i = 0; i < SIGNAL_COUNT; i++)
		loop_signal_clear(&a->signals[i]);
}

static void
on_output_failed(void *arg)
{
	struct app *a = arg;

	if (a->run != NULL)
		run_abort(a->run);
}

/* The task service starts with the first ID that goes to it. */
static const char *
task_service(void *arg)
{
	struct app *a = arg;

	if (a->service == NULL) {
		a->service = service_new(a->loop.base, a->options.task_delay);
		if (a->capacity.extras < a->capacity.slots)
			msg_warn("%zu tasks of the task service at once: "
				 "only %zu open files (ulimit -n)",
			    a->capacity.extras, a->files);
	}
	return service_template(a->service);
}

static void
open_input(struct app *a)
{
	char *cause;
	bool usage;

	if (source_open(&a->source, &a->options, &usage, &cause) == -1)
		msg_die(usage ? EXIT_USAGE : EXIT_LOCAL, "%s", cause);
	if (a->options.compare &&
	    source_keep(&a->source, KEEP_LIMIT, &cause) == -1)
		msg_die(EXIT_USAGE, "%s", cause);
}

static void
open_output(struct app *a)
{
	const char *file = a->options.output;
	char *cause;

	if (file == NULL || strcmp(file, "-") == 0)
		stream_open_stdout(&a->out, &a->loop);
	else if (stream_open_file(&a->out, &a->loop, file, &cause) == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
	a->out.failed = on_output_failed;
	a->out.arg = a;
}

static void
plan_capacity(struct app *a)
{
	size_t jobs = (size_t)a->options.jobs;

	a->files = capacity_raise_files();
	capacity_divide(&a->capacity, a->files, jobs);
	if (a->capacity.slots < jobs)
		msg_warn(
		    "-j %zu becomes -j %zu: only %zu open files (ulimit -n)",
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
	struct run_setup setup = {
	    .loop = &a->loop,
	    .options = o,
	    .source = &a->source,
	    .rules = {o->template, task_service, a},
	    .capacity = a->capacity,
	    .sequential = sequential,
	    .out = print ? &a->out : NULL,
	};

	if (a->signal != 0)
		setup.stop_cause = signal_cause(a->signal);
	setup.trace.verbose = o->verbose;
	setup.trace.color = use_color(o);
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

/* Ends the output. Returns what the process shall end with. */
static int
finish_output(struct app *a, const struct run_result *result)
{
	char *cause;

	if (stream_commit(&a->out, &cause) == -1) {
		if (a->out.error != EPIPE)
			msg_warn("%s", cause);
		else if (a->signal == 0)
			a->signal = SIGPIPE;
		free(cause);
		return EXIT_LOCAL;
	}
	if (result->input_failed)
		return EXIT_LOCAL;
	return totals_fine(&result->totals) ? EXIT_OK : EXIT_NOT_ALL;
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

	open_input(a);
	plan_capacity(a);
	loop_init(&a->loop);
	open_output(a);
	catch_signals(a);
	run_all_ways(a, &result, &compared);
	status = finish_output(a, &result);
	report(a, &result, &compared);
	release_signals(a);
	service_free(a->service);
	stream_clear(&a->out);
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
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		msg_die(EXIT_LOCAL, "cannot start libcurl");
	if (options_parse(&app.options, argc, argv, &cause) == -1)
		msg_die(EXIT_USAGE, "%s", cause);
	if (app.options.help)
		options_usage(stdout);
	else if (app.options.version)
		version_print(stdout);
	else
		status = fetch_all(&app);
	options_clear(&app.options);
	curl_global_cleanup();
	if (app.signal != 0)
		die_by_signal(app.signal);
	if (fflush(stdout) == EOF) {
		msg_warn("cannot write stdout: %s", strerror(errno));
		return EXIT_LOCAL;
	}
	return status;
}
