/*
 * Charts of what went on at once.
 */
#include "config.h"

#include "report/timeline_area.h"

#include "base/buf.h"
#include "base/nls.h"
#include "report/markup.h"
#include "report/timeline_fold.h"
#include "report/timeline_style.h"

#define WORK_HEIGHT 76
#define WAIT_HEIGHT 46
#define CHART_GAP   15

struct chart {
	const struct fold *f;
	bool work; /* or waiting */
	int bottom, height;
	double most;
};

/* How many tasks were in the states up to this one, at a column. */
static double
level(const struct chart *c, size_t column, int last)
{
	const double width = (double)c->f->length / (double)c->f->columns;
	int64_t sum = 0;
	int i;

	for (i = 0; i <= last; i++)
		if (fold_is_work((enum task_state)i) == c->work)
			sum += c->f->cells[column][i];
	return (double)sum / width;
}

static double
y_of(const struct chart *c, double value)
{
	return c->bottom - value * c->height / c->most;
}

/* The edge of what is up to a state; last -1 is the bottom. */
static void
put_edge(struct buf *to, const struct chart *c, int last, bool back)
{
	const double width = (double)PLOT_WIDTH / (double)c->f->columns;
	double y, left, right;
	size_t i, column;

	for (i = 0; i < c->f->columns; i++) {
		column = back ? c->f->columns - 1 - i : i;
		y = y_of(c, level(c, column, last));
		left = PLOT_LEFT + (double)column * width;
		right = left + width;
		buf_printf(to, "%.0f,%.1f %.0f,%.1f ", back ? right : left, y,
		    back ? left : right, y);
	}
}

static void
put_chart(struct buf *to, struct chart *c, const char *label)
{
	double now;
	size_t i;
	int state;

	for (i = 0, c->most = 0; i < c->f->columns; i++) {
		now = level(c, i, STATE_COUNT - 1);
		c->most = now > c->most ? now : c->most;
	}
	buf_printf(to, "<text class=\"name\" x=\"%d\" y=\"%d\">", PLOT_LEFT - 8,
	    c->bottom - c->height + 10);
	markup_put(to, label);
	buf_printf(to,
	    "</text><text class=\"figure\" x=\"%d\" y=\"%d\">%.0f</text>"
	    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
	    PLOT_LEFT + PLOT_WIDTH + 10, c->bottom - c->height + 10, c->most,
	    PLOT_LEFT, PLOT_LEFT + PLOT_WIDTH, c->bottom, c->bottom);
	if (c->most <= 0)
		return;
	for (state = 0; state < STATE_COUNT; state++) {
		if (fold_is_work((enum task_state)state) != c->work ||
		    c->f->states[state] == 0)
			continue;
		buf_printf(to, "<polygon class=\"%s\" points=\"",
		    task_state_name((enum task_state)state));
		put_edge(to, c, state, false);
		put_edge(to, c, state - 1, true);
		buf_puts(to, "\"/>\n");
	}
}

void
timeline_area_put(struct buf *to, const struct fold *f, int y)
{
	struct chart work = {f, true, y + WORK_HEIGHT, WORK_HEIGHT, 0};
	struct chart wait = {
	    f, false, work.bottom + CHART_GAP + WAIT_HEIGHT, WAIT_HEIGHT, 0};

	put_chart(to, &work, _("tasks at work at once"));
	put_chart(to, &wait, _("tasks that wait, or are held"));
}
