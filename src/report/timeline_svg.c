/*
 * Timelines as pictures. Few tasks have a row each. Of many, a row is a group
 * of tasks, and how many were at work at once is drawn above.
 */
#include "config.h"

#include "report/timeline_svg.h"

#include <string.h>

#include "base/buf.h"
#include "base/nls.h"
#include "report/markup.h"
#include "report/timeline.h"
#include "report/timeline_area.h"
#include "report/timeline_file.h"
#include "report/timeline_names.h"
#include "report/timeline_row.h"
#include "report/timeline_style.h"

#define HEAD_HEIGHT    46 /* the title, and the line below it */
#define LEGEND_COLUMNS 4
#define LEGEND_LINE    18
#define RUN_HEAD       30
#define NOTE_HEIGHT    16
#define AXIS_HEIGHT    18
#define RUN_GAP	       18
#define ROWS_SINGLE    400 /* more tasks than that are folded, */
#define ROWS_FOLDED    300 /* to so many rows */
#define CHARTS_FROM    17  /* tasks */
#define MARKS_MOST     8

static void
plan_block(struct block *b, struct timeline_run *run, bool alone)
{
	static const struct {
		size_t rows;
		int height, gap;
	} sizes[] = {
	    {30, 20, 4}, {80, 14, 3}, {150, 9, 2}, {ROWS_SINGLE, 5, 1}};
	size_t i = 0;

	memset(b, 0, sizeof *b);
	b->run = run;
	b->group = run->count <= ROWS_SINGLE
	    ? 1
	    : fold_size(run->count, ROWS_FOLDED);
	b->rows = (run->count + b->group - 1) / b->group;
	/* Alone, the title says it. */
	b->has_head = !alone;
	b->prefix = b->group > 1 ? 0 : timeline_common_prefix(run);
	b->has_charts = run->count >= CHARTS_FROM;
	while (b->rows > sizes[i].rows)
		i++;
	b->height = b->group > 1 ? 3 : sizes[i].height;
	b->gap = b->group > 1 ? 0 : sizes[i].gap;
}

static int
block_height(const struct block *b)
{
	return (b->has_head ? RUN_HEAD : RUN_GAP) +
	    (b->group > 1 ? NOTE_HEIGHT : 0) +
	    (b->has_charts ? AREA_HEIGHTS : 0) + AXIS_HEIGHT +
	    (int)b->rows * b->height + RUN_GAP;
}

/* The states that are to be seen anywhere. Returns how many. */
static int
seen_states(const struct timeline *t, enum task_state seen[STATE_COUNT])
{
	int i, kind, count = 0;

	for (i = 0; i < STATE_COUNT; i++)
		for (kind = 0; kind < TIMELINE_KINDS; kind++)
			if (t->runs[kind].exists &&
			    t->runs[kind].states[i] > 0) {
				seen[count++] = (enum task_state)i;
				break;
			}
	return count;
}

