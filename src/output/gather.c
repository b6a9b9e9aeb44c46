/*
 * Gather: puts results in order.
 *
 * A result that shall not stay in memory and has no large body becomes one
 * piece of the spool's file, and its place in the ring all that is left of it
 * in memory: a window of a million costs 16 MB.
 */
#include "config.h"

#include "output/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

enum slot_state {
	SLOT_EMPTY,	/* not started, or nothing to tell */
	SLOT_RECEIVING, /* response */
	SLOT_HELD,	/* result */
	SLOT_SPOOLED,	/* place */
};

struct gather_slot {
	union {
		struct response *response; /* borrowed */
		struct result *result;	   /* owned */
		struct {
			uint32_t segment, at;
		} place;
	} is;
	unsigned state : 2;
	unsigned len : 30; /* of what is spooled */
};

/* What stands before a result in the spool. */
struct spooled {
	int64_t ended;
	uint64_t mark;
	uint64_t said; /* bytes of that, at the end */
};

void
gather_init(struct gather *g, size_t window, bool ordered, struct spool *spool)
{
	memset(g, 0, sizeof *g);
	g->ordered = ordered;
	g->window = window;
	g->spool = spool;
	list_init(&g->ready);
	if (ordered)
		g->ring = xcalloc(window, sizeof *g->ring);
	semaphore_init(&g->room, window);
}

void
gather_clear(struct gather *g)
{
	size_t i;

	for (i = 0; g->ring != NULL && i < g->window; i++)
		if (g->ring[i].state == SLOT_HELD)
			result_free(g->ring[i].is.result);
	while (!list_empty(&g->ready))
		result_free(LIST_ITEM(g->ready.next, struct result, link));
	free(g->ring);
	g->ring = NULL;
}

bool
gather_admit(struct co_task *self, struct gather *g)
{
	return semaphore_acquire(self, &g->room, 1);
}

static struct gather_slot *
slot_of(const struct gather *g, size_t place)
{
	return &g->ring[place % g->window];
}

bool
gather_is_next(const struct gather *g, size_t place)
{
	return !g->taken &&
	    (g->ordered ? place == g->next : list_empty(&g->ready));
}

/*
 * Puts all of the result into one piece of the spool. False: it is too large
 * for one, or the file could not be written; then memory has to do.
 */
static bool
spool_result(struct gather *g, struct gather_slot *slot, struct result *r)
{
	struct spooled head = {
	    .ended = r->ended, .mark = r->mark, .said = r->said.len};
	uint32_t own = SPOOL_NO_SEGMENT;
	struct extent e, rest;
	const char *body;
	size_t body_len;
	struct buf all;
	bool done;

	body = blob_text(&r->body, &body_len);
	if (body == NULL || r->form != BODY_RAW || r->tail.len > 0 ||
	    r->text.len + body_len + r->said.len > SPOOL_SEGMENT_SIZE / 4)
		return false;
	buf_init(&all);
	buf_reserve(&all, sizeof head + r->text.len + body_len + r->said.len);
	buf_append(&all, &head, sizeof head);
	buf_append(&all, r->text.data, r->text.len);
	buf_append(&all, body, body_len);
	buf_append(&all, r->said.data, r->said.len);
	done = spool_write(g->spool, all.data, all.len, true, &own, &e) == 0;
	if (done && e.len < all.len) {
		/* The segment was full: what went into it is forgotten. */
		spool_forget(g->spool, e.segment, e.len);
		done = spool_write(
			   g->spool, all.data, all.len, true, &own, &rest) == 0;
		e = rest;
	}
	if (done) {
		slot->state = SLOT_SPOOLED;
		slot->is.place.segment = e.segment;
		slot->is.place.at = e.at;
		slot->len = e.len;
	}
	buf_clear(&all);
	return done;
}

/* Back from the spool: with nothing in it where that could not be read. */
static struct result *
unspool_result(struct gather *g, const struct gather_slot *slot)
{
	struct extent e = {
	    slot->is.place.segment, slot->is.place.at, slot->len};
	struct result r, *held;
	struct spooled head;
	int result;

	result_init(&r, g->spool);
	buf_reserve(&r.text, e.len);
	r.text.len = e.len - sizeof head;
	result = spool_read(g->spool, &e, 0, &head, sizeof head);
	if (result == 0)
		result = spool_read(
		    g->spool, &e, sizeof head, r.text.data, r.text.len);
	spool_forget(g->spool, e.segment, e.len);
	if (result == 0) {
		r.ended = head.ended;
		r.mark = (size_t)head.mark;
		r.text.len -= (size_t)head.said;
		buf_append(
		    &r.said, r.text.data + r.text.len, (size_t)head.said);
	} else {
		r.text.len = 0;
		g->failed = true;
	}
	held = result_new(&r);
	result_clear(&r);
	return held;
}

void
gather_put(struct gather *g, size_t place, struct result *result)
{
	struct gather_slot *slot;
	struct result *held;
	const size_t bytes = result_memory(result);

	if (!g->ordered) {
		held = result_new(result);
		held->place = place;
		list_append(&g->ready, &held->link);
		return;
	}
	slot = slot_of(g, place);
	if (place != g->next && !spool_has_memory(g->spool, bytes) &&
	    spool_result(g, slot, result)) {
		result_reset(result);
		return;
	}
	slot->state = SLOT_HELD;
	slot->is.result = held = result_new(result);
	/* Where it fails, memory has to do; the spool knows of the error. */
	if (place != g->next && !spool_has_memory(g->spool, 0))
		(void)blob_spill(&held->body);
}

struct result *
gather_take(struct gather *g)
{
	struct gather_slot *slot;
	struct result *r = NULL;

	if (g->taken)
		return NULL;
	if (!g->ordered) {
		if (!list_empty(&g->ready)) {
			r = LIST_ITEM(g->ready.next, struct result, link);
			list_remove(&r->link);
		}
		g->taken = r != NULL;
		return r;
	}
	slot = slot_of(g, g->next);
	if (slot->state == SLOT_HELD)
		r = slot->is.result;
	else if (slot->state == SLOT_SPOOLED)
		r = unspool_result(g, slot);
	else
		return NULL;
	slot->state = SLOT_EMPTY;
	g->taken = r != NULL;
	if (r != NULL)
		r->place = g->next;
	return r;
}

void
gather_let_go(struct gather *g)
{
	g->taken = false;
	g->next++;
	semaphore_release(&g->room, 1);
}

void
gather_set_response(struct gather *g, size_t place, struct response *r)
{
	struct gather_slot *slot = slot_of(g, place);

	slot->state = r != NULL ? SLOT_RECEIVING : SLOT_EMPTY;
	slot->is.response = r;
}

struct response *
gather_response(const struct gather *g)
{
	const struct gather_slot *slot;

	if (!g->ordered || g->taken)
		return NULL;
	slot = slot_of(g, g->next);
	return slot->state == SLOT_RECEIVING ? slot->is.response : NULL;
}
