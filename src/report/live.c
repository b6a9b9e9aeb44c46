/*
 * The table of live tasks. Of many, those that are longest in their state are
 * shown, and the others counted.
 */
#include "config.h"

#include "report/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "fetch/fetch.h"
#include "input/request.h"

/* Rows. */
#define SHOWN_MAX 50

struct row {
	struct fetch_view view;
	const struct co_task *task;
};

static double
seconds(int64_t usec)
{
	return (double)usec / (double)USEC_PER_SEC;
}

/* "fetch.c:446" */
static void
put_line(struct buf *to, const struct co_task *t)
{
	const char *file = t->kind != NULL ? t->kind->file : NULL, *slash;

	if (file == NULL) {
		buf_puts(to, _("new"));
		return;
	}
	slash = strrchr(file, '/');
	buf_printf(to, "%s:%d", slash != NULL ? slash + 1 : file, t->line);
}

static void
put_totals(struct buf *to, const struct figures *f)
{
	static const enum figure order[] = {FIGURE_DONE, FIGURE_FAILED,
	    FIGURE_RUNNING, FIGURE_WAITING, FIGURE_REQUESTS, FIGURE_BYTES,
	    FIGURE_ETA};
	struct buf part;
	size_t i;

	buf_printf(to, _("coget: after %.1f s"), seconds(f->elapsed));
	buf_init(&part);
	for (i = 0; i < sizeof order / sizeof *order; i++) {
		part.len = 0;
		figures_put(&part, f, order[i], false);
		if (part.len > 0)
			buf_printf(to, "%s%.*s", i == 0 ? ": " : ", ",
			    (int)part.len, part.data);
	}
	buf_clear(&part);
	buf_putc(to, '\n');
}

static void
put_part(struct buf *to, const struct live_part *p)
{
	if (p->task == NULL) {
		buf_printf(to, "  %-8s %s\n", p->name, _("has ended"));
		return;
	}
	buf_printf(to, "  %-8s ", p->name);
	put_line(to, p->task);
	buf_printf(to, "  %s\n", p->waits);
}

static int
by_index(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->view.request->index < y->view.request->index ? -1 : 1;
}

/* Those at work first: they are what is asked for. */
static int
longer_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	bool x_works = x->view.state >= STATE_DNS,
	     y_works = y->view.state >= STATE_DNS;

	if (x_works != y_works)
		return x_works ? -1 : 1;
	if (x->view.time_state != y->view.time_state)
		return x->view.time_state > y->view.time_state ? -1 : 1;
	return by_index(a, b);
}

/* The gate's own word, where it is finer than the state. */
static const char *
state_of(const struct fetch_view *v)
{
	return v->wait != WAIT_NONE ? wait_name(v->wait)
				    : task_state_name(v->state);
}

static void
put_row(struct buf *to, const struct row *row)
{
	const struct fetch_view *v = &row->view;
	size_t start = to->len;

	buf_printf(to, "%7zu  %-8s %8.3f %8.3f %3d  ", v->request->index,
	    state_of(v), seconds(v->time_state), seconds(v->time_total),
	    v->attempt);
	start = to->len;
	put_line(to, row->task);
	while (to->len - start < 16)
		buf_putc(to, ' ');
	buf_putc(to, ' ');
	utf8_printable(to, v->host, strlen(v->host));
	buf_puts(to, "  ");
	request_put_name(v->request, to);
	if (v->state == STATE_RECEIVE && v->length >= 0)
		buf_printf(to, _("  (%lld of %lld bytes)"),
		    (long long)v->received, (long long)v->length);
	else if (v->state == STATE_RECEIVE)
		buf_printf(to, _("  (%lld bytes)"), (long long)v->received);
	buf_putc(to, '\n');
}

/* Of those that are not shown: "1200 more: 1150 slot, 50 backoff". */
static void
put_rest(struct buf *to, const struct row *rows, size_t count)
{
	/* a wait's name may be a state's */
	const char *names[WAIT_COUNT + STATE_COUNT];
	size_t counts[WAIT_COUNT + STATE_COUNT], kinds = 0, i, j;

	if (count == 0)
		return;
	for (i = 0; i < count; i++) {
		const char *name = state_of(&rows[i].view);

		for (j = 0; j < kinds && strcmp(names[j], name) != 0; j++)
			;
		if (j == kinds) {
			names[kinds] = name;
			counts[kinds++] = 0;
		}
		counts[j]++;
	}
	buf_printf(to, _("        and %zu more:"), count);
	for (j = 0; j < kinds; j++)
		buf_printf(
		    to, "%s %zu %s", j == 0 ? "" : ",", counts[j], names[j]);
	buf_putc(to, '\n');
}

static void
put_tasks(struct buf *to, const struct co_group *group)
{
	struct list *node;
	struct row *rows;
	size_t i, count = 0;

	if (group->live == 0)
		return;
	rows = xcalloc(group->live, sizeof *rows);
	for (node = group->tasks.next; node != &group->tasks;
	     node = node->next) {
		rows[count].task = LIST_ITEM(node, struct co_task, sibling);
		fetch_look(rows[count].task, &rows[count].view);
		count++;
	}
	qsort(rows, count, sizeof *rows,
	    count > SHOWN_MAX ? longer_first : by_index);
	buf_puts(to,
	    _("   TASK  STATE         FOR    TOTAL TRY  WAITS AT         "
	      "HOST  NAME\n"));
	for (i = 0; i < count && i < SHOWN_MAX; i++)
		put_row(to, &rows[i]);
	put_rest(to, rows + i, count - i);
	free(rows);
}

void
live_print(const struct live *l)
{
	struct buf text;
	size_t i;

	buf_init(&text);
	put_totals(&text, &l->figures);
	for (i = 0; i < LIVE_PARTS; i++)
		put_part(&text, &l->parts[i]);
	put_tasks(&text, l->tasks);
	msg_write(text.data, text.len);
	buf_clear(&text);
}
