/*
 * The writer.
 */
#include "config.h"

#include "output/writer.h"

#include <string.h>

#include "base/units.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "fetch/response.h"

/*
 * A body is written while it comes when so much of it is there, or when it
 * has waited so long. Less than that is written when it is whole: of one that
 * breaks at once nothing is seen, as nothing is of any in a record.
 */
#define STREAM_FROM  65536
#define STREAM_AFTER (USEC_PER_SEC / 5)

struct writer_task {
	struct co_task task;
	struct writer *writer;
};

/* Appends what stands around results. */
static void
put_text(struct writer *w, const char *text)
{
	buf_puts(&w->piece, text);
	stream_write(w->out, &w->piece);
}

static void
begin_result(struct writer *w)
{
	put_text(w, w->written++ == 0 ? w->format->first : w->format->between);
}

/* What -w says of the result that is written. */
static void
tell(struct writer *w)
{
	struct buf text;

	if (w->current->said.len == 0)
		return;
	buf_init(&text);
	write_out_play(&w->sink, &w->current->said, w->held, &text);
	if (text.len > 0)
		stream_write(w->told, &text);
	buf_clear(&text);
}

static void
end_result(struct writer *w)
{
	result_free(w->current);
	w->current = NULL;
	w->streams = w->impatient = false;
	w->taken = 0;
	timer_disarm(&w->sched->timers, &w->patience);
	gather_let_go(w->gather);
}

static void
spool_failed(struct writer *w)
{
	writer_stop(w);
	w->failed(w->arg);
}

/* One piece of the result in hand; false where it has no more. */
static bool
write_current(struct writer *w)
{
	int result;

	if (w->current->text.len > 0) {
		stream_write(w->out, &w->current->text);
		return true;
	}
	result = result_put_body(w->current, &w->raw, &w->piece);
	if (result == -1) {
		spool_failed(w);
		return true;
	}
	stream_write(w->out, &w->piece);
	return result == 1;
}

/* The oldest task has ended: is its result there? */
static bool
take_next(struct writer *w)
{
	w->current = gather_take(w->gather);
	if (w->current == NULL)
		return false;
	if (w->gather->failed) {
		spool_failed(w);
		return false;
	}
	w->held = loop_clock() - w->current->ended;
	result_set_held(w->current, w->held);
	if (w->tell_held != NULL)
		w->tell_held(w->arg, w->current->place, w->held);
	w->raw.len = 0;
	if (!w->streams)
		begin_result(w);
	return true;
}

static void
lose_patience(struct timer *timer)
{
	struct writer *w = LIST_ITEM(timer, struct writer, patience);

	w->impatient = true;
	event_flag_set(&w->work);
}

/* Is the body that comes to be written before it is whole? */
static bool
may_stream(struct writer *w, const struct response *r)
{
	if (w->streams)
		return true;
	/* After an error there may be another attempt. */
	if (!response_is_ok(r) || blob_left(&r->body) == 0)
		return false;
	if (r->received >= STREAM_FROM || w->impatient)
		return true;
	if (w->patience.place == 0)
		timer_arm(&w->sched->timers, &w->patience,
		    loop_clock() + STREAM_AFTER, lose_patience);
	return false;
}

/* One piece of the body that the oldest task receives; false: none. */
static bool
write_streamed(struct writer *w)
{
	struct response *r = gather_response(w->gather);
	ssize_t n;

	if (r == NULL || !may_stream(w, r))
		return false;
	if (!w->streams) {
		begin_result(w);
		w->streams = true;
		hash_init(&w->sum);
	}
	buf_reserve(&w->piece, RESULT_PIECE);
	n = blob_take(&r->body, w->piece.data, RESULT_PIECE);
	if (n == -1) {
		spool_failed(w);
		return false;
	}
	if (n == 0)
		return false;
	if (r->repeats)
		hash_add(&w->sum, w->piece.data, (size_t)n);
	w->taken += n;
	w->piece.len = (size_t)n;
	stream_write(w->out, &w->piece);
	return true;
}

/* Is there room where the next piece goes? */
static bool
has_room(const struct writer *w)
{
	return stream_has_room(w->out) && stream_has_room(w->told);
}

static void
set_room(struct writer *w)
{
	if (w->room.set)
		return;
	/* A file is never waited for. */
	if (w->out->polled || w->told->polled)
		w->time_blocked += loop_clock() - w->blocked_since;
	event_flag_set(&w->room);
}

