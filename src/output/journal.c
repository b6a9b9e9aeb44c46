/*
 * The journal.
 */
#include "config.h"

#include "output/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/nls.h"
#include "base/read_some.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "output/journal_file.h"
#include "output/journal_line.h"

#define HEADER	     "{\"coget_journal\":1}\n"
#define HEADER_LEN   (sizeof HEADER - 1)
#define HEADER_START "{\"coget_journal\":" /* of any version */

#define CHUNK	     JOURNAL_CHUNK

/* An entry of the table. */
struct journal_place {
	uint64_t number; /* of the key */
	uint64_t at;	 /* in the file; 0: an empty entry */
};

#define PLACES_FIRST 64

static int
failed(struct journal *j, const char *what)
{
	free(j->problem);
	if (j->path != NULL)
		j->problem = xasprintf(_("cannot %s %s: %s"), _(what), j->path,
		    nls_strerror(errno));
	else
		j->problem = xasprintf(
		    _("cannot %s a temporary file in %s: %s"), _(what),
		    spool_directory(), nls_strerror(errno));
	return -1;
}

int
journal_read_at(struct journal *j, off_t at, void *to, size_t len, size_t *got)
{
	ssize_t n = read_all(j->fd, to, len, at);

	*got = n > 0 ? (size_t)n : 0;
	return n == -1 ? failed(j, N_("read")) : 0;
}

/* The beginning of the line at a place: its key and outcome. */
static bool
read_start(struct journal *j, off_t at, struct journal_line *line)
{
	char text[JOURNAL_LINE_START];
	size_t len;

	if (journal_read_at(j, at, text, JOURNAL_LINE_START, &len) == -1)
		return false;
	return journal_line_start(line, text, len);
}

/*
 * The entry of the key, or the empty one where it is to stand. Numbers that
 * are equal are compared in the file.
 */
static struct journal_place *
find(struct journal *j, const struct identity *key, struct journal_line *line)
{
	uint64_t number = identity_number(key);
	size_t i = (size_t)number & (j->capacity - 1);

	for (; j->places[i].at != 0; i = (i + 1) & (j->capacity - 1))
		if (j->places[i].number == number &&
		    read_start(j, (off_t)j->places[i].at, line) &&
		    memcmp(line->key.bytes, key->bytes, IDENTITY_SIZE) == 0)
			break;
	return &j->places[i];
}

static void
grow(struct journal *j)
{
	struct journal_place *old = j->places;
	size_t i, at, count = j->capacity;

	j->capacity = count == 0 ? PLACES_FIRST : count * 2;
	j->places = xcalloc(j->capacity, sizeof *j->places);
	for (i = 0; i < count; i++) {
		if (old[i].at == 0)
			continue;
		at = (size_t)old[i].number & (j->capacity - 1);
		while (j->places[at].at != 0)
			at = (at + 1) & (j->capacity - 1);
		j->places[at] = old[i];
	}
	free(old);
}

static void
remember(struct journal *j, const struct identity *key, off_t at)
{
	struct journal_line line;
	struct journal_place *place;

	if (j->count >= j->capacity / 4 * 3)
		grow(j);
	place = find(j, key, &line);
	if (place->at == 0)
		j->count++;
	place->number = identity_number(key);
	place->at = (uint64_t)at;
}

bool
journal_find(struct journal *j, const struct identity *key, off_t *place,
    enum outcome *outcome)
{
	struct journal_line line;
	const struct journal_place *found;

	if (j->capacity == 0)
		return false;
	found = find(j, key, &line);
	if (found->at == 0)
		return false;
	*place = (off_t)found->at;
	*outcome = line.outcome;
	return true;
}

/* The line that each_line has in hand. */
struct line_scan {
	off_t at;
	size_t len;			/* until now */
	char start[JOURNAL_LINE_START]; /* its first bytes */
};

/* Is called with each line behind the first; NULL: it is no record's. */
typedef void line_fn(
    struct journal *j, off_t at, const struct journal_line *line, void *arg);

/* Of a piece of the file: calls each for the lines that end in it. */
static void
scan(struct journal *j, struct line_scan *s, const char *text, size_t len,
    line_fn *each, void *arg)
{
	struct journal_line line;
	const char *end = text + len, *newline;
	size_t piece, shown;

	for (; text < end; text += piece) {
		newline = memchr(text, '\n', (size_t)(end - text));
		piece = (size_t)((newline != NULL ? newline + 1 : end) - text);
		if (s->len < sizeof s->start) {
			shown = sizeof s->start - s->len;
			memcpy(s->start + s->len, text,
			    piece < shown ? piece : shown);
		}
		s->len += piece;
		if (newline == NULL)
			break;
		shown = s->len < sizeof s->start ? s->len : sizeof s->start;
		if (s->at > 0)
			each(j, s->at,
			    journal_line_start(&line, s->start, shown) ? &line
								       : NULL,
			    arg);
		s->at += (off_t)s->len;
		s->len = 0;
	}
}

