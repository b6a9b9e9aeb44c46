/*
 * The task that reads the inputs line by line.
 *
 * Regular files are read directly: they are always ready, and epoll refuses
 * them. Everything else is read when it is readable, one read at a time, so
 * that the loop never waits here.
 */
#include "config.h"

#include "base/nls.h"
#include "input/source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_IOCTL_H
#include <sys/ioctl.h>
#endif

#include "base/ascii.h"
#include "base/msg.h"
#include "base/xmalloc.h"
#include "input/shard.h"

#define CHUNK_SIZE 65536

/* Of a line that is too long its request shows so much. */
#define LONG_LINE_SHOWN 1024

struct reader {
	struct co_task task;
	struct loop *loop;		   /* borrowed */
	struct source *source;		   /* borrowed */
	const struct request_rules *rules; /* borrowed */
	struct queue *queue;		   /* borrowed */
	bool *failed;			   /* borrowed */
	size_t place;			   /* in source->inputs */
	struct loop_fd watch;
	struct buf text; /* read, not yet taken */
	size_t taken;	 /* of text */
	size_t scanned;	 /* of text: holds no line end */
	unsigned long line;
	size_t index; /* of the next target */
	size_t count; /* of those that were taken */
	bool eof;
	bool too_long; /* inside a line of which the rest is skipped */
	bool hurried;
	size_t allowance; /* bytes still to be read when hurried */
	struct request *next;
};

static struct source_input *
input(struct reader *r)
{
	return &r->source->inputs[r->place];
}

static bool
must_wait(struct reader *r)
{
	struct source_input *in = input(r);

	return in->is_file && !in->is_regular && !in->is_kept && !r->hurried;
}

/* Of a pipe, in a hurry, no more is read than stands in it now. */
static void
allow_what_arrived(struct reader *r)
{
	int arrived = 0;

#ifdef FIONREAD
	if (ioctl(input(r)->fd, FIONREAD, &arrived) == -1)
		arrived = 0;
#endif
	r->allowance = arrived > 0 ? (size_t)arrived : 0;
}

static void
begin_input(struct reader *r)
{
	struct source_input *in = input(r);

	buf_reset(&r->text, CHUNK_SIZE * 2);
	r->taken = r->scanned = 0;
	/* Of a piece of a list: one stood in each line before. */
	r->line = in->is_file && r->place == 0 ? (unsigned long)r->index : 0;
	r->eof = r->too_long = false;
	if (!in->is_file)
		return;
	if (in->is_regular)
		lseek(in->fd, in->start, SEEK_SET);
	if (r->hurried)
		allow_what_arrived(r);
	if (must_wait(r))
		loop_fd_init(&r->watch, r->loop, in->fd);
}

static void
end_input(struct reader *r)
{
	loop_fd_clear(&r->watch);
}

static void
input_failed(struct reader *r)
{
	msg_warn(_("cannot read %s: %s"), input(r)->name, nls_strerror(errno));
	*r->failed = true;
	r->eof = true;
}

/* How much may be read now. */
static size_t
chunk_size(const struct reader *r)
{
	if (r->hurried && !r->source->inputs[r->place].is_regular &&
	    r->allowance < CHUNK_SIZE)
		return r->allowance;
	return CHUNK_SIZE;
}

/* A pipe or the like from which nothing was to be read: is it at its end? */
static bool
is_at_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int arrived = 0;

	if (poll(&p, 1, 0) != 1)
		return false;
#ifdef FIONREAD
	if (ioctl(fd, FIONREAD, &arrived) == -1)
		return true;
#endif
	return arrived == 0;
}

/* The rest of a line that is not whole yet will not be read. */
static void
drop_open_line(struct reader *r)
{
	while (r->text.len > r->taken && r->text.data[r->text.len - 1] != '\n')
		r->text.len--;
	if (r->scanned > r->text.len)
		r->scanned = r->text.len;
}

/* Reads once. Sets eof at the end, and where nothing more is wanted. */
static void
fill(struct reader *r)
{
	struct source_input *in = input(r);
	size_t size = chunk_size(r);
	ssize_t n;

	if (!in->is_file || in->is_kept) {
		if (in->is_kept)
			buf_append(&r->text, in->kept.data, in->kept.len);
		r->eof = true;
		return;
	}
	/* What was taken makes room for what comes. */
	if (r->taken > 0) {
		memmove(r->text.data, r->text.data + r->taken,
		    r->text.len - r->taken);
		r->text.len -= r->taken;
		r->scanned -= r->taken;
		r->taken = 0;
	}
	buf_reserve(&r->text, CHUNK_SIZE);
	n = size == 0 ? 0 : read(in->fd, r->text.data + r->text.len, size);
	if (n > 0) {
		r->text.len += (size_t)n;
		if (r->hurried)
			r->allowance -= r->allowance < (size_t)n ? r->allowance
								 : (size_t)n;
	} else if (n == 0 || (errno == EAGAIN && r->hurried)) {
		r->eof = true;
		if ((n == -1 || size == 0) && !is_at_end(in->fd))
			drop_open_line(r);
	} else if (errno != EAGAIN && errno != EINTR)
		input_failed(r);
}

/* It is one of the run's, or it is freed and NULL. */
static struct request *
pick(struct reader *r, struct request *request)
{
	const struct options *o = r->source->picks;

	if (o != NULL && !shard_has(o, request)) {
		request_free(request);
		return NULL;
	}
	request->place = r->count++;
	return request;
}

