/*
 * What -v tells of single tasks.
 */
#include "config.h"

#include "report/trace.h"

#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/units.h"
#include "base/utf8.h"
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
	msg_write(line->data, line->len);
	buf_clear(line);
}

static void
say(const char *what, const struct request *r)
{
	struct buf line;

	buf_init(&line);
	buf_printf(&line, "%s task ", what);
	request_put_name(r, &line);
	buf_puts(&line, "...\n");
	write_line(&line);
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
	buf_puts(&line, "Retrying task ");
	request_put_name(r->request, &line);
	buf_printf(&line, " in %.2f s: ", (double)delay / (double)USEC_PER_SEC);
	print_problem(&line, r);
	buf_putc(&line, '\n');
	write_line(&line);
}

void
trace_paused(const struct trace *t, const char *host, int64_t usec)
{
	if (t->verbose || (t->notices && usec >= LONG_PAUSE))
		msg_warn("%s asks to be left alone for %.1f s", host,
		    (double)usec / (double)USEC_PER_SEC);
}

void
trace_slowed(const struct trace *t, const char *host, size_t limit)
{
	if (t->verbose)
		msg_warn("%s is overloaded: at most %zu at once", host, limit);
}

void
trace_given_up(const struct trace *t, const char *host, long failures)
{
	if (t->verbose || t->notices)
		msg_warn("%s is given up after %ld failures in a row", host,
		    failures);
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
	buf_puts(&line, "coget: ");
	request_put_name(r->request, &line);
	buf_printf(&line, ": %s", t->color ? RED : "");
	print_problem(&line, r);
	buf_printf(&line, "%s\n", t->color ? PLAIN : "");
	write_line(&line);
}
