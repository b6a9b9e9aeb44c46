/*
 * Gather: puts results in order.
 */
#include "config.h"

#include "output/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* What the emptied text of a result may keep for the next one. */
#define KEEP_BYTES 16384

void
gather_init(struct gather *g, size_t window, bool ordered,
    void (*emit)(void *arg, struct buf *text), void *arg)
{
	memset(g, 0, sizeof *g);
	g->ordered = ordered;
	g->window = window;
	g->emit = emit;
	g->arg = arg;
	if (ordered)
		g->ring = xcalloc(window, sizeof *g->ring);
	semaphore_init(&g->room, window);
}

void
gather_clear(struct gather *g)
{
	size_t i;

	for (i = 0; g->ring != NULL && i < g->window; i++)
		buf_clear(&g->ring[i].text);
	free(g->ring);
	g->ring = NULL;
}

bool
gather_admit(struct co_task *self, struct gather *g)
{
	return semaphore_acquire(self, &g->room, 1);
}

static void
let_go(struct gather *g, struct buf *text)
{
	g->emit(g->arg, text);
	buf_reset(text, KEEP_BYTES);
	g->next++;
	semaphore_release(&g->room, 1);
}

void
gather_put(struct gather *g, size_t index, struct buf *text)
{
	struct gather_slot *slot;

	if (!g->ordered || index == g->next)
		let_go(g, text);
	else {
		slot = &g->ring[index % g->window];
		buf_move(&slot->text, text);
		slot->done = true;
	}
	if (!g->ordered)
		return;
	while ((slot = &g->ring[g->next % g->window])->done) {
		slot->done = false;
		let_go(g, &slot->text);
		buf_clear(&slot->text);
	}
}
