/*
 * The bar: a line of figures on the terminal, the last one, which others
 * must not meet: it is taken away before they write.
 *
 * The cursor stands at the line's beginning, so that what a user types (^C)
 * or another program writes makes no line more. Nothing is hidden or set on
 * the terminal, but while it is drawn: there is nothing to restore.
 */
#ifndef REPORT_BAR_H
#define REPORT_BAR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "report/figures.h"

struct bar {
	int fd; /* of the terminal; -1: there is none */
	bool own_fd;
	bool color;
	volatile sig_atomic_t shown;
	volatile sig_atomic_t is_cut; /* the terminal took part of it alone */
	int columns;		      /* of the terminal, when it was drawn */
	int64_t when;
	struct buf text; /* of what is shown */
	struct buf rest; /* that the terminal did not take yet */
};

/* Can a bar be drawn on stderr? A terminal, and none that is "dumb". */
bool bar_possible(void);

void bar_open(struct bar *b, bool color);
void bar_close(struct bar *b); /* takes it away, too */

/*
 * Draws it, as wide as the terminal is now; now is any clock's, in
 * microseconds. Not while we are in the background. Never blocks.
 */
void bar_draw(struct bar *b, const struct figures *f, int64_t now);

/* Takes it away. False: the terminal does not take even that now. */
bool bar_erase(struct bar *b);

/* The same, waiting for the terminal. */
void bar_erase_now(struct bar *b);

/* The same in a signal handler, once and for all. */
void bar_erase_last(struct bar *b);

/*
 * What is drawn where there are so many columns: the figures, of which those
 * that matter least are left out first.
 */
void bar_compose(
    struct buf *to, const struct figures *f, size_t columns, bool color);

#endif
