/*
 * Split: one large body in several ranges at once, --split. The task's own
 * transfer begins plainly. Where its header lines say that ranges can be had
 * of just this body, a coroutine for each further range asks for it, through
 * the gate like any attempt. The first transfer ends at the end of its part
 * when the next one comes, else it goes on: where nothing comes of splitting,
 * nothing is lost.
 *
 * A range that breaks goes on where it stopped, by the rules of --retry. What
 * is missing when all have ended is asked for once more, one after the other;
 * where the server answers otherwise, the body is fetched anew and plainly.
 *
 * All functions but split_new take NULL, a task that does not split.
 */
#ifndef FETCH_SPLIT_H
#define FETCH_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/co.h"

struct fetch_env;
struct record;
struct request;
struct split;
struct xfer;

/*
 * For an attempt that begins: its transfer, not yet performed, and how many
 * descriptors beyond one it may need. All is borrowed. NULL: the request is
 * none that may be split. From here on the transfer's response must stay
 * until split_free.
 */
struct split *split_new(struct fetch_env *env, const struct request *request,
    struct xfer *first, size_t extras);

/* Aborts where split_is_busy. */
void split_free(struct split *s);

/* The first transfer has ended, uninterrupted; the gate is not left yet. */
void split_first_ended(struct split *s);

/* Is a range still to come, or its coroutine to end? */
bool split_is_busy(const struct split *s);

/* Await: until it is not. */
bool split_wait(struct co_task *self, struct split *s);

/* Ends all early; split_is_busy says whether that has come about. */
void split_stop(struct split *s);

/* Was the body asked for in ranges, whatever came of it? */
bool split_was_tried(const struct split *s);

/* All has ended: the first transfer's code becomes that of the body. */
void split_end(struct split *s);

/*
 * Is the body not whole because the server would not send a range? Then it is
 * to be fetched anew, plainly.
 */
bool split_was_refused(const struct split *s);

/*
 * Adds to the record of the first transfer what the others were. passed is
 * what the attempt took, in microseconds.
 */
void split_record(const struct split *s, struct record *record, int64_t passed);

#endif
