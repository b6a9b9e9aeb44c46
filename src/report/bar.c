/*
 * Drawing the bar.
 *
 * The terminal is written on a description of our own, which does not block,
 * where the system gives us one; else only when it takes something. What it
 * did not take of one write comes first in the next.
 */
#include "config.h"

#include "report/bar.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_IOCTL_H
#include <sys/ioctl.h>
#endif

#include "base/units.h"

#define COLUMNS_DEFAULT 80

/* Of the drawn bar, its ends included. */
#define GRAPH_MIN 12
#define GRAPH_MAX 32

#define GAP	  "  "
#define GAP_LEN	  2

/*
 * A terminal may be narrower already than it tells us: what has no room is to
 * be cut off there (DECAWM), not to go on in a line that we do not know of.
 */
#define WRAP_OFF "\033[?7l"
#define WRAP_ON	 "\033[?7h"

/* To the line's beginning, and from there nothing; part of a bar may be out. */
#define ERASE WRAP_ON "\r\033[J"

/* What is unchanged is drawn again, for what may have been written there. */
#define REDRAW_AFTER USEC_PER_SEC

#define RED	     "\033[31m"
#define PLAIN	     "\033[0m"

/* From left to right; the lowest rank is left out first. */
static const struct {
	enum figure figure;
	int rank;
} layout[] = {
    {FIGURE_DONE, 8},
    {FIGURE_PERCENT, 4},
    {FIGURE_RUNNING, 5},
    {FIGURE_WAITING, 2},
    {FIGURE_FAILED, 7},
    {FIGURE_REQUESTS, 3},
    {FIGURE_BYTES, 1},
    {FIGURE_ETA, 6},
};

#define PARTS (sizeof layout / sizeof *layout)

struct part {
	struct buf text, brief;
	int left; /* forms: 2 the long one, 1 the brief one, 0 none */
};

bool
bar_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term != NULL && *term != '\0' &&
	    strcmp(term, "dumb") != 0;
}

