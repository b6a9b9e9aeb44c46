/*
 * A result: what the output gets of one record. A text, and perhaps a body
 * behind it that is too large to be a part of the text: it stays in the blob
 * it came in, and is put into its form when it is written.
 */
#ifndef OUTPUT_RESULT_H
#define OUTPUT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"
#include "base/buf.h"
#include "base/list.h"

/* As what a body is written. */
enum body_form {
	BODY_RAW,
	BODY_NONE,   /* null of JSON */
	BODY_STRING, /* of JSON; the text is valid UTF-8 */
	BODY_BASE64,
	BODY_FILE, /* its name */
	BODY_JSON, /* its own text; it is a JSON text */
};

struct result {
	struct list link; /* while it waits for its turn */
	struct buf text;
	size_t mark;  /* where time_held stands in the text; 0: nowhere */
	size_t start; /* of the record's JSON in the text */
	size_t rest;  /* in the text: from here on it is the same wherever the
			 task stands in the list */
	struct blob body;
	enum body_form form;
	bool body_is_json; /* where it is valid UTF-8; for --parse-json */
	const char *file;  /* for BODY_FILE; borrowed */
	bool served_here;  /* of the task service: its port is of this run */
	struct buf tail;   /* behind the body */
	struct buf facts;  /* until -w is made of them, fetch/facts.h */
	struct buf said;   /* of that: its steps, output/write_out.h */
	int64_t ended;	   /* loop_clock() when the task ended */
	size_t place;	   /* the task's; set by gather_take */
	size_t held;	   /* bytes that the spool counts for it */
};

/* What stands at the mark of a result that did not wait. */
#define RESULT_NOT_HELD "0.000000"

void result_init(struct result *r, struct spool *s);
void result_clear(struct result *r);

/* For the next one; keeps some memory. */
void result_reset(struct result *r);

/*
 * On the heap, with all that was in from, and with no more memory than that
 * takes; from is empty then, and may keep the memory of its text.
 */
struct result *result_new(struct result *from);

/* The bytes that result_new takes, without those of the body. */
size_t result_memory(const struct result *from);

void result_free(struct result *r); /* takes NULL */

/* How long it waited for its turn, in microseconds, is known now. */
void result_set_held(struct result *r, int64_t usec);

/* Is there a body to be put into its form? */
static inline bool
result_has_body(const struct result *r)
{
	return r->form == BODY_STRING || r->form == BODY_BASE64 ||
	    r->form == BODY_JSON;
}

/*
 * Appends the name of the body's field, of a record, and all of its value, or
 * the opening quote of one that is to follow.
 */
void result_put_body_key(struct buf *to, const struct result *r);

/*
 * Completes a record's fields in the text with the body: as a part of the
 * text where it is small, else it follows. What stands behind it in the
 * record is moved out of after.
 */
void result_close(struct result *r, struct buf *after);

/* So many bytes of a body are read at once: a multiple of base64's three. */
#define RESULT_PIECE ((size_t)49152)

/*
 * Appends the next piece of the body in its form, then the tail; raw is used
 * for what is between two pieces, empty at first. Returns 1, 0 where nothing
 * is left, or -1 with errno.
 */
int result_put_body(struct result *r, struct buf *raw, struct buf *to);

#endif