static struct request *
make_request(struct reader *r, const char *text, size_t len, bool too_long)
{
	char place[300];

	snprintf(place, sizeof place, "%s:%lu", input(r)->name, r->line);
	if (!too_long)
		return pick(
		    r, request_parse(r->rules, r->index++, text, len, place));
	return pick(r,
	    request_invalid(r->index++, text,
		len < LONG_LINE_SHOWN ? len : LONG_LINE_SHOWN, place,
		N_("the line is too long (over 1 MiB)")));
}

/* White space around a target is no part of it. */
static void
trim(const char **text, size_t *len)
{
	while (*len > 0 && ascii_is_space((*text)[*len - 1]))
		(*len)--;
	for (; *len > 0 && ascii_is_space(**text); (*text)++)
		(*len)--;
}

static bool
is_too_long(const char *line, size_t len)
{
	/* a CR is of the line end */
	return len > SOURCE_LINE_MAX + 1 ||
	    (len == SOURCE_LINE_MAX + 1 && line[len - 1] != '\r');
}

/*
 * A line without its end, or the beginning of one that is too long: a
 * request, or NULL where it asks for nothing, or another run.
 */
static struct request *
take_line(struct reader *r, const char *text, size_t len)
{
	bool too_long = is_too_long(text, len);

	r->line++;
	/* A byte order mark; files put together have them inside, too. */
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	trim(&text, &len);
	if (len == 0 ? !too_long : *text == '#')
		return NULL;
	return make_request(r, text, len, too_long);
}

/*
 * The next whole line in what was read: sets *line and *len and takes it.
 * Returns false where more must be read first.
 */
static bool
find_line(struct reader *r, const char **line, size_t *len)
{
	char *start, *end;

	if (r->taken == r->text.len)
		return false;
	start = r->text.data + r->taken;
	end = memchr(r->text.data + r->scanned, '\n', r->text.len - r->scanned);
	if (end == NULL && !r->eof) {
		r->scanned = r->text.len;
		return false;
	}
	if (end == NULL)
		end = r->text.data + r->text.len;
	*line = start;
	*len = (size_t)(end - start);
	r->taken = (size_t)(end - r->text.data);
	if (r->taken < r->text.len)
		r->taken++; /* the line end */
	r->scanned = r->taken;
	return true;
}

/* The next request of what was read, or NULL: more must be read first. */
static struct request *
take_request(struct reader *r)
{
	struct request *request = NULL;
	const char *line;
	size_t len;

	while (find_line(r, &line, &len)) {
		if (r->too_long) {
			r->too_long = false; /* its end; it was reported */
			continue;
		}
		if ((request = take_line(r, line, len)) != NULL)
			return request;
	}
	len = r->text.len - r->taken;
	if (len <= SOURCE_LINE_MAX + 1)
		return NULL;
	/* Its end is not yet here, nor does it matter. */
	if (!r->too_long)
		request = take_line(r, r->text.data + r->taken, len);
	r->too_long = true;
	r->taken = r->scanned = r->text.len;
	return request;
}

/* The next request of the input, or NULL. */
static struct request *
next_request(struct reader *r)
{
	struct source_input *in = input(r);
	const char *text = in->name;
	size_t len = strlen(text);

	if (in->is_file)
		return take_request(r);
	/* An argument is one target; "#" and "" mean nothing else here. */
	if (r->line++ > 0)
		return NULL;
	trim(&text, &len);
	return pick(r, request_parse(r->rules, r->index++, text, len, NULL));
}

static void
reader_body(struct co_task *self)
{
	struct reader *r = (struct reader *)self;

	CO_BEGIN(self);
	for (; r->place < r->source->input_count; r->place++) {
		begin_input(r);
		do {
			/* An endless device must not keep the others out. */
			if (must_wait(r))
				CO_AWAIT(self, loop_fd_wait(self, &r->watch));
			else
				CO_AWAIT(self, co_yield(self));
			if (self->error == 0)
				fill(r);
			while ((r->next = next_request(r)) != NULL) {
				CO_AWAIT(
				    self, queue_put(self, r->queue, r->next));
				if (self->error != 0)
					break;
				r->next = NULL;
			}
		} while (!r->eof && self->error == 0);
		end_input(r);
		if (self->error != 0)
			break;
	}
	queue_close(r->queue);
	CO_END(self);
}

static void
reader_clear(struct co_task *self)
{
	struct reader *r = (struct reader *)self;

	loop_fd_clear(&r->watch);
	buf_clear(&r->text);
	request_free(r->next);
}

struct reader *
reader_start(struct co_group *group, struct loop *loop, struct source *source,
    const struct request_rules *rules, struct queue *queue, bool *failed)
{
	struct reader *r = xcalloc(1, sizeof *r);

	co_task_init(&r->task, reader_body, reader_clear);
	r->loop = loop;
	r->source = source;
	r->rules = rules;
	r->queue = queue;
	r->failed = failed;
	if (source->picks != NULL)
		r->index = (size_t)source->picks->index_offset;
	group_start(group, &r->task);
	return r;
}

const struct co_task *
reader_task(const struct reader *r)
{
	return &r->task;
}

void
reader_hurry(struct reader *r)
{
	if (r->hurried)
		return;
	r->hurried = true;
	if (r->place < r->source->input_count)
		allow_what_arrived(r);
	if (r->watch.event != NULL)
		loop_fd_nudge(&r->watch);
}
