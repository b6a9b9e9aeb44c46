/*
 * What -w says of a task: made of the record's fields and the facts, and
 * written behind the task's result, in its turn.
 *
 * In between it is a list of steps: pieces of text, changes of where they go,
 * and places for what is known only when its turn has come.
 */
#ifndef OUTPUT_WRITE_OUT_H
#define OUTPUT_WRITE_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

struct options;
struct result;
struct write_out;

/*
 * Appends the steps to the result, of which the text from start on are the
 * record's fields, not yet closed.
 */
void write_out_render(struct result *r, const struct options *o);

/* Where steps lead, apart from stdout. */
struct write_out_sink {
	const struct write_out *format; /* borrowed; NULL: there is none */
	struct write_out_file *files;	/* owned; as the format has them */
	bool failed;			/* one of them */
};

void write_out_sink_init(
    struct write_out_sink *s, const struct write_out *format);

/* Closes; false: something could not be written, which was told. */
bool write_out_sink_close(struct write_out_sink *s);

/*
 * Does the steps of a result that waited so long for its turn (microseconds):
 * writes to stderr and files, and appends what is for stdout.
 */
void write_out_play(struct write_out_sink *s, const struct buf *steps,
    int64_t held, struct buf *to_stdout);

#endif
