/*
 * What -v tells of single tasks.
 */
#include "config.h"

#include "report/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "fetch/record.h"
#include "input/request.h"

/* Users want to know of one that long. */
#define LONG_PAUSE (10 * USEC_PER_SEC)

#define RED	   "\033[31m"
#define PLAIN	   "\033[0m"

/* One line in one write. */
static void
write_line(struct buf *line)
{
	fwrite(line->data, 1, line->len, stderr);
	buf_clear(line);
}

static char *
task_name(const struct request *r)
{
	struct buf name;
	char *text;

	buf_init(&name);
	request_put_name(r, &name);
	text = xstrdup(buf_string(&name));
	buf_clear(&name);
	return text;
}

/* Writes the text as a line; frees both. */
static void
say(char *text, char *name)
{
	struct buf line;

	buf_init(&line);
	buf_printf(&line, "%s\n", text);
	write_line(&line);
	free(text);
	free(name);
}

void
trace_started(const struct trace *t, const struct request *r)
{
	char *name;

	if (!t->verbose)
		return;
	name = task_name(r);
	say(xasprintf(_("Starting task %s..."), name), name);
}

static void
say_ended(const struct record *r)
{
	char *name = task_name(r->request), *text;

	if (outcome_fine(r->outcome))
		text = xasprintf(_("Finished task %s..."), name);
	else if (r->outcome == OUTCOME_CANCELLED)
		text = xasprintf(_("Cancelled task %s..."), name);
	else
		text = xasprintf(_("Failed task %s..."), name);
	say(text, name);
}

/*
 * In the user's language, where it is one of our texts as it stands; records
 * have it in English.
 */
static void
print_problem(struct buf *line, const struct record *r)
{
	const char *text = _(r->problem);

	utf8_printable(line, text, strlen(text));
}

void
trace_retrying(const struct trace *t, const struct record *r, int64_t delay)
{
	struct buf line;
	char *name;

	if (!t->verbose)
		return;
	name = task_name(r->request);
	buf_init(&line);
	buf_printf(&line, _("Retrying task %s in %.2f s: "), name,
	    (double)delay / (double)USEC_PER_SEC);
	print_problem(&line, r);
	buf_putc(&line, '\n');
	write_line(&line);
	free(name);
}

void
trace_paused(const struct trace *t, const char *host, int64_t usec)
{
	if (t->verbose || (t->notices && usec >= LONG_PAUSE))
		fprintf(stderr,
		    _("coget: %s asks to be left alone for %.1f s\n"), host,
		    (double)usec / (double)USEC_PER_SEC);
}

void
trace_slowed(const struct trace *t, const char *host, size_t limit)
{
	if (t->verbose)
		fprintf(stderr,
		    _("coget: %s is overloaded: at most %zu at once\n"), host,
		    limit);
}

void
trace_given_up(const struct trace *t, const char *host, long failures)
{
	if (t->verbose || t->notices)
		fprintf(stderr,
		    _("coget: %s is given up after %ld failures in a row\n"),
		    host, failures);
}

void
trace_ended(const struct trace *t, const struct record *r)
{
	bool fine = outcome_fine(r->outcome);
	struct buf line;

	if (t->verbose && r->attempts > 0)
		say_ended(r);
	if (fine || !t->errors || r->outcome == OUTCOME_CANCELLED)
		return;
	buf_init(&line);
	buf_puts(&line, "coget: ");
	request_put_name(r->request, &line);
	buf_printf(&line, ": %s", t->color ? RED : "");
	print_problem(&line, r);
	buf_printf(&line, "%s\n", t->color ? PLAIN : "");
	write_line(&line);
}
