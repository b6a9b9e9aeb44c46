/*
 * Watching a run.
 */
#include "config.h"

#include "watching.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "ending.h"
#include "input/options.h"
#include "look.h"
#include "report/debug.h"
#include "run.h"

static const int signals[] = {
    SIGUSR1,
#ifdef SIGINFO
    SIGINFO,
#endif
};

#define SIGNALS (sizeof signals / sizeof *signals)

static void
on_look(void *arg, int signo)
{
	struct watching *w = arg;

	(void)signo;
	if (*w->run != NULL)
		look_print(*w->run);
}

/* The bar is to be gone while the shell has the terminal. */
static void
on_stop(void *arg, int signo)
{
	struct watching *w = arg;

	(void)signo;
	progress_guard(&w->progress);
	ending_stop();
}

void
watching_prepare(void)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		signal(signals[i], SIG_IGN);
}

/* Is a terminal where somebody types targets? */
static bool
reads_typing(const struct source *s)
{
	size_t i;

	for (i = 0; i < s->input_count; i++)
		if (s->inputs[i].fd != -1 && isatty(s->inputs[i].fd))
			return true;
	return false;
}

/* A bar is on the terminal that others write, too. */
static void
share_terminal(struct watching *w, struct stream *out, struct stream *told)
{
	struct sigaction old;

	stream_share(out, progress_clear_way, &w->progress);
	if (told != NULL)
		stream_share(told, progress_clear_way, &w->progress);
	ending_clean(progress_last, &w->progress);
	/* A shell without job control has it ignored. */
	if (sigaction(SIGTSTP, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
		loop_signal_init(&w->stops, w->loop, SIGTSTP, on_stop, w);
}

void
watching_start(struct watching *w, struct loop *l, const struct options *o,
    bool color, const struct source *source, struct stream *out,
    struct stream *told, struct run **run)
{
	size_t i;

	memset(w, 0, sizeof *w);
	w->loop = l;
	w->run = run;
	w->debugs = o->debug;
	if (w->debugs)
		debug_start(&w->debug, l);
	for (i = 0; i < SIGNALS; i++)
		loop_signal_init(&w->looks[i], l, signals[i], on_look, w);
	progress_open(&w->progress, o, l, color, reads_typing(source));
	if (w->progress.mode == PROGRESS_BAR)
		share_terminal(w, out, told);
}

void
watching_end(struct watching *w)
{
	size_t i;

	ending_clean(NULL, NULL);
	progress_close(&w->progress);
	loop_signal_clear(&w->stops);
	for (i = 0; i < SIGNALS; i++)
		loop_signal_clear(&w->looks[i]);
}

void
watching_ran(const struct watching *w, const struct run_result *result)
{
	if (w->debugs)
		debug_print(&w->debug, w->loop, result->transfers);
}
