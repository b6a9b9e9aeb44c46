/*
 * The source: reads targets from arguments, files and stdin, a line at a
 * time, as a coroutine that puts requests into a bounded queue.
 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "core/loop.h"
#include "core/sync.h"
#include "input/options.h"
#include "input/request.h"

/* The longest line, in bytes without its end. */
#define SOURCE_LINE_MAX ((size_t)1 << 20)

/* One argument or file. */
struct source_input {
	const char *name; /* of the file, or the target itself; borrowed */
	bool is_file;
	bool is_regular;
	int fd;		 /* -1: the target is the name */
	off_t start;	 /* of a regular file: where it is read from */
	struct buf kept; /* what can be read only once, kept for a rerun */
	bool is_kept;
};

struct source {
	struct source_input *inputs; /* owned */
	size_t input_count;
	const struct options *picks; /* which of the targets; borrowed; NULL:
					all, from 0 on */
};

/*
 * Opens all inputs; without any, stdin where it is no terminal. Returns 0, or
 * -1 and the cause (owned by the caller), with *usage saying whether the
 * command line is at fault, or else a file. Either way source_close releases.
 */
int source_open(
    struct source *s, const struct options *o, bool *usage, char **cause);
void source_close(struct source *s);

/* One input that is there as a text, whose contents it takes. */
void source_open_text(struct source *s, const char *name, struct buf *text);

/* How many files it holds open, stdin aside. */
size_t source_open_files(const struct source *s);

/*
 * Makes all inputs readable from their start a second time: what cannot be
 * (pipes, terminals) is read into memory, up to limit bytes in all. Returns
 * as source_open: it is for the command line to name what can be kept.
 * Blocks.
 */
int source_keep(struct source *s, size_t limit, bool *usage, char **cause);

/* How many targets there are: a reading ahead, in pieces. All zero at first. */
struct source_count {
	size_t targets; /* so far */
	size_t place;	/* in inputs */
	off_t at;	/* in that one */
	int line;	/* what is known of the line there */
	bool complete;
	bool unknown; /* it cannot be told before it is read */
};

/*
 * Goes on counting, for at most so many bytes. Pipes and the like are not
 * read ahead: then it is unknown.
 */
void source_count_on(
    const struct source *s, struct source_count *c, size_t most);

/* One reading of all inputs. */
struct reader;

/*
 * Starts the task that reads, in the group: puts each request (struct
 * request, for the getter to free) into the queue, which it closes at the
 * end. All is borrowed, and must outlive the group.
 */
struct reader *reader_start(struct co_group *group, struct loop *loop,
    struct source *source, const struct request_rules *rules,
    struct queue *queue, bool *failed);

/* Its task, to look at. */
const struct co_task *reader_task(const struct reader *r);

/*
 * From now on takes only what is there: the rest of files, and of a pipe what
 * has arrived. Not after the queue is closed.
 */
void reader_hurry(struct reader *r);

#endif
