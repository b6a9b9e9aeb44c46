/*
 * A thread that writes.
 */
#include "config.h"

#include "base/write_behind.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/write_all.h"
#include "base/xmalloc.h"

/* Where more are pending the owner writes, too. */
#define PENDING_MOST 16

struct queue {
	struct write_block *first, **end;
};

struct write_behind {
	pthread_t thread;
	pthread_mutex_t lock; /* holds what follows, and all streams */
	pthread_cond_t work;  /* something is to be done by the thread */
	pthread_cond_t done;  /* the thread has written a block */
	struct queue waiting;
	struct queue written;
	size_t num_pending; /* those that wait or are being written */
	/* Whose blocks the thread and the owner write now; never the same. */
	const struct write_stream *threads, *owners;
	bool ends;
};

static void
queue_add(struct queue *q, struct write_block *block)
{
	block->next = NULL;
	*q->end = block;
	q->end = &block->next;
}

/* Takes the first one of s out, or of any but other; NULL: there is none. */
static struct write_block *
queue_take(struct queue *q, const struct write_stream *s,
    const struct write_stream *other)
{
	struct write_block **at = &q->first, *block;

	while (*at != NULL &&
	    (s != NULL ? (*at)->stream != s : (*at)->stream == other))
		at = &(*at)->next;
	block = *at;
	if (block == NULL)
		return NULL;
	*at = block->next;
	if (block->next == NULL)
		q->end = at;
	return block;
}

/* Writes a block that waits no more, unlocked meanwhile. */
static void
write_block(struct write_behind *w, struct write_block *block)
{
	struct write_stream *s = block->stream;
	const bool is_good = s->error == 0;
	int error = 0;

	pthread_mutex_unlock(&w->lock);
	if (is_good && write_all(block->fd, block->data, block->len) == -1)
		error = errno;
	pthread_mutex_lock(&w->lock);
	if (error != 0)
		s->error = error;
	s->num_pending--;
	w->num_pending--;
	queue_add(&w->written, block);
}

static void *
thread_main(void *arg)
{
	struct write_behind *w = arg;
	struct write_block *block;

	pthread_mutex_lock(&w->lock);
	while (!w->ends) {
		block = queue_take(&w->waiting, NULL, w->owners);
		if (block == NULL) {
			pthread_cond_wait(&w->work, &w->lock);
			continue;
		}
		w->threads = block->stream;
		write_block(w, block);
		w->threads = NULL;
		pthread_cond_signal(&w->done);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* The same by the owner; the thread may have waited for the stream. */
static void
write_too(struct write_behind *w, struct write_block *block)
{
	w->owners = block->stream;
	write_block(w, block);
	w->owners = NULL;
	pthread_cond_signal(&w->work);
}

struct write_behind *
write_behind_new(void)
{
	struct write_behind *w = xcalloc(1, sizeof *w);
	sigset_t all, old;
	int error;

	*w = (struct write_behind){.lock = PTHREAD_MUTEX_INITIALIZER,
	    .work = PTHREAD_COND_INITIALIZER,
	    .done = PTHREAD_COND_INITIALIZER,
	    .waiting.end = &w->waiting.first,
	    .written.end = &w->written.first};
	/* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&w->thread, NULL, thread_main, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error == 0)
		return w;
	free(w);
	return NULL;
}

void
write_behind_free(struct write_behind *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->ends = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	free(w);
}

int
write_behind_put(struct write_behind *w, struct write_stream *s, int fd,
    struct write_block *block)
{
	struct write_block *other;
	int error;

	pthread_mutex_lock(&w->lock);
	s->num_pending++;
	w->num_pending++;
	block->stream = s;
	block->fd = fd;
	queue_add(&w->waiting, block);
	pthread_cond_signal(&w->work);
	while (w->num_pending > PENDING_MOST) {
		other = queue_take(&w->waiting, NULL, w->threads);
		if (other != NULL)
			write_too(w, other);
		else
			pthread_cond_wait(&w->done, &w->lock);
	}
	error = s->error;
	pthread_mutex_unlock(&w->lock);
	return error;
}

struct write_block *
write_behind_take(struct write_behind *w, bool waits)
{
	struct write_block *block;

	pthread_mutex_lock(&w->lock);
	while (waits && w->written.first == NULL && w->num_pending > 0)
		pthread_cond_wait(&w->done, &w->lock);
	block = queue_take(&w->written, NULL, NULL);
	pthread_mutex_unlock(&w->lock);
	return block;
}

int
write_behind_finish(struct write_behind *w, struct write_stream *s)
{
	struct write_block *block;
	int error;

	pthread_mutex_lock(&w->lock);
	while (s->num_pending > 0) {
		block = w->threads == s ? NULL
					: queue_take(&w->waiting, s, NULL);
		if (block != NULL)
			write_too(w, block);
		else
			pthread_cond_wait(&w->done, &w->lock);
	}
	error = s->error;
	pthread_mutex_unlock(&w->lock);
	return error;
}

void
write_behind_cancel(struct write_behind *w, struct write_stream *s)
{
	struct write_block *block;

	pthread_mutex_lock(&w->lock);
	while ((block = queue_take(&w->waiting, s, NULL)) != NULL) {
		s->num_pending--;
		w->num_pending--;
		queue_add(&w->written, block);
	}
	while (s->num_pending > 0)
		pthread_cond_wait(&w->done, &w->lock);
	pthread_mutex_unlock(&w->lock);
}