/* Calls each for every whole line, and sets *end to where the last one ends. */
static int
each_line(struct journal *j, line_fn *each, void *arg, off_t *end)
{
	struct line_scan s = {.at = 0};
	char *chunk = xmalloc(CHUNK);
	size_t got;
	off_t at = 0;
	int result;

	while ((result = journal_read_at(j, at, chunk, CHUNK, &got)) == 0 &&
	    got > 0) {
		scan(j, &s, chunk, got, each, arg);
		at += (off_t)got;
	}
	free(chunk);
	*end = s.at;
	return result;
}

static void
take_line(
    struct journal *j, off_t at, const struct journal_line *line, void *arg)
{
	(void)arg;
	if (line != NULL)
		remember(j, &line->key, at);
	else
		j->damaged++;
}

static int
write_all(struct journal *j, const char *data, size_t len)
{
	ssize_t n;

	for (; len > 0; data += n, len -= (size_t)n) {
		n = write(j->fd, data, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
		j->size += n;
	}
	return 0;
}

static int
begin_file(struct journal *j)
{
	if (write_all(j, HEADER, HEADER_LEN) == -1)
		return failed(j, N_("write"));
	return 0;
}

/* A torn last line was never told to anybody. */
static int
load(struct journal *j, off_t size)
{
	off_t end;

	if (each_line(j, take_line, NULL, &end) == -1)
		return -1;
	j->size = end;
	if (end < size && ftruncate(j->fd, end) == -1)
		return failed(j, N_("write"));
	return 0;
}

/* Is it a journal, or the beginning of one? Else sets *cause, or problem. */
static bool
has_header(struct journal *j, char **cause)
{
	const size_t start = strlen(HEADER_START);
	char text[HEADER_LEN];
	size_t len;

	if (journal_read_at(j, 0, text, HEADER_LEN, &len) == -1)
		return false;
	if (memcmp(text, HEADER, len) == 0)
		return true;
	*cause = len > start && memcmp(text, HEADER_START, start) == 0
	    ? xasprintf(_("%s is the journal of another version"), j->path)
	    : xasprintf(_("%s is no journal"), j->path);
	return false;
}

/* What the file is, says how to go on. *usage is true where it is none. */
static int
take_file(struct journal *j, bool resumes, bool *usage, char **cause)
{
	struct stat st;

	if (flock(j->fd, LOCK_EX | LOCK_NB) == -1) {
		*cause = errno == EWOULDBLOCK
		    ? xasprintf(
			  _("%s is the journal of a run that goes on"), j->path)
		    : xasprintf(_("cannot lock %s: %s"), j->path,
			  nls_strerror(errno));
		return -1;
	}
	if (fstat(j->fd, &st) == -1) {
		failed(j, N_("read"));
		return -1;
	}
	*usage = true;
	if (!S_ISREG(st.st_mode)) {
		*cause = xasprintf(_("%s is no journal"), j->path);
		return -1;
	}
	if (!has_header(j, cause)) {
		*usage = *cause != NULL;
		return -1;
	}
	if (st.st_size > (off_t)HEADER_LEN && !resumes) {
		*cause = xasprintf(_("%s is there already: --resume goes on "
				     "with it"),
		    j->path);
		return -1;
	}
	*usage = false;
	if (st.st_size >= (off_t)HEADER_LEN)
		return load(j, st.st_size);
	/* Killed in its first moment. */
	if (ftruncate(j->fd, 0) == -1)
		return failed(j, N_("write"));
	return begin_file(j);
}

int
journal_open(struct journal *j, const char *path, bool resumes, bool *usage,
    char **cause)
{
	memset(j, 0, sizeof *j);
	j->path = path;
	*usage = false;
	*cause = NULL;
	j->fd = open(path,
	    O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    0600);
	if (j->fd == -1)
		failed(j, N_("open"));
	else if (take_file(j, resumes, usage, cause) == 0)
		return 0;
	if (*cause == NULL)
		*cause = xstrdup(j->problem);
	return -1;
}

int
journal_open_unnamed(struct journal *j, char **cause)
{
	memset(j, 0, sizeof *j);
	j->fd = spool_open_unnamed(O_APPEND);
	if (j->fd != -1 && begin_file(j) == 0)
		return 0;
	*cause = xasprintf(_("cannot use a temporary file in %s: %s"),
	    spool_directory(), nls_strerror(errno));
	return -1;
}

static int
sync_now(struct journal *j)
{
	if (j->path == NULL || !j->dirty)
		return 0;
	j->dirty = false;
	return fdatasync(j->fd) == -1 ? failed(j, N_("sync")) : 0;
}

static void
sync_due(struct timer *timer)
{
	struct journal *j = LIST_ITEM(timer, struct journal, sync);

	sync_now(j); /* where it fails, the next record tells */
}

void
journal_start_sync(struct journal *j, struct co_sched *sched)
{
	j->sched = sched;
}

static void
sync_soon(struct journal *j)
{
	j->dirty = true;
	if (j->sched != NULL && j->path != NULL && j->sync.place == 0)
		timer_arm(&j->sched->timers, &j->sync,
		    loop_clock() + USEC_PER_SEC, sync_due);
}

int
journal_finish(struct journal *j)
{
	return j->problem != NULL ? -1 : sync_now(j);
}

void
journal_clear(struct journal *j)
{
	if (j->sched != NULL)
		timer_disarm(&j->sched->timers, &j->sync);
	if (j->fd != -1)
		close(j->fd);
	free(j->places);
	free(j->problem);
	memset(j, 0, sizeof *j);
	j->fd = -1;
}

/* The body, in pieces behind what was put before it. */
static int
put_body(struct journal *j, struct buf *line, const struct result *record)
{
	const struct blob *body = &record->body;
	struct buf raw;
	int64_t at = 0;
	size_t cut;
	ssize_t n;
	int result = 0;

	buf_init(&raw);
	buf_reserve(&raw, RESULT_PIECE);
	while (at < body->len && result == 0) {
		n = blob_read(body, at, raw.data, RESULT_PIECE);
		if (n <= 0) {
			result = -1;
			break;
		}
		at += n;
		cut = 0;
		if (record->form == BODY_BASE64)
			base64_encode(line, raw.data, (size_t)n);
		else {
			if (at < body->len)
				cut = utf8_cut(raw.data, (size_t)n);
			at -= (int64_t)cut; /* read once more */
			json_put_text(line, raw.data, (size_t)n - cut);
		}
		if (line->len >= CHUNK) {
			result = write_all(j, line->data, line->len);
			line->len = 0;
		}
	}
	buf_clear(&raw);
	return result;
}

static int
put_record(struct journal *j, struct buf *line, const struct result *record)
{
	buf_append(line, record->text.data + record->start,
	    record->text.len - record->start);
	result_put_body_key(line, record);
	if (result_has_body(record)) {
		if (put_body(j, line, record) == -1)
			return -1;
		buf_putc(line, '"');
	}
	buf_puts(line, JOURNAL_LINE_END);
	return write_all(j, line->data, line->len);
}

int
journal_add(struct journal *j, const struct identity *key, enum outcome outcome,
    struct result *record, const struct buf *heads, off_t *place)
{
	off_t at = j->size;
	struct buf line;
	int result;

	if (j->problem != NULL)
		return -1;
	buf_init(&line);
	journal_line_put(&line, key, outcome, record, heads);
	result = put_record(j, &line, record);
	buf_clear(&line);
	if (result == -1) {
		failed(j, N_("write"));
		/* What is there stays whole. */
		if (ftruncate(j->fd, at) == 0)
			j->size = at;
		return -1;
	}
	remember(j, key, at);
	sync_soon(j);
	if (place != NULL)
		*place = at;
	return 0;
}

struct failed_walk {
	void (*each)(void *arg, off_t place);
	void *arg;
};

static void
walk_failed(
    struct journal *j, off_t at, const struct journal_line *line, void *arg)
{
	struct failed_walk *walk = arg;
	struct journal_line last;

	/* Only the last word on each task counts. */
	if (line != NULL && !outcome_fine(line->outcome) &&
	    (off_t)find(j, &line->key, &last)->at == at)
		walk->each(walk->arg, at);
}

int
journal_each_failed(
    struct journal *j, void (*each)(void *arg, off_t place), void *arg)
{
	struct failed_walk walk = {each, arg};
	off_t end;

	return each_line(j, walk_failed, &walk, &end);
}
