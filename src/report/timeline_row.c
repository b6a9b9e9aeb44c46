/*
 * Rows of pictures.
 */
#include "config.h"

#include "report/timeline_row.h"

#include "base/nls.h"
#include "report/markup.h"
#include "report/timeline.h"
#include "report/timeline_file.h"
#include "report/timeline_names.h"
#include "report/timeline_style.h"

/* The least height for text. */
#define LABEL_ROOM 14

double
picture_x(const struct picture *p, int64_t usec)
{
	return PLOT_LEFT + (double)usec * PLOT_WIDTH / (double)p->length;
}

void
picture_put_text(
    struct picture *p, const char *class, double x, double y, const char *text)
{
	buf_printf(
	    p->to, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
	markup_put(p->to, text);
	buf_puts(p->to, "</text>\n");
}

static void
put_line(struct buf *to, enum task_state state, int64_t usec)
{
	buf_printf(to, "\n%s: ", timeline_state_label(state));
	timeline_put_time(to, usec);
}

/* What a group of tasks is about, for the mouse. */
static void
put_group_title(struct picture *p)
{
	const struct fold *f = &p->fold;
	struct buf *text = &p->scratch;
	int i;

	text->len = 0;
	buf_printf(text, _("tasks %zu to %zu"), f->first, f->last);
	buf_putc(text, '\n');
	timeline_put_outcomes(text, f->outcomes);
	buf_putc(text, '\n');
	timeline_put_time(text, f->began);
	buf_puts(text, " - ");
	timeline_put_time(text, f->ended);
	buf_putc(text, '\n');
	buf_puts(text, _("means of a task:"));
	for (i = 0; i < STATE_COUNT; i++)
		if (f->states[i] > 0)
			put_line(text, (enum task_state)i,
			    f->states[i] / (int64_t)f->tasks);
	buf_printf(text, "\n%s: ", _("longest"));
	timeline_put_time(text, f->longest);
}

static void
put_task_title(struct picture *p, const struct timeline_row *row)
{
	const struct fold *f = &p->fold;
	struct buf *text = &p->scratch;
	int i;

	text->len = 0;
	buf_printf(text, "#%zu %s\n%s", row->index, row->name,
	    outcome_name(row->outcome));
	if (row->response_code > 0)
		buf_printf(text, " %ld", row->response_code);
	buf_printf(text,
	    N_PLURAL(", %d attempt", ", %d attempts", row->attempts),
	    row->attempts);
	if (row->attempts > 0)
		buf_printf(text, _(", lane %zu"), row->lane);
	buf_printf(text, _(", %lld bytes"), row->size);
	for (i = 0; i < STATE_COUNT; i++)
		if (f->states[i] > 0)
			put_line(text, (enum task_state)i, f->states[i]);
	buf_printf(text, "\n%s: ", _("all"));
	timeline_put_time(text, row->ended + row->held - row->began);
}

static void
put_bar(struct picture *p, const struct block *b, const char *class, double x,
    double width, double y)
{
	buf_printf(p->to,
	    "<rect class=\"%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" "
	    "height=\"%d\"/>",
	    class, x, y + b->gap / 2.0, width, b->height - b->gap);
}

/* The spans of one task, to the microsecond. */
static void
put_spans(struct picture *p, const struct block *b,
    const struct timeline_row *row, double y)
{
	const struct task_span *span;
	double x, width;
	size_t i;

	for (i = 0; i < row->span_count; i++) {
		span = &row->spans[i];
		x = picture_x(p, span->begin);
		width = picture_x(p, span->begin + span->length) - x;
		/* Work is to be seen, be it short. */
		if (fold_is_work(span->state) && width < 0.7)
			width = 0.7;
		if (width >= 0.05)
			put_bar(
			    p, b, task_state_name(span->state), x, width, y);
	}
}

/* What a group did most, column by column. */
static void
put_columns(struct picture *p, const struct block *b, double y)
{
	const double width = (double)PLOT_WIDTH / (double)p->fold.columns;
	enum task_state state;
	size_t i, from = 0;

	for (i = 1; i <= p->fold.columns; i++) {
		state = fold_state(&p->fold, from);
		if (i < p->fold.columns && fold_state(&p->fold, i) == state)
			continue;
		if (state != STATE_COUNT)
			put_bar(p, b, task_state_name(state),
			    PLOT_LEFT + (double)from * width,
			    (double)(i - from) * width, y);
		from = i;
	}
}

/* Left and right of a row: what it is, and what came of it. */
static void
put_labels(struct picture *p, const struct block *b,
    const struct timeline_row *row, size_t number, double y)
{
	const size_t every = b->height >= LABEL_ROOM
	    ? 1
	    : (size_t)(LABEL_ROOM / b->height) * 2;
	const double line = y + b->height / 2.0 + 4;
	const bool fine = p->fold.outcomes[OUTCOME_OK] +
		p->fold.outcomes[OUTCOME_SKIPPED] ==
	    p->fold.tasks;
	struct buf *text = &p->scratch;

	text->len = 0;
	if (number % every == 0) {
		if (b->group > 1)
			buf_printf(text, "%zu", row->index);
		else
			timeline_put_short(text, row->name + b->prefix,
			    LABEL_COLUMNS, "\xe2\x80\xa6");
		picture_put_text(
		    p, "name", PLOT_LEFT - 8, line, buf_string(text));
	}
	if (!fine)
		buf_printf(p->to,
		    "<rect class=\"bad\" x=\"%d\" y=\"%.1f\" width=\"4\" "
		    "height=\"%d\"/>",
		    PLOT_LEFT + PLOT_WIDTH + 2, y + b->gap / 2.0,
		    b->height - b->gap);
	if (every > 1)
		return;
	text->len = 0;
	timeline_put_time(text, p->fold.longest);
	buf_putc(text, ' ');
	if (row->response_code > 0 &&
	    (fine || row->outcome == OUTCOME_HTTP_ERROR))
		buf_printf(text, "%ld", row->response_code);
	else
		buf_puts(text, outcome_name(row->outcome));
	picture_put_text(p, fine ? "figure" : "figure failed",
	    PLOT_LEFT + PLOT_WIDTH + 10, line, buf_string(text));
}

void
timeline_row_put(
    struct picture *p, const struct block *b, size_t number, int top)
{
	const double y = top + (double)number * b->height;
	struct timeline_row row;

	fold_group(&p->fold, b->run, number * b->group, b->group);
	if (!timeline_row(b->run, number * b->group, &row) ||
	    p->fold.tasks == 0)
		return;
	if (b->group > 1)
		put_group_title(p);
	else
		put_task_title(p, &row);
	buf_puts(p->to, "<g class=\"t\"><title>");
	markup_put(p->to, buf_string(&p->scratch));
	buf_printf(p->to,
	    "</title><rect class=\"h\" x=\"0\" y=\"%.1f\" width=\"%d\" "
	    "height=\"%d\"/>",
	    y, PICTURE_WIDTH, b->height);
	if (b->group > 1)
		put_columns(p, b, y);
	else
		put_spans(p, b, &row, y);
	put_labels(p, b, &row, number, y);
	buf_puts(p->to, "</g>\n");
	timeline_file_flush(p->f);
}
