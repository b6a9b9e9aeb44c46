/*
 * base/write_behind, base/write_buffer: writing in a thread, in large pieces.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write_behind.h"
#include "base/write_buffer.h"
#include "tap.h"

/* A pipe that a thread reads to its end, from when it may. */
struct sink {
	int read_fd, write_fd;
	pthread_t thread;
	pthread_barrier_t may;
	char *data; /* what came */
	size_t len;
};

static void *
sink_main(void *arg)
{
	struct sink *s = arg;
	ssize_t n;

	pthread_barrier_wait(&s->may);
	while ((n = read(s->read_fd, s->data + s->len, 4096)) > 0)
		s->len += (size_t)n;
	return NULL;
}

static void
sink_open(struct sink *s)
{
	int fds[2];

	CHECK(pipe(fds) == 0);
	s->read_fd = fds[0];
	s->write_fd = fds[1];
	s->len = 0;
	s->data = malloc(64 * WRITE_BLOCK_SIZE);
	pthread_barrier_init(&s->may, NULL, 2);
	CHECK(pthread_create(&s->thread, NULL, sink_main, s) == 0);
}

static void
sink_read(struct sink *s)
{
	pthread_barrier_wait(&s->may);
}

/* Somebody writes to it, more than fits: stands still, then. */
static void
sink_await(const struct sink *s)
{
	struct pollfd p = {.fd = s->read_fd, .events = POLLIN};

	CHECK(poll(&p, 1, -1) == 1);
}

/* All that was written has come, then. */
static void
sink_end(struct sink *s)
{
	close(s->write_fd);
	pthread_join(s->thread, NULL);
	close(s->read_fd);
	pthread_barrier_destroy(&s->may);
}

/* A block of one letter, to a descriptor. */
static int
put(struct write_behind *w, struct write_stream *s, int fd, int letter)
{
	struct write_block *block = malloc(sizeof *block);

	memset(block->data, letter, WRITE_BLOCK_SIZE);
	block->len = WRITE_BLOCK_SIZE;
	return write_behind_put(w, s, fd, block);
}

static void
end(struct write_behind *w)
{
	struct write_block *block;

	while ((block = write_behind_take(w, true)) != NULL)
		free(block);
	write_behind_free(w);
}

/* Are these blocks of letters, one after the other? */
static bool
in_order(const char *data, size_t len, int first, size_t count)
{
	size_t i;

	for (i = 0; i < count * WRITE_BLOCK_SIZE; i++)
		if (i >= len || data[i] != (char)(first + i / WRITE_BLOCK_SIZE))
			return false;
	return len == i;
}

/*
 * The thread stands still, at a pipe that nobody reads: the owner writes what
 * is too much, and all of a stream that is to end.
 */
static void
still_thread(void)
{
	struct write_behind *w = write_behind_new();
	struct write_stream slow = {.error = 0}, fast = {.error = 0};
	struct sink sink;
	FILE *file = tmpfile();
	const int fd = fileno(file);
	char *got = malloc(20 * WRITE_BLOCK_SIZE);
	sigset_t wanted, old;
	int i, signo;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &wanted, &old);
	sink_open(&sink);
	CHECK(put(w, &slow, sink.write_fd, 'a') == 0);
	sink_await(&sink);
	for (i = 0; i < 20; i++)
		CHECK(put(w, &fast, fd, 'A' + i) == 0);
	CHECK(slow.num_pending == 1);
	CHECK(fast.num_pending > 0 && fast.num_pending <= 16);
	CHECK(write_behind_finish(w, &fast) == 0 && fast.num_pending == 0);
	CHECK(pread(fd, got, 20 * WRITE_BLOCK_SIZE, 0) ==
	    (ssize_t)(20 * WRITE_BLOCK_SIZE));
	CHECK(in_order(got, 20 * WRITE_BLOCK_SIZE, 'A', 20));
	kill(getpid(), SIGUSR1); /* it takes no signal either */
	sink_read(&sink);
	CHECK(write_behind_finish(w, &slow) == 0);
	CHECK(sigwait(&wanted, &signo) == 0 && signo == SIGUSR1);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	sink_end(&sink);
	CHECK(in_order(sink.data, sink.len, 'a', 1));
	end(w);
	free(sink.data);
	free(got);
	fclose(file);
}

/* One stream that is slow, with more than may wait: the owner leaves it alone
 * while the thread is at it. */
static void
slow_stream(void)
{
	struct write_behind *w = write_behind_new();
	struct write_stream slow = {.error = 0};
	struct sink sink;
	int i;

	sink_open(&sink);
	for (i = 0; i < 20; i++) {
		if (i == 16)
			sink_read(&sink);
		CHECK(put(w, &slow, sink.write_fd, 'a' + i) == 0);
	}
	CHECK(write_behind_finish(w, &slow) == 0);
	sink_end(&sink);
	CHECK(in_order(sink.data, sink.len, 'a', 20));
	end(w);
	free(sink.data);
}

