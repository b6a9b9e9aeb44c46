/*
 * Timelines as text: a row a task, a character a moment.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/charset.h"
#include "base/nls.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "report/timeline.h"
#include "report/timeline_fold.h"
#include "report/timeline_names.h"

#define ROWS_MOST     60
#define WIDTH_DEFAULT 80
#define WIDTH_MIN     40
#define WIDTH_MOST    500
#define FIGURE_WIDTH  21 /* behind a row: its time, and what came of it */
#define LABEL_MIN     8
#define LABEL_MOST    32

#define PLAIN	      "\033[0m"
#define RED	      "\033[31m"

/* What a state looks like; colours of the usual terminal. */
static const struct {
	const char *ascii, *utf8, *color;
} looks[STATE_COUNT] = {
    [STATE_SLOT] = {".", "·", "\033[90m"},
    [STATE_HOST] = {":", ":", "\033[90m"},
    [STATE_RATE] = {"%", "%", "\033[33m"},
    [STATE_OUTPUT] = {"!", "!", "\033[31m"},
    [STATE_BACKOFF] = {"~", "~", "\033[31m"},
    [STATE_DNS] = {"d", "d", "\033[36m"},
    [STATE_CONNECT] = {"c", "c", "\033[33m"},
    [STATE_TLS] = {"t", "t", "\033[35m"},
    [STATE_SEND] = {"s", "s", "\033[36m"},
    [STATE_WAIT] = {"-", "▒", "\033[32m"},
    [STATE_RECEIVE] = {"=", "█", "\033[34m"},
    [STATE_HELD] = {"_", "▁", "\033[90m"},
};

struct sheet {
	FILE *to;
	bool color, utf8;
	size_t label, bar; /* widths */
	int64_t length;	   /* of the bar */
	struct fold fold;
	size_t group;  /* tasks a row */
	size_t prefix; /* of all names: it is left out */
	struct buf scratch;
};

static size_t
terminal_width(FILE *to)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = columns != NULL ? strtol(columns, NULL, 10) : 0;

	if (width <= 0 && ioctl(fileno(to), TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width <= 0)
		width = WIDTH_DEFAULT;
	return width < WIDTH_MIN ? WIDTH_MIN
	    : width > WIDTH_MOST ? WIDTH_MOST
				 : (size_t)width;
}

/* A text in exactly so many columns. */
static void
put_cell(struct sheet *s, const char *text, size_t width)
{
	struct buf *b = &s->scratch;
	size_t used, i, n;

	b->len = 0;
	used = timeline_put_short(b, text, width, s->utf8 ? "…" : "...");
	buf_string(b);
	for (i = 0; i < b->len; i += n) {
		n = utf8_sequence(b->data + i, b->len - i);
		if (n <= 1 || s->utf8)
			fwrite(b->data + i, 1, n == 0 ? 1 : n, s->to);
		else
			fputs(n >= 3 ? "??" : "?", s->to); /* as wide */
		n = n == 0 ? 1 : n;
	}
	for (; used < width; used++)
		fputc(' ', s->to);
}

static const char *
sign_of(const struct sheet *s, enum task_state state)
{
	return s->utf8 ? looks[state].utf8 : looks[state].ascii;
}

/* The row of a group of tasks. */
static void
put_bar(struct sheet *s)
{
	enum task_state state, color = STATE_COUNT;
	size_t i;

	for (i = 0; i < s->bar; i++) {
		state = fold_state(&s->fold, i);
		if (s->color && state != color) {
			if (color != STATE_COUNT)
				fputs(PLAIN, s->to);
			if (state != STATE_COUNT)
				fputs(looks[state].color, s->to);
			color = state;
		}
		fputs(state == STATE_COUNT ? " " : sign_of(s, state), s->to);
	}
	if (s->color && color != STATE_COUNT)
		fputs(PLAIN, s->to);
}

static void
put_figures(struct sheet *s, const struct timeline_row *row)
{
	const size_t fine = s->fold.outcomes[OUTCOME_OK] +
	    s->fold.outcomes[OUTCOME_SKIPPED];
	struct buf *b = &s->scratch;

	b->len = 0;
	timeline_put_time(b, s->fold.longest);
	fprintf(s->to, " %9s ", buf_string(b));
	b->len = 0;
	if (s->group > 1 && fine == s->fold.tasks)
		buf_puts(b, _("ok"));
	else if (s->group > 1)
		buf_printf(b, _("%zu failed"), s->fold.tasks - fine);
	else if (row->outcome == OUTCOME_OK ||
	    row->outcome == OUTCOME_HTTP_ERROR)
		buf_printf(b, "%ld", row->response_code);
	else if (row->outcome == OUTCOME_NETWORK_ERROR)
		buf_puts(b, _("error"));
	else
		buf_puts(b, outcome_name(row->outcome));
	if (s->color && fine < s->fold.tasks)
		fprintf(s->to, RED "%s" PLAIN "\n", buf_string(b));
	else
		fprintf(s->to, "%s\n", buf_string(b));
}

static void
put_rows(struct sheet *s, struct timeline_run *run)
{
	struct timeline_row row;
	struct buf label;
	size_t first;

	buf_init(&label);
	for (first = 0; first < run->count; first += s->group) {
		fold_group(&s->fold, run, first, s->group);
		if (s->fold.tasks == 0 || !timeline_row(run, first, &row))
			continue;
		label.len = 0;
		if (s->group > 1)
			buf_printf(
			    &label, "%zu-%zu", s->fold.first, s->fold.last);
		else
			buf_puts(&label, row.name + s->prefix);
		put_cell(s, buf_string(&label), s->label);
		fputc(' ', s->to);
		put_bar(s);
		put_figures(s, &row);
	}
	buf_clear(&label);
}

