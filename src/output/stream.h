/*
 * An output stream that never stalls the event loop: stdout, or a file that
 * is there whole or not at all.
 *
 * A pipe or terminal is written when it is writable: on a description of our
 * own where the system gives us one, else at most PIPE_BUF bytes at a time,
 * as O_NONBLOCK on the shared one would be seen by other processes.
 */
#ifndef OUTPUT_STREAM_H
#define OUTPUT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/loop.h"
#include "core/sync.h"
#include "output/whole_file.h"

struct evbuffer;

/* While more waits to be written, no new task starts. */
#define STREAM_LIMIT ((size_t)1 << 20)

struct stream {
	struct loop *loop;	/* borrowed */
	const char *name;	/* for messages; borrowed */
	struct whole_file file; /* unless it is written directly */
	int fd;
	bool own_fd; /* a description of our own, which may not block */
	bool polled; /* written only when writable */
	bool is_terminal;
	bool is_null; /* /dev/null: nobody reads it */
	bool waiting; /* for it to be writable */
	struct evbuffer *pending;
	struct event *writable;
	struct event *reader_gone;
	struct event_flag room;	   /* pending is below the limit */
	struct event_flag drained; /* pending is empty, or there is an error */
	int error;		   /* errno of the write that failed; EPIPE:
				      the reader went away */
	void (*failed)(void *arg); /* called once, at the error; or NULL */
	void *arg;
	/*
	 * Who draws on the terminal is asked before each write (false: not
	 * now). Or NULL.
	 */
	bool (*clear_way)(void *arg);
	void *way_arg; /* borrowed */
	struct loop_hook hook;
};

/* Sets it, where the stream is a terminal, or a pipe that may lead there. */
void stream_share(struct stream *s, bool (*clear_way)(void *arg), void *arg);

/* stdout. Always succeeds: what is wrong shows at the first write. */
void stream_open_stdout(struct stream *s, struct loop *l);

/*
 * A file: written beside under a temporary name, a new one with that mode. What
 * is no regular file is written directly, and so is a descriptor (/dev/stdout,
 * /dev/fd/3). Returns 0, or -1 and the cause (owned by the caller).
 */
int stream_open_file(struct stream *s, struct loop *l, const char *path,
    mode_t mode, char **cause);

/* All is written: a file that stands beside is made of that time. */
void stream_set_modified(struct stream *s, time_t modified);

/* Takes the contents of b; they are written at the end of the turn. */
void stream_write(struct stream *s, struct buf *b);

/* Is there room for more, as far as is known without writing? */
static inline bool
stream_has_room(const struct stream *s)
{
	return s->room.set;
}

/* Await: there is room for more, or the stream has failed. */
bool stream_room(struct co_task *self, struct stream *s);

/* Await: all is written, or the stream has failed. */
bool stream_drain(struct co_task *self, struct stream *s);

/*
 * After stream_drain: closes, and gives a file its name. Returns 0, or -1 and
 * the cause (owned by the caller). A whole file that cannot have its name is
 * left under the temporary one, which the cause tells.
 */
int stream_commit(struct stream *s, char **cause);

/* Nothing more will be written: a reader may leave with what there is. */
void stream_end(struct stream *s);

/* Releases everything; a file that was not committed is gone. */
void stream_clear(struct stream *s);

#endif
