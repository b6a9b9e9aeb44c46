/*
 * Names and figures of timelines.
 */
#include "config.h"

#include "report/timeline_names.h"

#include <string.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"

/* A shorter beginning is no burden. */
#define PREFIX_MIN 8

const char *
timeline_state_label(enum task_state state)
{
	static const char *const labels[STATE_COUNT] = {
	    [STATE_SLOT] = N_("waits for a slot"),
	    [STATE_HOST] = N_("waits for its host"),
	    [STATE_RATE] = N_("waits for the rate"),
	    [STATE_OUTPUT] = N_("waits for the reader"),
	    [STATE_BACKOFF] = N_("backs off"),
	    [STATE_DNS] = N_("looks up the name"),
	    [STATE_CONNECT] = N_("connects"),
	    [STATE_TLS] = N_("TLS handshake"),
	    [STATE_SEND] = N_("sends"),
	    [STATE_WAIT] = N_("awaits the answer"),
	    [STATE_RECEIVE] = N_("receives"),
	    [STATE_HELD] = N_("held for the order"),
	};

	return _(labels[state]);
}

const char *
timeline_kind_name(enum timeline_kind kind)
{
	static const char *const names[TIMELINE_KINDS] = {
	    [TIMELINE_SEQUENTIAL] = "sequential",
	    [TIMELINE_CONCURRENT] = "concurrent",
	};

	return names[kind];
}

void
timeline_put_time(struct buf *to, int64_t usec)
{
	if (usec < 10 * USEC_PER_MSEC)
		buf_printf(to, "%.2f ms", (double)usec / 1000);
	else if (usec < 100 * USEC_PER_MSEC)
		buf_printf(to, "%.1f ms", (double)usec / 1000);
	else if (usec < USEC_PER_SEC)
		buf_printf(to, "%.0f ms", (double)usec / 1000);
	else
		buf_printf(to, "%.3f s", (double)usec / USEC_PER_SEC);
}

void
timeline_put_mark(struct buf *to, int64_t usec, int64_t length)
{
	if (usec == 0)
		buf_putc(to, '0');
	else if (length < USEC_PER_SEC)
		buf_printf(to, "%.6g ms", (double)usec / 1000);
	else
		buf_printf(to, "%.6g s", (double)usec / USEC_PER_SEC);
}

/* The columns that a character of n bytes takes; most of those that have
 * three or more are wide. */
static size_t
columns_of(size_t n)
{
	return n >= 3 ? 2 : 1;
}

/* The length of the character; what is none is one of one byte. */
static size_t
character(const char *text)
{
	const size_t n = utf8_sequence(text, strlen(text));

	return n == 0 ? 1 : n;
}

static size_t
count_columns(const char *text)
{
	size_t columns = 0, n;

	for (; *text != '\0'; text += n) {
		n = character(text);
		columns += columns_of(n);
	}
	return columns;
}

/* Appends characters in at most so many columns, and moves text behind them.
 * Returns the columns. */
static size_t
put_columns(struct buf *to, const char **text, size_t most)
{
	size_t used = 0, n;

	for (; **text != '\0'; *text += n) {
		n = character(*text);
		if (used + columns_of(n) > most)
			break;
		used += columns_of(n);
		if (to != NULL)
			buf_append(to, *text, n);
	}
	return used;
}

size_t
timeline_put_short(
    struct buf *to, const char *text, size_t width, const char *ellipsis)
{
	size_t all = count_columns(text), cut = count_columns(ellipsis), head,
	       tail, used;

	/* The one character of an ellipsis is not wide. */
	if (*ellipsis != '.')
		cut = 1;
	if (all <= width || width < cut + 2) {
		return put_columns(to, &text, width);
	}
	head = (width - cut) / 3;
	tail = width - cut - head;
	used = put_columns(to, &text, head);
	buf_puts(to, ellipsis);
	all = count_columns(text);
	put_columns(NULL, &text, all - tail);
	return used + cut + put_columns(to, &text, tail);
}

void
timeline_put_outcomes(struct buf *to, const size_t outcomes[OUTCOME_COUNT])
{
	const char *between = "";
	int i;

	for (i = 0; i < OUTCOME_COUNT; i++) {
		if (outcomes[i] == 0)
			continue;
		buf_printf(to, "%s%zu %s", between, outcomes[i],
		    outcome_name((enum outcome)i));
		between = ", ";
	}
}

void
timeline_put_totals(struct buf *to, const struct timeline_run *run)
{
	struct buf outcomes, length;

	if (run->count == 0) {
		buf_puts(to, _("no tasks"));
		return;
	}
	buf_init(&outcomes);
	buf_init(&length);
	timeline_put_outcomes(&outcomes, run->outcomes);
	timeline_put_time(&length, run->length);
	buf_printf(to,
	    N_PLURAL("%zu task (%s) in %s, %zu at once",
		"%zu tasks (%s) in %s, %zu at once", run->count),
	    run->count, buf_string(&outcomes), buf_string(&length),
	    run->most_at_once);
	buf_clear(&outcomes);
	buf_clear(&length);
}

void
timeline_put_gain(struct buf *to, const struct timeline *t)
{
	const struct timeline_run *one = &t->runs[TIMELINE_SEQUENTIAL];
	const struct timeline_run *many = &t->runs[TIMELINE_CONCURRENT];
	const int64_t before = one->exists ? one->length : many->time_tasks;
	struct buf first, second;

	if (!many->exists || many->length <= 0)
		return;
	buf_init(&first);
	buf_init(&second);
	timeline_put_time(&first, before);
	timeline_put_time(&second, many->length);
	if (one->exists && (one->cut || many->cut))
		buf_printf(to, _("sequential %s, concurrent %s; interrupted"),
		    buf_string(&first), buf_string(&second));
	else
		buf_printf(to,
		    one->exists ? _("sequential %s, concurrent %s: %.2fx")
				: _("one after the other about %s, concurrent "
				    "%s: %.2fx"),
		    buf_string(&first), buf_string(&second),
		    (double)before / (double)many->length);
	buf_clear(&first);
	buf_clear(&second);
}

size_t
timeline_common_prefix(struct timeline_run *run)
{
	struct timeline_row row;
	struct buf first;
	size_t i, n, len = 0;

	buf_init(&first);
	for (i = 0; i < run->count; i++) {
		if (!timeline_row(run, i, &row))
			continue;
		if (first.len == 0) {
			buf_puts(&first, row.name);
			len = first.len;
		}
		for (n = 0; n < len && row.name[n] == first.data[n];)
			n++;
		len = n;
		if (len < PREFIX_MIN)
			break;
	}
	/* What is cut off ends where a part of the path does. */
	while (len > 0 && first.data[len - 1] != '/')
		len--;
	buf_clear(&first);
	return len > PREFIX_MIN && i > 1 ? len - 1 : 0;
}

int64_t
timeline_step(int64_t length, int most)
{
	int64_t step = 1;

	for (;;) {
		if (length / step < most)
			return step;
		if (length / (step * 2) < most)
			return step * 2;
		if (length / (step * 5) < most)
			return step * 5;
		step *= 10;
	}
}