static void
unset_room(struct writer *w)
{
	if (!w->room.set)
		return;
	w->blocked_since = loop_clock();
	event_flag_unset(&w->room);
}

/* Writes as much as the stream has room for. */
static void
pump(struct writer *w)
{
	bool more = true;

	while (more && !w->stopped && has_room(w)) {
		if (w->current != NULL) {
			if (!write_current(w)) {
				tell(w);
				end_result(w);
			}
		} else
			more = take_next(w) || write_streamed(w);
	}
	/* Without room it is to be seen later what there is. */
	if (w->stopped || has_room(w)) {
		event_flag_unset(&w->work);
		set_room(w);
	} else {
		event_flag_set(&w->work);
		unset_room(w);
	}
}

static void
writer_body(struct co_task *self)
{
	struct writer *w = ((struct writer_task *)self)->writer;

	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, event_flag_wait(self, &w->work));
		if (self->error != 0)
			break;
		CO_AWAIT(self, stream_room(self, w->out));
		if (self->error != 0)
			break;
		CO_AWAIT(self, stream_room(self, w->told));
		if (self->error != 0)
			break;
		pump(w);
	}
	CO_END(self);
}

void
writer_start(struct writer *w, struct co_group *group, struct gather *gather,
    struct stream *out, const struct format_ops *format,
    void (*failed)(void *arg), void *arg)
{
	struct writer_task *t;

	memset(w, 0, sizeof *w);
	w->gather = gather;
	w->out = w->told = out;
	w->sched = group->sched;
	w->format = format;
	w->failed = failed;
	w->arg = arg;
	event_flag_init(&w->work);
	event_flag_init(&w->room);
	event_flag_set(&w->room);
	if (out == NULL)
		return;
	t = xcalloc(1, sizeof *t);
	co_task_init(&t->task, writer_body, NULL);
	t->writer = w;
	w->task = &t->task;
	group_start(group, &t->task);
}

void
writer_tell(
    struct writer *w, struct stream *told, const struct write_out *format)
{
	if (told != NULL)
		w->told = told;
	write_out_sink_init(&w->sink, format);
}

void
writer_clear(struct writer *w)
{
	result_free(w->current);
	timer_disarm(&w->sched->timers, &w->patience);
	buf_clear(&w->raw);
	buf_clear(&w->piece);
}

/* Nobody reads the results, but the window goes on. */
static void
discard(struct writer *w, size_t place, struct result *result)
{
	result_reset(result);
	gather_put(w->gather, place, result);
	while ((w->current = gather_take(w->gather)) != NULL)
		end_result(w);
}

void
writer_put(struct writer *w, size_t place, struct result *result)
{
	struct gather *g = w->gather;

	if (w->out == NULL || w->stopped) {
		discard(w, place, result);
		return;
	}
	/* Most are small and in their turn: they go straight through. */
	if (gather_is_next(g, place) && !w->streams &&
	    stream_has_room(w->out) && result->body.len == 0 &&
	    result->tail.len == 0 && result->said.len == 0) {
		begin_result(w);
		stream_write(w->out, &result->text);
		end_result(w);
	} else
		gather_put(g, place, result);
	pump(w);
}

void
writer_nudge(struct writer *w, size_t place)
{
	if (w->out != NULL && !w->stopped && place == w->gather->next)
		event_flag_set(&w->work);
}

void
writer_follow(struct writer *w, size_t place, struct response *r)
{
	gather_set_response(w->gather, place, r);
	if (place != w->gather->next)
		return;
	if (r == NULL && !w->streams) {
		/* The next attempt's first bytes wait as long again. */
		w->impatient = false;
		timer_disarm(&w->sched->timers, &w->patience);
	}
	if (r != NULL && w->taken > 0)
		response_expect(r, w->taken, &w->sum);
}

bool
writer_drain(struct co_task *self, struct writer *w)
{
	return event_flag_wait(self, &w->room);
}

void
writer_stop(struct writer *w)
{
	if (w->stopped || w->out == NULL)
		return;
	w->stopped = true;
	co_cancel(w->task);
	if (w->current != NULL)
		end_result(w);
	event_flag_unset(&w->work);
	set_room(w);
}