void
bar_open(struct bar *b, bool color)
{
	memset(b, 0, sizeof *b);
	b->color = color;
	b->fd = open(
	    "/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	b->own_fd = b->fd != -1;
	if (b->fd == -1)
		b->fd = fcntl(
		    STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void
bar_close(struct bar *b)
{
	bar_erase_now(b);
	if (b->fd != -1)
		close(b->fd);
	b->fd = -1;
	buf_clear(&b->text);
	buf_clear(&b->rest);
}

static const struct buf *
text_of(const struct part *p)
{
	static const struct buf none;

	return p->left == 2 ? &p->text : p->left == 1 ? &p->brief : &none;
}

static size_t
width_of(const struct part *parts)
{
	const struct buf *text;
	size_t i, sum = 0;

	for (i = 0; i < PARTS; i++) {
		text = text_of(&parts[i]);
		if (text->len > 0)
			sum += (sum > 0 ? GAP_LEN : 0) +
			    figures_columns(text->data, text->len);
	}
	return sum;
}

/* Says less: of what matters least, the brief form or nothing. */
static bool
shorten(struct part *parts)
{
	struct part *least = NULL;
	size_t i;
	int rank = 0;

	for (i = 0; i < PARTS; i++)
		if (text_of(&parts[i])->len > 0 &&
		    (least == NULL || layout[i].rank < rank)) {
			least = &parts[i];
			rank = layout[i].rank;
		}
	if (least == NULL)
		return false;
	least->left--;
	return true;
}

static void
put_graph(struct buf *to, const struct figures *f, size_t width)
{
	size_t i, inner = width - 2, full;

	full = f->total > 0 ? inner * f->done / f->total : 0;
	buf_putc(to, '[');
	for (i = 0; i < inner; i++)
		buf_putc(to, i < full ? '#' : ' ');
	buf_puts(to, "]" GAP);
}

static void
put_parts(struct buf *to, const struct part *parts, bool color)
{
	const struct buf *text;
	const char *gap = "";
	bool red;
	size_t i;

	for (i = 0; i < PARTS; i++) {
		text = text_of(&parts[i]);
		if (text->len == 0)
			continue;
		red = color && layout[i].figure == FIGURE_FAILED;
		buf_puts(to, gap);
		buf_puts(to, red ? RED : "");
		buf_append(to, text->data, text->len);
		buf_puts(to, red ? PLAIN : "");
		gap = GAP;
	}
}

void
bar_compose(struct buf *to, const struct figures *f, size_t columns, bool color)
{
	struct part parts[PARTS];
	size_t i, room, most = columns > 0 ? columns - 1 : 0;

	memset(parts, 0, sizeof parts);
	for (i = 0; i < PARTS; i++) {
		figures_put(&parts[i].text, f, layout[i].figure, false);
		figures_put(&parts[i].brief, f, layout[i].figure, true);
		parts[i].left = 2;
	}
	while (width_of(parts) > most && shorten(parts))
		;
	room = most - width_of(parts);
	if (f->total_known && room >= GRAPH_MIN + GAP_LEN)
		put_graph(to, f,
		    room - GAP_LEN < GRAPH_MAX ? room - GAP_LEN : GRAPH_MAX);
	put_parts(to, parts, color);
	for (i = 0; i < PARTS; i++) {
		buf_clear(&parts[i].text);
		buf_clear(&parts[i].brief);
	}
}

static int
terminal_columns(int fd)
{
#ifdef TIOCGWINSZ
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
#endif
	return COLUMNS_DEFAULT;
}

/* Where it is our terminal, another program may be at work there. */
static bool
in_background(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group != -1 && group != getpgrp();
}

/* Writes what is in rest; false where some of it is left. */
static bool
flush(struct bar *b)
{
	struct pollfd p = {.fd = b->fd, .events = POLLOUT};
	ssize_t n;

	while (b->rest.len > 0) {
		if (!b->own_fd && poll(&p, 1, 0) != 1)
			return false;
		n = write(b->fd, b->rest.data, b->rest.len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n == -1) { /* it is gone, or not ours: no more of this */
			b->rest.len = 0;
			b->shown = b->is_cut = 0;
			close(b->fd);
			b->fd = -1;
			return true;
		}
		b->rest.len -= (size_t)n;
		b->is_cut = b->rest.len > 0;
		memmove(b->rest.data, b->rest.data + n, b->rest.len);
	}
	return true;
}

void
bar_draw(struct bar *b, const struct figures *f, int64_t now)
{
	struct buf text;
	int columns;

	if (b->fd == -1 || in_background(b->fd) || !flush(b) || b->fd == -1)
		return;
	columns = terminal_columns(b->fd);
	buf_init(&text);
	bar_compose(&text, f, (size_t)columns, b->color);
	if (b->shown && columns == b->columns && text.len == b->text.len &&
	    now - b->when < REDRAW_AFTER &&
	    memcmp(text.data, b->text.data, text.len) == 0) {
		buf_clear(&text);
		return;
	}
	/* One that was wider may stand on more lines now. */
	buf_puts(&b->rest, columns != b->columns ? ERASE : "\r");
	buf_puts(&b->rest, WRAP_OFF);
	buf_append(&b->rest, text.data, text.len);
	buf_puts(&b->rest, "\033[K\r" WRAP_ON);
	b->shown = 1;
	b->columns = columns;
	b->when = now;
	buf_clear(&b->text);
	buf_move(&b->text, &text);
	flush(b);
}

bool
bar_erase(struct bar *b)
{
	if (b->fd == -1)
		return true;
	if (in_background(b->fd)) {
		b->shown = 0;
		b->rest.len = 0;
		return true;
	}
	if (b->shown) {
		b->shown = 0;
		buf_puts(&b->rest, ERASE);
	} else if (b->is_cut && b->rest.len == 0)
		buf_puts(
		    &b->rest, WRAP_ON); /* its rest was in the background */
	return flush(b);
}

void
bar_erase_now(struct bar *b)
{
	struct pollfd p;

	while (!bar_erase(b)) {
		p.fd = b->fd;
		p.events = POLLOUT;
		if (poll(&p, 1, -1) == -1 && errno != EINTR)
			return;
	}
}

void
bar_erase_last(struct bar *b)
{
	if ((b->shown || b->is_cut) && !in_background(b->fd) &&
	    write(b->fd, ERASE, sizeof ERASE - 1) == -1)
		b->shown = 0;
	b->shown = b->is_cut = 0;
}