/* The owner is at a slow stream: the thread, when it can, leaves it alone. */
static void
slow_owner(void)
{
	struct write_behind *w = write_behind_new();
	struct write_stream first = {.error = 0}, slow = {.error = 0};
	struct sink sinks[2];
	int i;

	sink_open(&sinks[0]);
	sink_open(&sinks[1]);
	CHECK(put(w, &first, sinks[0].write_fd, 'A') == 0);
	sink_await(&sinks[0]);
	for (i = 0; i < 10; i++)
		CHECK(put(w, &slow, sinks[1].write_fd, 'a' + i) == 0);
	sink_read(&sinks[1]);
	sink_read(&sinks[0]);
	CHECK(write_behind_finish(w, &slow) == 0);
	CHECK(write_behind_finish(w, &first) == 0);
	sink_end(&sinks[0]);
	sink_end(&sinks[1]);
	CHECK(in_order(sinks[0].data, sinks[0].len, 'A', 1));
	CHECK(in_order(sinks[1].data, sinks[1].len, 'a', 10));
	end(w);
	free(sinks[0].data);
	free(sinks[1].data);
}

/* What waits is not written; what has begun is, to its end. */
static void
cancelled(void)
{
	struct write_behind *w = write_behind_new();
	struct write_stream slow = {.error = 0}, other = {.error = 0};
	struct sink sink;
	struct stat st;
	FILE *file = tmpfile();
	int i;

	sink_open(&sink);
	CHECK(put(w, &slow, sink.write_fd, 'a') == 0);
	sink_await(&sink);
	for (i = 0; i < 10; i++)
		CHECK(put(w, &other, fileno(file), 'A') == 0);
	write_behind_cancel(w, &other);
	CHECK(other.num_pending == 0);
	sink_read(&sink);
	write_behind_cancel(w, &slow);
	CHECK(slow.num_pending == 0);
	sink_end(&sink);
	CHECK(sink.len == 0 || in_order(sink.data, sink.len, 'a', 1));
	end(w);
	CHECK(fstat(fileno(file), &st) == 0 && st.st_size == 0);
	free(sink.data);
	fclose(file);
}

/* Nothing is written behind what failed. */
static void
failed_stream(void)
{
	struct write_behind *w = write_behind_new();
	struct write_stream s = {.error = 0};
	FILE *file = tmpfile();
	struct stat st;

	put(w, &s, -1, 'a');
	put(w, &s, fileno(file), 'b');
	CHECK(write_behind_finish(w, &s) == EBADF);
	CHECK(put(w, &s, fileno(file), 'c') == EBADF);
	CHECK(write_behind_finish(w, &s) == EBADF && s.num_pending == 0);
	CHECK(fstat(fileno(file), &st) == 0 && st.st_size == 0);
	end(w);
	fclose(file);
}

static int64_t
size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_size : -1;
}

/* Writes are large ones, and all is written in order. */
static void
buffers_in_order(bool is_alone)
{
	const size_t size = 5 * WRITE_BLOCK_SIZE / 2, piece = 999;
	struct write_buffers all = {.is_alone = is_alone};
	struct write_buffer b = {.block = NULL};
	FILE *file = tmpfile();
	const int fd = fileno(file);
	char *data = malloc(size), *got = malloc(size);
	size_t i, n;

	for (i = 0; i < size; i++)
		data[i] = (char)(i % 251);
	for (i = 0; i < size; i += n) {
		n = size - i < piece ? size - i : piece;
		CHECK(write_buffer_put(&b, &all, fd, data + i, n) == 0);
		/* while the thread writes, a file may have any size */
		CHECK(
		    !is_alone || size_of(fd) % (int64_t)WRITE_BLOCK_SIZE == 0);
	}
	CHECK(!is_alone || size_of(fd) == 2 * (int64_t)WRITE_BLOCK_SIZE);
	CHECK(write_buffer_flush(&b, &all, fd) == 0);
	CHECK(pread(fd, got, size, 0) == (ssize_t)size);
	CHECK(memcmp(got, data, size) == 0);
	CHECK(write_buffer_put(&b, &all, fd, data, piece) == 0);
	write_buffer_drop(&b, &all);
	CHECK(size_of(fd) == (int64_t)size);
	write_buffers_clear(&all);
	CHECK(all.num_lent == 0);
	fclose(file);
	free(data);
	free(got);
}

static void
write_buffers(void)
{
	buffers_in_order(false);
	buffers_in_order(true); /* no thread was to be had */
}

