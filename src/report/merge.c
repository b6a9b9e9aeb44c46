/*
 * Merging summaries.
 */
#include "config.h"

#include "report/merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "report/summary_read.h"

#define CHUNK_SIZE 65536

/* When a run was, and how much it did at once. */
struct merge_run {
	int64_t began, ended; /* since 1970 */
	long jobs;
	size_t most_at_once;
};

void
merge_clear(struct merge *m)
{
	totals_clear(&m->totals);
	free(m->runs);
	memset(m, 0, sizeof *m);
}

static void
add(struct merge *m, const struct summary_read *s)
{
	const struct totals *t = &s->totals;

	totals_join(&m->totals, t);
	m->count += s->runs;
	m->runs = xreallocarray(m->runs, m->run_count + 1, sizeof *m->runs);
	m->runs[m->run_count++] = (struct merge_run){t->started_at,
	    t->started_at + t->time_run, s->jobs, t->most_at_once};
}

/* Returns how many summaries there are, or -1. */
static int
add_text(struct merge *m, const char *text, size_t len, char **cause)
{
	struct summary_read s;
	size_t used;
	int result, count = 0;

	while ((result = summary_read(&s, text, len, &used, cause)) == 1) {
		add(m, &s);
		summary_read_clear(&s);
		text += used;
		len -= used;
		count++;
	}
	return result == -1 ? -1 : count;
}

/* Returns 0, or -1 and errno. */
static int
read_file(struct buf *to, const char *name)
{
	int fd = STDIN_FILENO, saved;
	ssize_t n;

	if (strcmp(name, "-") != 0)
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	do {
		buf_reserve(to, CHUNK_SIZE);
		n = read(fd, to->data + to->len, CHUNK_SIZE);
		to->len += n > 0 ? (size_t)n : 0;
	} while (n > 0 || (n == -1 && errno == EINTR));
	saved = errno;
	if (fd != STDIN_FILENO)
		close(fd);
	errno = saved;
	return n == 0 ? 0 : -1;
}

int
merge_add_file(struct merge *m, const char *name, bool *usage, char **cause)
{
	const char *shown = strcmp(name, "-") == 0 ? "stdin" : name;
	struct buf text;
	char *why = NULL;
	int count = -1;

	buf_init(&text);
	*usage = read_file(&text, name) == 0;
	if (!*usage)
		*cause = xasprintf(
		    _("cannot read %s: %s"), shown, nls_strerror(errno));
	else if ((count = add_text(m, text.data, text.len, &why)) == -1)
		*cause = xasprintf("%s: %s", shown, why);
	else if (count == 0)
		*cause = xasprintf(_("%s: it is empty, no summary"), shown);
	free(why);
	buf_clear(&text);
	return count > 0 ? 0 : -1;
}

/* A run begins, or ends. */
struct edge {
	int64_t at;
	const struct merge_run *run;
	bool begins;
};

/* At one moment, runs end before others begin. */
static int
compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)x->begins - (int)y->begins;
}

static struct edge *
edges_of(const struct merge *m)
{
	struct edge *all = xcalloc(m->run_count + 1, 2 * sizeof *all);
	const struct merge_run *run;
	size_t i;

	for (i = 0; i < m->run_count; i++) {
		run = &m->runs[i];
		all[2 * i] = (struct edge){run->began, run, true};
		/* Each has been there. */
		all[2 * i + 1] = (struct edge){
		    run->ended > run->began ? run->ended : run->began + 1, run,
		    false};
	}
	qsort(all, 2 * m->run_count, sizeof *all, compare_edges);
	return all;
}

long
merge_end(struct merge *m)
{
	struct totals *t = &m->totals;
	struct edge *all = edges_of(m);
	long jobs = 0, most_jobs = 0;
	size_t i, at_once = 0;

	for (i = 0; i < 2 * m->run_count; i++) {
		if (!all[i].begins) {
			jobs -= all[i].run->jobs;
			at_once -= all[i].run->most_at_once;
			continue;
		}
		jobs += all[i].run->jobs;
		at_once += all[i].run->most_at_once;
		if (jobs > most_jobs)
			most_jobs = jobs;
		if (at_once > t->most_at_once)
			t->most_at_once = at_once;
	}
	if (m->run_count > 0) {
		t->started_at = all[0].at;
		t->time_run = all[2 * m->run_count - 1].at - all[0].at;
	}
	free(all);
	return most_jobs;
}
