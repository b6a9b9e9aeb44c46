/*
 * A comparison as a picture (SVG 1.1), for --plot.
 */
#include "config.h"

#include "report/comparison.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/xmalloc.h"

#define WIDTH  640
#define HEIGHT 400
#define LEFT   64
#define RIGHT  24
#define TOP    48
#define BOTTOM 56

/* Lines across: at most so many. */
#define GRID_MOST 6

struct plot {
	struct buf *to;
	const struct comparison *comparison;
	struct ratio *ratios;
	double highest; /* of the speed-up's axis */
	double least_jobs, most_jobs;
};

static double
jobs_of(const struct way *w)
{
	return w->sequential ? 1 : (double)w->jobs;
}

/* Slots are doubled by equal steps. */
static double
x_of(const struct plot *p, double jobs)
{
	double span = log2(p->most_jobs / p->least_jobs);
	double part = span > 0 ? log2(jobs / p->least_jobs) / span : 0.5;

	return LEFT + part * (WIDTH - LEFT - RIGHT);
}

static double
y_of(const struct plot *p, double ratio)
{
	return HEIGHT - BOTTOM - ratio / p->highest * (HEIGHT - TOP - BOTTOM);
}

static void
put_head(struct plot *p)
{
	buf_printf(p->to,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "width=\"%d\" height=\"%d\" role=\"img\" "
	    "aria-labelledby=\"title\">\n"
	    "<title id=\"title\">%s</title>\n",
	    WIDTH, HEIGHT, WIDTH, HEIGHT, _("Speed-up by number of slots"));
	buf_puts(p->to,
	    "<style>\n"
	    "svg { font: 13px sans-serif; background: #fff; }\n"
	    "text { fill: #222; }\n"
	    ".small { fill: #666; font-size: 11px; }\n"
	    ".grid { stroke: #ddd; }\n"
	    ".ideal { stroke: #999; stroke-dasharray: 4 4; fill: none; }\n"
	    ".line { stroke: #06c; stroke-width: 2; fill: none; }\n"
	    ".spread { stroke: #06c; }\n"
	    ".point { fill: #06c; }\n"
	    "@media (prefers-color-scheme: dark) {\n"
	    "svg { background: #161616; }\n"
	    "text { fill: #eee; }\n"
	    ".small { fill: #aaa; }\n"
	    ".grid { stroke: #3a3a3a; }\n"
	    ".ideal { stroke: #888; }\n"
	    ".line, .spread { stroke: #6bf; }\n"
	    ".point { fill: #6bf; }\n"
	    "}\n"
	    "</style>\n");
	buf_printf(p->to, "<text x=\"%d\" y=\"24\">%s</text>\n", LEFT,
	    _("Speed-up by number of slots"));
}

/* 1, 2 or 5 times a power of ten: not more than GRID_MOST lines of them. */
static double
grid_step(double highest)
{
	double step = pow(10, floor(log10(highest / GRID_MOST)));

	if (highest / step > GRID_MOST)
		step *= highest / (step * 2) <= GRID_MOST ? 2
		    : highest / (step * 5) <= GRID_MOST	  ? 5
							  : 10;
	return step;
}

static void
put_grid(struct plot *p)
{
	double step = grid_step(p->highest), value;

	for (value = 0; value <= p->highest * 1.0001; value += step)
		buf_printf(p->to,
		    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
		    "y2=\"%.1f\"/>\n<text class=\"small\" x=\"%d\" y=\"%.1f\" "
		    "text-anchor=\"end\">%gx</text>\n",
		    LEFT, WIDTH - RIGHT, y_of(p, value), y_of(p, value),
		    LEFT - 8, y_of(p, value) + 4, value);
	buf_printf(p->to,
	    "<text class=\"small\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">"
	    "%s</text>\n",
	    (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, _("slots (-j)"));
}

/* As fast as there are slots: what is never exceeded. */
static void
put_ideal(struct plot *p)
{
	double jobs = p->least_jobs;
	int i;

	buf_puts(p->to, "<polyline class=\"ideal\" points=\"");
	for (i = 0; i <= 64; i++) {
		if (jobs > p->highest)
			break;
		buf_printf(p->to, "%.1f,%.1f ", x_of(p, jobs), y_of(p, jobs));
		jobs *= pow(p->most_jobs / p->least_jobs, 1.0 / 64);
	}
	buf_puts(p->to, "\"/>\n");
}

/* Numbers of the ways, in order of their slots; few of them. The caller's. */
static size_t *
order_of(const struct comparison *c)
{
	size_t *order = xreallocarray(NULL, c->way_count, sizeof *order);
	size_t i, at;

	for (i = 0; i < c->way_count; i++) {
		for (at = i; at > 0 &&
		     jobs_of(&c->ways[order[at - 1]]) > jobs_of(&c->ways[i]);
		     at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return order;
}

static void
put_point(struct plot *p, size_t i)
{
	const struct way *w = &p->comparison->ways[i];
	const struct ratio *r = &p->ratios[i];
	double x = x_of(p, jobs_of(w));

	if (w->count > 1)
		buf_printf(p->to,
		    "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" "
		    "y1=\"%.1f\" y2=\"%.1f\"/>\n",
		    x, x, y_of(p, r->interval.low), y_of(p, r->interval.high));
	buf_printf(p->to,
	    "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\">"
	    "<title>%s %.0f: %.3f s, %.2fx</title></circle>\n",
	    x, y_of(p, r->median), "-j", jobs_of(w),
	    statistics_median(w->times, w->count), r->median);
	buf_printf(p->to,
	    "<text class=\"small\" x=\"%.1f\" y=\"%d\" "
	    "text-anchor=\"middle\">%.0f</text>\n",
	    x, HEIGHT - BOTTOM + 18, jobs_of(w));
}

static void
put_line(struct plot *p)
{
	const struct comparison *c = p->comparison;
	size_t *order = order_of(c);
	size_t i;

	buf_puts(p->to, "<polyline class=\"line\" points=\"");
	for (i = 0; i < c->way_count; i++)
		buf_printf(p->to, "%.1f,%.1f ",
		    x_of(p, jobs_of(&c->ways[order[i]])),
		    y_of(p, p->ratios[order[i]].median));
	buf_puts(p->to, "\"/>\n");
	for (i = 0; i < c->way_count; i++)
		put_point(p, order[i]);
	free(order);
}

void
comparison_put_svg(struct buf *to, const struct comparison *c)
{
	struct plot p = {.to = to, .comparison = c, .highest = 1};
	size_t i;

	p.ratios = xcalloc(c->way_count, sizeof *p.ratios);
	p.least_jobs = p.most_jobs = jobs_of(&c->ways[0]);
	for (i = 0; i < c->way_count; i++) {
		comparison_ratio(c, &c->ways[i], &p.ratios[i]);
		p.highest = fmax(p.highest, p.ratios[i].interval.high);
		p.least_jobs = fmin(p.least_jobs, jobs_of(&c->ways[i]));
		p.most_jobs = fmax(p.most_jobs, jobs_of(&c->ways[i]));
	}
	p.highest *= 1.05;
	put_head(&p);
	put_grid(&p);
	put_ideal(&p);
	put_line(&p);
	buf_puts(to, "</svg>\n");
	free(p.ratios);
}
