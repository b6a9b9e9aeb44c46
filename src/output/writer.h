/*
 * The writer: takes results from gather, one at a time, and writes them to
 * the stream as it has room; of the oldest task, where bodies alone are the
 * output, the body while it comes. What cannot be written yet stays where it
 * is: in gather, in the spool.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "core/sync.h"
#include "output/format.h"
#include "output/gather.h"
#include "output/stream.h"
#include "output/write_out.h"

struct writer {
	struct gather *gather;	    /* borrowed */
	struct stream *out;	    /* borrowed; NULL: results go nowhere */
	struct stream *told;	    /* what -w says; borrowed; out, or stdout */
	struct write_out_sink sink; /* and where else */
	struct co_sched *sched;	    /* borrowed */
	const struct format_ops *format;
	struct co_task *task;
	struct result *current; /* being written, or NULL */
	int64_t held;		/* it waited so long; microseconds */
	struct buf raw, piece;	/* of its body */
	struct event_flag work; /* there is something to look at */
	struct event_flag room; /* nothing waits for the reader: new tasks may
				   begin */
	struct timer patience;	/* for the first bytes of a body */
	int64_t blocked_since;	/* loop_clock(), while there is no room */
	int64_t time_blocked;	/* the reader was slow; microseconds */
	size_t written;		/* results */
	bool streams;		/* the body of the task whose turn it is */
	bool impatient;		/* its first bytes waited long enough */
	int64_t taken;		/* of that body */
	struct hash sum;	/* of that */
	bool stopped;
	void (*failed)(void *arg); /* the spool cannot be read */
	/* A result waited so long for its turn; or NULL. */
	void (*tell_held)(void *arg, size_t place, int64_t usec);
	void *arg; /* borrowed */
};

/*
 * What -w says goes to that stream, and where the format tells; before the
 * first result.
 */
void writer_tell(
    struct writer *w, struct stream *told, const struct write_out *format);

/* Starts the task that writes, in the group. out may be NULL. */
void writer_start(struct writer *w, struct co_group *group,
    struct gather *gather, struct stream *out, const struct format_ops *format,
    void (*failed)(void *arg), void *arg);
void writer_clear(struct writer *w);

/*
 * The response of an input that receives its body, to be written while it
 * comes; NULL: no longer. What an attempt before it had brought must be there
 * again (response_expect).
 */
void writer_follow(struct writer *w, size_t place, struct response *r);

/* Takes the result of an input; its contents are gone. */
void writer_put(struct writer *w, size_t place, struct result *result);

/* More of that input's body has come; may be called from anywhere. */
void writer_nudge(struct writer *w, size_t place);

/* Await: all that was put is with the stream, or the writer has stopped. */
bool writer_drain(struct co_task *self, struct writer *w);

/* Writes nothing more: what is put from now on is discarded. */
void writer_stop(struct writer *w);

#endif
