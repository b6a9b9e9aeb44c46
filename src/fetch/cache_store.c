/*
 * The files of the cache.
 */
#include "config.h"

#include "fetch/cache_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/nls.h"
#include "base/read_some.h"
#include "base/url.h"
#include "base/write_all.h"
#include "base/xmalloc.h"

#define MAGIC "coget-cache 1"

/* Where in the first line is what. */
#define TEXTS_AT  sizeof MAGIC
#define BODY_AT	  (TEXTS_AT + 8 + 1)
#define TIME_AT	  (BODY_AT + 20 + 1)
#define SUM_AT	  (TIME_AT + 20 + 1)
#define CHECK_AT  (SUM_AT + (size_t)2 * HASH_SIZE + 1)
#define LINE_SIZE (CHECK_AT + (size_t)2 * HASH_SIZE + 1)

/* What its eight digits hold. */
#define TEXTS_MAX 99999999

/* Most entries have no more before the body: one read. */
#define FIRST_READ 4096

/*
 * Nobody writes for so long, in seconds, and goes on: a temporary file that
 * old was left by a process that was killed.
 */
#define STALE_AGE 3600

/* The first trouble is the store's problem; nothing more is written. */
static void
failed(struct cache_store *s, const char *what)
{
	if (s->problem == NULL)
		s->problem = xasprintf(_("cannot %s %s: %s"), _(what), s->path,
		    nls_strerror(errno));
}

/* The directory itself is nobody else's. */
static int
make_root(const char *path)
{
	size_t len = strlen(path);
	char *name;
	int result;

	while (len > 1 && path[len - 1] == '/')
		len--;
	name = xmemdup(path, len);
	result = dirs_make_for(name);
	if (result == 0 && mkdir(name, 0700) == -1 && errno != EEXIST)
		result = -1;
	free(name);
	return result;
}

void
cache_store_open(struct cache_store *s, const char *path, bool sync)
{
	memset(s, 0, sizeof *s);
	s->path = path;
	s->sync = sync;
	s->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->root == -1 && errno == ENOENT && make_root(path) == 0)
		s->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->root == -1)
		failed(s, N_("open the cache"));
}

void
cache_store_close(struct cache_store *s)
{
	if (s->root != -1)
		close(s->root);
	free(s->problem);
}