static int
legend_height(const struct timeline *t)
{
	enum task_state seen[STATE_COUNT];

	return (seen_states(t, seen) + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS *
	    LEGEND_LINE;
}

/* What the colours mean. */
static void
put_legend(struct picture *p, int y)
{
	enum task_state seen[STATE_COUNT];
	const int count = seen_states(p->t, seen);
	const double width = (double)(PICTURE_WIDTH - 20) / LEGEND_COLUMNS;
	double x, line;
	int i;

	for (i = 0; i < count; i++) {
		x = 10 + i % LEGEND_COLUMNS * width;
		line = y + i / LEGEND_COLUMNS * LEGEND_LINE;
		buf_printf(p->to,
		    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"12\" "
		    "height=\"12\" rx=\"2\"/><text class=\"key\" "
		    "data-state=\"%s\" x=\"%.1f\" y=\"%.1f\">",
		    task_state_name(seen[i]), x, line, task_state_name(seen[i]),
		    x + 18, line + 10);
		markup_put(p->to, timeline_state_label(seen[i]));
		buf_puts(p->to, "</text>\n");
	}
}

static void
put_axis(struct picture *p, int y, int bottom)
{
	const int64_t step = timeline_step(p->length, MARKS_MOST);
	struct buf *b = &p->scratch;
	int64_t when;
	double x;

	for (when = 0; when <= p->length; when += step) {
		x = picture_x(p, when);
		buf_printf(p->to,
		    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
		    "y2=\"%d\"/>",
		    x, x, y, bottom);
		b->len = 0;
		timeline_put_mark(b, when, p->length);
		picture_put_text(p, "mark", x, y - 4, buf_string(b));
	}
}

/* What the names of all rows begin with. */
static void
put_prefix(struct picture *p, const struct block *b, int y)
{
	struct buf *text = &p->scratch, name;
	struct timeline_row row;

	if (b->prefix == 0 || !timeline_row(b->run, 0, &row))
		return;
	buf_init(&name);
	buf_append(&name, row.name, b->prefix);
	text->len = 0;
	timeline_put_short(
	    text, buf_string(&name), LABEL_COLUMNS, "\xe2\x80\xa6");
	picture_put_text(p, "name", PLOT_LEFT - 20, y, buf_string(text));
	buf_clear(&name);
}

static void
put_charts(struct picture *p, const struct block *b, int y)
{
	fold_group(&p->fold, b->run, 0, b->run->count);
	timeline_area_put(p->to, &p->fold, y);
}

/* Returns where it ends. */
static int
put_block(struct picture *p, const struct block *b, int y)
{
	struct buf *text = &p->scratch;
	size_t i;

	if (b->has_head) {
		text->len = 0;
		buf_printf(text, "%s: ", timeline_kind_name(b->run->kind));
		timeline_put_totals(text, b->run);
		picture_put_text(p, "run", 10, y + 18, buf_string(text));
	}
	y += b->has_head ? RUN_HEAD : RUN_GAP;
	if (b->group > 1) {
		text->len = 0;
		buf_printf(text,
		    _("Each row is %zu tasks: what most of those at work did "
		      "then, or how most waited where none was at work."),
		    b->group);
		picture_put_text(p, "note", 10, y + 8, buf_string(text));
		y += NOTE_HEIGHT;
	}
	if (b->has_charts) {
		put_charts(p, b, y);
		y += AREA_HEIGHTS;
	}
	y += AXIS_HEIGHT;
	put_prefix(p, b, y - 4);
	put_axis(p, y, y + (int)b->rows * b->height);
	for (i = 0; i < b->rows; i++)
		timeline_row_put(p, b, i, y);
	return y + (int)b->rows * b->height + RUN_GAP;
}

static void
put_title(struct picture *p)
{
	struct timeline_run *runs = p->t->runs;
	const bool both = runs[TIMELINE_SEQUENTIAL].exists &&
	    runs[TIMELINE_CONCURRENT].exists;
	struct buf title, note;

	buf_init(&title);
	buf_init(&note);
	buf_puts(&title, "coget: ");
	if (both)
		timeline_put_gain(&title, p->t);
	else {
		timeline_put_totals(&title,
		    &runs[runs[TIMELINE_CONCURRENT].exists
			    ? TIMELINE_CONCURRENT
			    : TIMELINE_SEQUENTIAL]);
		timeline_put_gain(&note, p->t);
	}
	picture_put_text(p, "title", 10, 22, buf_string(&title));
	picture_put_text(p, "note", 10, 40, buf_string(&note));
	buf_clear(&title);
	buf_clear(&note);
}

void
timeline_svg_draw(struct timeline *t, struct timeline_file *f)
{
	struct picture p = {.t = t, .f = f, .to = &f->buf, .length = 1};
	struct block blocks[TIMELINE_KINDS];
	int i, count = 0, height, y = HEAD_HEIGHT + 8 + legend_height(t);

	buf_init(&p.scratch);
	height = y;
	for (i = 0; i < TIMELINE_KINDS; i++) {
		if (!t->runs[i].exists)
			continue;
		plan_block(&blocks[count], &t->runs[i],
		    !t->runs[TIMELINE_KINDS - 1 - i].exists);
		height += block_height(&blocks[count++]);
		if (t->runs[i].length > p.length)
			p.length = t->runs[i].length;
	}
	buf_printf(p.to,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
	    "<style>%s</style>\n"
	    "<rect class=\"back\" width=\"%d\" height=\"%d\"/>\n",
	    PICTURE_WIDTH, height, PICTURE_WIDTH, height, timeline_style,
	    PICTURE_WIDTH, height);
	fold_init(&p.fold, PLOT_COLUMNS, p.length);
	put_title(&p);
	put_legend(&p, HEAD_HEIGHT + 4);
	for (i = 0; i < count; i++)
		y = put_block(&p, &blocks[i], y);
	buf_puts(p.to, "</svg>\n");
	fold_clear(&p.fold);
	buf_clear(&p.scratch);
}

void
timeline_svg_write(struct timeline *t, struct timeline_file *f)
{
	buf_puts(&f->buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	timeline_svg_draw(t, f);
}