/* Many files at once, more than there are buffers: each has what is its own. */
static void
many_files(void)
{
	enum { FILES = WRITE_BUFFERS_MOST + 9, PIECES = 40 };
	const size_t piece = 16 << 10;
	struct write_buffers all = {.idle = NULL};
	struct write_buffer b[FILES] = {{.block = NULL}};
	FILE *file[FILES];
	char *data = malloc(piece), *got = malloc(piece);
	size_t i, n;

	for (i = 0; i < FILES; i++)
		file[i] = tmpfile();
	for (n = 0; n < PIECES; n++)
		for (i = 0; i < FILES; i++) {
			memset(data, (int)(n + i), piece);
			CHECK(write_buffer_put(&b[i], &all, fileno(file[i]),
				  data, piece) == 0);
		}
	for (i = 0; i < FILES; i++) {
		const int fd = fileno(file[i]);

		CHECK(write_buffer_flush(&b[i], &all, fd) == 0);
		CHECK(size_of(fd) == (int64_t)(piece * PIECES));
		for (n = 0; n < PIECES; n++) {
			memset(data, (int)(n + i), piece);
			CHECK(pread(fd, got, piece, (off_t)(n * piece)) ==
				(ssize_t)piece &&
			    memcmp(got, data, piece) == 0);
		}
		write_buffer_drop(&b[i], &all);
		fclose(file[i]);
	}
	write_buffers_clear(&all);
	CHECK(all.num_lent == 0);
	free(data);
	free(got);
}

/* Where all are lent, writing goes on without; one that is back is lent. */
static void
lent_buffers(void)
{
	struct write_buffers all = {.idle = NULL};
	struct write_buffer b[WRITE_BUFFERS_MOST + 1] = {{.block = NULL}};
	FILE *file = tmpfile();
	const int fd = fileno(file);
	size_t i;

	for (i = 0; i <= WRITE_BUFFERS_MOST; i++)
		CHECK(write_buffer_put(&b[i], &all, fd, "a", 1) == 0);
	CHECK(all.num_lent == WRITE_BUFFERS_MOST && size_of(fd) == 1);
	write_buffer_drop(&b[0], &all);
	CHECK(write_buffer_put(&b[i - 1], &all, fd, "a", 1) == 0);
	CHECK(all.idle == NULL && size_of(fd) == 1);
	for (i = 0; i <= WRITE_BUFFERS_MOST; i++)
		write_buffer_drop(&b[i], &all);
	CHECK(all.num_lent == 0);
	write_buffers_clear(&all);
	fclose(file);
}

/* An error is told once; what it kept from being written is given up. */
static void
failed_buffer(void)
{
	struct write_buffers all = {.idle = NULL};
	struct write_buffer b = {.block = NULL};

	CHECK(write_buffer_put(&b, &all, -1, "a", 1) == 0);
	CHECK(write_buffer_flush(&b, &all, -1) == -1 && errno == EBADF);
	CHECK(write_buffer_flush(&b, &all, -1) == 0);
	write_buffer_drop(&b, &all);
	write_buffers_clear(&all);
}

/* One that the thread meets is told by a later write, or when flushed. */
static void
failed_behind(void)
{
	struct write_buffers all = {.idle = NULL};
	struct write_buffer b = {.block = NULL};
	char *data = calloc(1, WRITE_BLOCK_SIZE);
	int i, result = 0;

	CHECK(write_buffer_put(&b, &all, -1, data, WRITE_BLOCK_SIZE) == 0);
	CHECK(write_buffer_flush(&b, &all, -1) == -1 && errno == EBADF);
	for (i = 0; i < WRITE_BUFFERS_MOST && result == 0; i++)
		result = write_buffer_put(&b, &all, -1, data, WRITE_BLOCK_SIZE);
	CHECK(result == -1 && errno == EBADF); /* so many cannot wait */
	write_buffer_drop(&b, &all);
	write_buffers_clear(&all);
	CHECK(all.num_lent == 0);
	free(data);
}

/* Nor does what comes later go to where it would have stood. */
static void
failed_without_buffer(void)
{
	struct write_buffers all = {.idle = NULL};
	struct write_buffer b = {.block = NULL};
	struct write_buffer others[WRITE_BUFFERS_MOST] = {{.block = NULL}};
	char *data = calloc(1, WRITE_BLOCK_SIZE);
	FILE *file = tmpfile();
	const int fd = fileno(file);
	size_t i;

	CHECK(write_buffer_put(&b, &all, -1, data, WRITE_BLOCK_SIZE) == 0);
	for (i = 0; i < WRITE_BUFFERS_MOST; i++)
		CHECK(write_buffer_put(&others[i], &all, fd, "a", 1) == 0);
	CHECK(write_buffer_put(&b, &all, fd, "b", 1) == -1 && errno == EBADF);
	CHECK(size_of(fd) == 0);
	for (i = 0; i < WRITE_BUFFERS_MOST; i++)
		write_buffer_drop(&others[i], &all);
	write_buffer_drop(&b, &all);
	write_buffers_clear(&all);
	fclose(file);
	free(data);
}

TAP_MAIN({"a thread that stands still holds nobody up", still_thread},
    {"one stream at a time: the thread's", slow_stream},
    {"one stream at a time: the owner's", slow_owner},
    {"what is cancelled is not written", cancelled},
    {"nothing is written behind a failure", failed_stream},
    {"writes are large", write_buffers}, {"writes of many files", many_files},
    {"buffers are lent and come back", lent_buffers},
    {"a write that failed is told", failed_buffer},
    {"writes behind that fail", failed_behind},
    {"what follows them is not written", failed_without_buffer})