static void
put_hex(char *to, const unsigned char hash[HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for (i = 0; i < HASH_SIZE; i++) {
		*to++ = digits[hash[i] >> 4];
		*to++ = digits[hash[i] & 15];
	}
	*to = '\0';
}

void
cache_store_name(
    char name[CACHE_NAME_SIZE], const unsigned char hash[HASH_SIZE])
{
	put_hex(name + 1, hash);
	name[0] = name[1];
	name[1] = name[2];
	name[2] = '/';
}

void
cache_store_remove(struct cache_store *s, const char *name)
{
	if (s->root != -1 && s->problem == NULL &&
	    unlinkat(s->root, name, 0) == -1 && errno != ENOENT)
		failed(s, N_("write in the cache"));
}

/* The digits at a place, up to a space. */
static int64_t
number_at(const char *line, size_t at)
{
	return strtoll(line + at, NULL, 10);
}

static void
check_of(const char *line, const struct buf *texts, char hex[2 * HASH_SIZE + 1])
{
	unsigned char value[HASH_SIZE];
	struct hash h;

	hash_init(&h);
	hash_add(&h, line, CHECK_AT);
	hash_add(&h, texts->data, texts->len);
	hash_value(&h, value);
	put_hex(hex, value);
}

static void
take_sum(unsigned char sum[HASH_SIZE], const char *hex)
{
	unsigned byte;
	size_t i;

	for (i = 0; i < HASH_SIZE; i++)
		sum[i] = sscanf(hex + 2 * i, "%2x", &byte) == 1
		    ? (unsigned char)byte
		    : 0;
}

/* "url: ...\nfrom: ...\n\n" stands before the header lines. */
static bool
take_texts(struct cache_entry *e, const struct buf *texts)
{
	const char *end = texts->data + texts->len, *head, *from;

	head = memmem(texts->data, texts->len, "\n\n", 2);
	if (head == NULL)
		return false;
	from = memmem(texts->data, (size_t)(head - texts->data), "\nfrom: ", 7);
	if (from == NULL)
		return false;
	from += 7;
	if (from < head)
		e->from = xmemdup(from, (size_t)(head - from));
	head += 2;
	buf_append(&e->head, head, (size_t)(end - head));
	return true;
}

/* Reads to the end of the texts; false where they are none of an entry. */
static bool
read_texts(int fd, off_t size, char line[LINE_SIZE + 1], struct buf *texts)
{
	char first[FIRST_READ + 1];
	ssize_t n = read_some(fd, first, FIRST_READ, 0);
	size_t len, got;

	if (n < (ssize_t)LINE_SIZE ||
	    memcmp(first, MAGIC " ", sizeof MAGIC) != 0)
		return false;
	memcpy(line, first, LINE_SIZE);
	line[LINE_SIZE] = '\0';
	len = (size_t)number_at(line, TEXTS_AT);
	if (len > TEXTS_MAX || (off_t)len > size - (off_t)LINE_SIZE)
		return false;
	got = (size_t)n - LINE_SIZE < len ? (size_t)n - LINE_SIZE : len;
	buf_append(texts, first + LINE_SIZE, got);
	if (got == len)
		return true;
	buf_reserve(texts, len - got);
	n = read_some(
	    fd, texts->data + got, len - got, (int64_t)(LINE_SIZE + got));
	texts->len = len;
	return n == (ssize_t)(len - got);
}

/* Is it what was once written, as far as it is read here? */
static bool
read_entry(struct cache_entry *e)
{
	char line[LINE_SIZE + 1], hex[2 * HASH_SIZE + 1];
	struct buf texts;
	struct stat st;
	bool valid;

	if (fstat(e->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return false;
	buf_init(&texts);
	valid = read_texts(e->fd, st.st_size, line, &texts);
	if (valid) {
		check_of(line, &texts, hex);
		e->body_at = (off_t)(LINE_SIZE + texts.len);
		e->size = number_at(line, BODY_AT);
		e->changed = number_at(line, TIME_AT);
		take_sum(e->sum, line + SUM_AT);
		valid = memcmp(hex, line + CHECK_AT, sizeof hex - 1) == 0 &&
		    e->size == st.st_size - e->body_at && take_texts(e, &texts);
	}
	buf_clear(&texts);
	return valid;
}

bool
cache_entry_open(struct cache_entry *e, struct cache_store *s, const char *name)
{
	memset(e, 0, sizeof *e);
	e->fd = -1;
	if (s->root == -1)
		return false;
	/* What is no file must not be waited for. */
	e->fd = openat(
	    s->root, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (e->fd == -1 && errno != ENOENT)
		failed(s, N_("read the cache"));
	if (e->fd != -1 && read_entry(e))
		return true;
	cache_entry_clear(e);
	return false;
}

ssize_t
cache_entry_read(const struct cache_entry *e, int64_t at, void *to, size_t max)
{
	return read_some(e->fd, to, max, e->body_at + at);
}

void
cache_entry_close(struct cache_entry *e)
{
	if (e->fd != -1)
		close(e->fd);
	e->fd = -1;
}

void
cache_entry_clear(struct cache_entry *e)
{
	cache_entry_close(e);
	buf_clear(&e->head);
	free(e->from);
	memset(e, 0, sizeof *e);
	e->fd = -1;
}

/* Once a run: what killed processes left. */
static void
sweep(struct cache_store *s, int dir)
{
	const time_t old = time(NULL) - STALE_AGE;
	struct dirent *one;
	struct stat st;
	DIR *d;

	s->is_swept = true;
	dir = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1 || (d = fdopendir(dir)) == NULL) {
		if (dir != -1)
			close(dir);
		return;
	}
	while ((one = readdir(d)) != NULL)
		if (fstatat(dir, one->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_mtime < old)
			unlinkat(dir, one->d_name, 0);
	closedir(d);
}

/* The directory of temporary files. */
static int
prepare(struct cache_store *s)
{
	int dir;

	if (s->is_swept)
		return 0;
	if (mkdirat(s->root, "tmp", 0700) == -1 && errno != EEXIST)
		return -1;
	dir = openat(s->root, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		return -1;
	sweep(s, dir);
	close(dir);
	return 0;
}

static int
create(struct cache_draft *d)
{
	uint64_t random;

	if (prepare(d->store) == -1)
		return -1;
	do {
		if (getentropy(&random, sizeof random) == -1)
			return -1;
		snprintf(d->temporary, sizeof d->temporary, "tmp/%016" PRIx64,
		    random);
		d->fd = openat(d->store->root, d->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	} while (d->fd == -1 && errno == EEXIST);
	if (d->fd == -1)
		return -1;
	temporary_note(&d->doomed, d->store->root, d->temporary);
	return 0;
}

/* The file goes, the sum stays. */
static void
drop_file(struct cache_draft *d)
{
	if (d->fd == -1)
		return;
	close(d->fd);
	d->fd = -1;
	unlinkat(d->store->root, d->temporary, 0);
	temporary_forget(&d->doomed);
}

static void
draft_failed(struct cache_draft *d)
{
	failed(d->store, N_("write in the cache"));
	drop_file(d);
}

void
cache_draft_begin(struct cache_draft *d, struct cache_store *s, bool keeps,
    const char *url, const char *from, const struct buf *head)
{
	/* The line comes last, but has its room. */
	char line[LINE_SIZE];

	cache_draft_clear(d);
	d->store = s;
	d->fd = -1;
	d->size = 0;
	hash_init(&d->sum);
	buf_puts(&d->texts, "url: ");
	url_redact(&d->texts, url, strlen(url));
	buf_puts(&d->texts, "\nfrom: ");
	buf_puts(&d->texts, from != NULL ? from : "");
	buf_puts(&d->texts, "\n\n");
	buf_append(&d->texts, head->data, head->len);
	if (!keeps || s->root == -1 || s->problem != NULL ||
	    d->texts.len > TEXTS_MAX)
		return;
	memset(line, ' ', sizeof line);
	if (create(d) == -1 || write_all(d->fd, line, sizeof line) == -1 ||
	    write_all(d->fd, d->texts.data, d->texts.len) == -1)
		draft_failed(d);
}

void
cache_draft_write(struct cache_draft *d, const char *data, size_t len)
{
	d->size += (int64_t)len;
	hash_add(&d->sum, data, len);
	if (d->fd != -1 && write_all(d->fd, data, len) == -1)
		draft_failed(d);
}

static int
write_line(struct cache_draft *d, int64_t changed)
{
	char line[LINE_SIZE + 1], sum[2 * HASH_SIZE + 1], check[sizeof sum];
	unsigned char value[HASH_SIZE];

	hash_value(&d->sum, value);
	put_hex(sum, value);
	snprintf(line, sizeof line,
	    MAGIC " %08zu %020" PRId64 " %020" PRId64 " %s ", d->texts.len,
	    d->size, changed, sum);
	check_of(line, &d->texts, check);
	snprintf(line + CHECK_AT, sizeof line - CHECK_AT, "%s\n", check);
	return lseek(d->fd, 0, SEEK_SET) == 0
	    ? write_all(d->fd, line, LINE_SIZE)
	    : -1;
}

/* Its directory may not be there yet. */
static int
rename_to(const struct cache_draft *d, const char *name)
{
	const int root = d->store->root;
	char dir[3] = {name[0], name[1], '\0'};

	if (renameat(root, d->temporary, root, name) == 0)
		return 0;
	if (errno != ENOENT ||
	    (mkdirat(root, dir, 0700) == -1 && errno != EEXIST))
		return -1;
	return renameat(root, d->temporary, root, name);
}

static int
sync_directory(const struct cache_store *s, const char *name)
{
	char dir[3] = {name[0], name[1], '\0'};
	int fd, result;

	fd = openat(s->root, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

void
cache_draft_commit(struct cache_draft *d, const char *name, int64_t changed)
{
	struct cache_store *s = d->store;

	if (d->fd == -1)
		return;
	if (write_line(d, changed) == -1 || (s->sync && fsync(d->fd) == -1) ||
	    rename_to(d, name) == -1 ||
	    (s->sync && sync_directory(s, name) == -1)) {
		draft_failed(d);
		return;
	}
	temporary_forget(&d->doomed);
	close(d->fd);
	d->fd = -1;
}

void
cache_draft_clear(struct cache_draft *d)
{
	if (d->store == NULL)
		return;
	drop_file(d);
	buf_clear(&d->texts);
	d->store = NULL;
}