/* What all names begin with. */
static void
put_prefix(struct sheet *s, struct timeline_run *run)
{
	struct timeline_row row;
	char *text = NULL;

	if (s->prefix > 0 && timeline_row(run, 0, &row))
		text = xmemdup(row.name, s->prefix);
	put_cell(s, text != NULL ? text : "", s->label);
	fputc(' ', s->to);
	free(text);
}

static void
put_axis(struct sheet *s, struct timeline_run *run)
{
	const int64_t step = timeline_step(s->length, (int)s->bar / 12 + 1);
	struct buf *b = &s->scratch;
	size_t used = 0, at;
	int64_t when;

	put_prefix(s, run);
	for (when = 0; when <= s->length; when += step) {
		at = (size_t)((double)when * (double)s->bar /
		    (double)s->length);
		b->len = 0;
		buf_putc(b, '|');
		timeline_put_mark(b, when, s->length);
		if (at + b->len > s->bar)
			break;
		fprintf(s->to, "%*s%s", (int)(at - used), "", buf_string(b));
		used = at + b->len;
	}
	fputc('\n', s->to);
}

/* The states that are to be seen, folded to the width. */
static void
put_legend(struct sheet *s, const struct timeline *t, size_t width)
{
	size_t used = 0, len;
	const char *label;
	bool seen;
	int i, kind;

	for (i = 0; i < STATE_COUNT; i++) {
		for (kind = 0, seen = false; kind < TIMELINE_KINDS; kind++)
			seen |= t->runs[kind].exists &&
			    t->runs[kind].states[i] > 0;
		if (!seen)
			continue;
		label = timeline_state_label((enum task_state)i);
		len = strlen(label) + 4;
		if (used > 0 && used + len > width) {
			fputc('\n', s->to);
			used = 0;
		}
		fprintf(s->to, "%s%s%s %s%s", s->color ? looks[i].color : "",
		    sign_of(s, (enum task_state)i), s->color ? PLAIN : "",
		    label, "  ");
		used += len;
	}
	if (used > 0)
		fputc('\n', s->to);
}

/* A line, folded between words. */
static void
put_folded(struct sheet *s, const char *text, size_t width)
{
	size_t used = 0, len;

	while (*text != '\0') {
		len = strcspn(text, " ");
		if (used > 0 && used + 1 + len > width) {
			fputs("\n ", s->to);
			used = 1;
		}
		fprintf(s->to, "%s%.*s", used > 1 ? " " : "", (int)len, text);
		used += len + (used > 1 ? 1 : 0);
		text += len + strspn(text + len, " ");
	}
	fputc('\n', s->to);
}

static void
put_run(struct sheet *s, struct timeline_run *run, size_t width)
{
	struct buf text;

	s->group = fold_size(run->count, ROWS_MOST);
	buf_init(&text);
	buf_printf(&text, "%s: ", timeline_kind_name(run->kind));
	timeline_put_totals(&text, run);
	if (s->group > 1)
		buf_printf(&text, _("; a row is %zu tasks"), s->group);
	put_folded(s, buf_string(&text), width);
	buf_clear(&text);
	s->prefix = s->group == 1 ? timeline_common_prefix(run) : 0;
	fold_init(&s->fold, s->bar, s->length);
	put_axis(s, run);
	put_rows(s, run);
	fold_clear(&s->fold);
}

/* The longest name, within limits. */
static size_t
label_width(struct timeline *t, size_t width)
{
	const size_t most = width / 3 < LABEL_MOST ? width / 3 : LABEL_MOST;
	struct timeline_run *run;
	struct timeline_row row;
	size_t longest = LABEL_MIN, len, i, prefix;
	char range[64];

	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++) {
		if (!run->exists)
			continue;
		if (run->count > ROWS_MOST) {
			len = (size_t)snprintf(range, sizeof range, "%zu-%zu",
			    run->index_most, run->index_most);
			longest = len > longest ? len : longest;
			continue;
		}
		prefix = timeline_common_prefix(run);
		for (i = 0; i < run->count; i++) {
			if (!timeline_row(run, i, &row))
				continue;
			len = strlen(row.name + prefix);
			longest = len > longest ? len : longest;
		}
	}
	return longest < most ? longest : most;
}

static void
draw(struct timeline *t, FILE *to, size_t width, bool color)
{
	struct sheet s = {
	    .to = to,
	    .color = color,
	    .utf8 = charset_draws_utf8(),
	    .length = 1,
	};
	struct timeline_run *run;

	buf_init(&s.scratch);
	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++)
		if (run->exists && run->length > s.length)
			s.length = run->length;
	s.label = label_width(t, width);
	s.bar = width - s.label - 1 - FIGURE_WIDTH;
	for (run = t->runs; run < t->runs + TIMELINE_KINDS; run++)
		if (run->exists)
			put_run(&s, run, width);
	put_legend(&s, t, width);
	buf_clear(&s.scratch);
}

/* In one write: stderr has no buffer, and a bar has many characters. */
void
timeline_print(struct timeline *t, FILE *to, bool color)
{
	const size_t width = terminal_width(to);
	size_t len = 0;
	char *text = NULL;
	FILE *memory = open_memstream(&text, &len);

	if (memory == NULL)
		xmalloc_exhausted();
	draw(t, memory, width, color);
	if (ferror(memory) || fclose(memory) == EOF)
		xmalloc_exhausted();
	fwrite(text, 1, len, to);
	free(text);
}
