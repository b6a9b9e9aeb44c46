/*
 * Looking at a run.
 */
#include "config.h"

#include "look.h"

#include "base/nls.h"
#include "report/live.h"
#include "run.h"

/* So many bytes of the inputs are counted ahead each time. */
#define COUNT_STEP ((size_t)4 << 20)

/* How many tasks there will be, where that is known. */
static void
look_total(struct run *r, struct figures *f)
{
	struct source_count *c = &r->count;

	if (r->reader == NULL) {
		f->total = r->started;
		f->total_known = true;
		return;
	}
	if (!c->complete)
		source_count_on(r->setup->source, c, COUNT_STEP);
	f->total = c->targets;
	/* A file may have grown since. */
	f->total_known = c->complete && c->targets >= r->started;
}

void
look_figures(void *arg, struct figures *f)
{
	struct run *r = arg;
	const size_t *outcomes = r->result->totals.outcomes;
	struct gate_view gate;
	int i;

	for (i = 0; i < OUTCOME_COUNT; i++) {
		f->done += outcomes[i];
		if (!outcome_fine((enum outcome)i))
			f->failed += outcomes[i];
	}
	gate_look(&r->env.gate, &gate);
	f->running = gate.running;
	f->backing_off = gate.backing_off;
	for (i = 0; i < WAIT_COUNT; i++)
		f->waiting[i] = gate.waiting[i];
	f->bytes = r->pool.received;
	look_total(r, f);
}

static bool
waits_among(const struct co_task *t, const struct list *waiters)
{
	const struct list *node;

	for (node = waiters->next; node != waiters; node = node->next)
		if (node == &t->link)
			return true;
	return false;
}

static const char *
root_waits(const struct run *r)
{
	if (r->root_task == NULL)
		return "";
	if (waits_among(r->root_task, &r->gather.room.waiters))
		return _("waits for the oldest task (--window)");
	if (waits_among(r->root_task, &r->unfinished.waiters))
		return _("waits for tasks to end before more begin");
	if (waits_among(r->root_task, &r->writer.room.waiters))
		return _("waits for the reader of the output");
	if (waits_among(r->root_task, &r->targets.getters))
		return _("waits for targets");
	if (waits_among(r->root_task, &r->tasks.waiters))
		return _("waits for the last tasks");
	return _("waits for the output to be written");
}

static const char *
reader_waits(const struct run *r)
{
	return list_empty(&r->targets.putters)
	    ? _("waits for input")
	    : _("waits for the run to take targets");
}

static const char *
writer_waits(const struct run *r)
{
	if (r->setup->out != NULL &&
	    waits_among(r->writer.task, &r->setup->out->room.waiters))
		return _("waits for the reader of the output");
	return _("waits for results whose turn it is");
}

void
look_print(struct run *r)
{
	struct live live = {.tasks = &r->tasks};

	progress_look(r->setup->progress, &live.figures);
	live.parts[0].name = "root";
	live.parts[0].task = r->root_task;
	live.parts[0].waits = root_waits(r);
	live.parts[1].name = "reader";
	if (!r->targets.closed && r->reader != NULL) {
		live.parts[1].task = reader_task(r->reader);
		live.parts[1].waits = reader_waits(r);
	}
	live.parts[2].name = "writer";
	if (!r->writer.stopped && r->writer.out != NULL) {
		live.parts[2].task = r->writer.task;
		live.parts[2].waits = writer_waits(r);
	}
	live_print(&live);
}
