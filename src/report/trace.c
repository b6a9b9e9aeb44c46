/*
 * What -v tells of single tasks.
 */
#include "config.h"

#include "report/trace.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/units.h"
#include "base/utf8.h"
#include "fetch/record.h"
#include "input/request.h"

#define RED   "\033[31m"
#define PLAIN "\033[0m"

/* One line in one write; names are printable already. */
static void
say(const char *what, const struct request *r)
{
	fprintf(stderr, "%s task %s...\n", what, r->name);
}

void
trace_started(const struct trace *t, const struct request *r)
{
	if (t->verbose)
		say("Starting", r);
}

static const char *
end_of(enum outcome outcome)
{
	if (outcome_fine(outcome))
		return "Finished";
	return outcome == OUTCOME_CANCELLED ? "Cancelled" : "Failed";
}

static void
print_problem(struct buf *line, const struct record *r)
{
	utf8_printable(line, r->problem, strlen(r->problem));
}

void
trace_retrying(const struct trace *t, const struct record *r, int64_t delay)
{
	struct buf line;

	if (!t->verbose)
		return;
	buf_init(&line);
	buf_printf(&line, "Retrying task %s in %.2f s: ", r->request->name,
	    (double)delay / (double)USEC_PER_SEC);
	print_problem(&line, r);
	buf_putc(&line, '\n');
	fwrite(line.data, 1, line.len, stderr);
	buf_clear(&line);
}

void
trace_ended(const struct trace *t, const struct record *r)
{
	bool fine = outcome_fine(r->outcome);
	struct buf line;

	if (t->verbose && r->attempts > 0)
		say(end_of(r->outcome), r->request);
	if (fine || !t->errors || r->outcome == OUTCOME_CANCELLED)
		return;
	buf_init(&line);
	buf_printf(
	    &line, "coget: %s: %s", r->request->name, t->color ? RED : "");
	print_problem(&line, r);
	buf_printf(&line, "%s\n", t->color ? PLAIN : "");
	fwrite(line.data, 1, line.len, stderr);
	buf_clear(&line);
}
