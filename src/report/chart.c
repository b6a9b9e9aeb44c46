/*
 * A comparison as a chart of plain characters.
 */
#include "config.h"

#include "report/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"

#define BOLD	  "\033[1m"
#define PLAIN	  "\033[0m"

#define WIDTH	  80
#define WIDTH_MIN 40
#define WIDTH_MAX 120

/* What stands before the bars. */
#define LABEL_COLUMN 36

/* Columns of the terminal, or what COLUMNS says, or the usual. */
static int
width_of(FILE *to)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = WIDTH;

	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	else if (columns == NULL ||
	    number_parse(columns, 1, 10000, &width) == -1)
		width = WIDTH;
	if (width < WIDTH_MIN)
		return WIDTH_MIN;
	return width > WIDTH_MAX ? WIDTH_MAX : (int)width;
}

/* In eighths of a column where the locale has them, else in whole ones. */
static void
print_bar(FILE *to, double columns)
{
	static const char *const parts[] = {"", "\u258f", "\u258e", "\u258d",
	    "\u258c", "\u258b", "\u258a", "\u2589", "\u2588"};
	int eighths = columns > 0 ? (int)lround(columns * 8) : 0, i;

	if (!charset_draws_utf8()) {
		for (i = 0; i < (eighths + 4) / 8; i++)
			fputc('#', to);
		return;
	}
	for (; eighths >= 8; eighths -= 8)
		fputs(parts[8], to);
	fputs(parts[eighths], to);
}

/* "2.001 s   1.50x  1.49 .. 1.51", and its bar. */
static void
print_row(FILE *to, const struct way *w, const struct ratio *r, double columns,
    bool is_best, bool color)
{
	char name[32], spread[48] = "";

	if (w->sequential)
		snprintf(name, sizeof name, "sequential");
	else
		snprintf(name, sizeof name, "-j %ld", w->jobs);
	if (w->count > 1)
		snprintf(spread, sizeof spread, "%.2f-%.2f", r->interval.low,
		    r->interval.high);
	fprintf(to, "%-10s %9.3f s %s%7.2fx%s  ", name,
	    statistics_median(w->times, w->count), is_best && color ? BOLD : "",
	    r->median, is_best && color ? PLAIN : "");
	if (w->count > 1)
		fprintf(to, "%-13s ", spread);
	print_bar(to, columns);
	fputc('\n', to);
}

void
comparison_print_chart(FILE *to, const struct comparison *c, bool color)
{
	bool spreads = c->ways[0].count > 1;
	int room = width_of(to) - LABEL_COLUMN + (spreads ? 0 : 2) -
	    (spreads ? 12 : 0);
	struct ratio *all = xcalloc(c->way_count, sizeof *all);
	size_t i, best = 0;

	for (i = 0; i < c->way_count; i++) {
		comparison_ratio(c, &c->ways[i], &all[i]);
		if (all[i].median > all[best].median)
			best = i;
	}
	fprintf(to, "%-10s %11s %8s%s\n", _("slots"), _("time"), _("speed-up"),
	    spreads ? _("  95 %") : "");
	if (room < 0)
		room = 0; /* the figures are there, however narrow it is */
	for (i = 0; i < c->way_count; i++)
		print_row(to, &c->ways[i], &all[i],
		    all[i].median / all[best].median * room, i == best, color);
	free(all);
}
