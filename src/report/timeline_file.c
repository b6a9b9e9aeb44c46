/*
 * Files of timelines.
 */
#include "config.h"

#include "report/timeline_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "report/side_file.h"
#include "report/timeline.h"
#include "report/timeline_har.h"
#include "report/timeline_html.h"
#include "report/timeline_svg.h"
#include "report/timeline_trace.h"

#define FLUSH_FROM 65536

static int
open_file(struct timeline_file *f, const char *name)
{
	char *real = whole_file_resolve(name);
	const int descriptor = whole_file_descriptor(real);
	struct stat st;

	f->name = name;
	if (descriptor != -1)
		f->fd = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	else if (stat(real, &st) == 0 && !S_ISREG(st.st_mode))
		f->fd = open(real, O_WRONLY | O_CLOEXEC);
	else {
		f->fd = whole_file_create(&f->file, real, 0666);
		real = NULL; /* taken over */
	}
	free(real);
	return f->fd == -1 ? -1 : 0;
}

int
timeline_files_open(struct timeline *t, char **cause)
{
	const struct timeline_options *o = t->options;
	size_t i;

	t->files = xcalloc(o->file_count + 1, sizeof *t->files);
	for (i = 0; i < o->file_count; i++)
		t->files[i].fd = -1;
	for (i = 0; i < o->file_count; i++) {
		t->has_har |= o->files[i].format == TIMELINE_HAR;
		if (open_file(&t->files[i], o->files[i].name) == 0)
			continue;
		*cause = xasprintf(_("cannot write %s: %s"), o->files[i].name,
		    nls_strerror(errno));
		return -1;
	}
	return 0;
}

void
timeline_files_clear(struct timeline *t)
{
	struct timeline_file *f;
	size_t i;

	for (i = 0; t->files != NULL && i < t->options->file_count; i++) {
		f = &t->files[i];
		if (f->fd != -1)
			close(f->fd);
		whole_file_clear(&f->file);
		buf_clear(&f->buf);
	}
	free(t->files);
	t->files = NULL;
}

static void
write_out(struct timeline_file *f)
{
	if (f->error == 0 &&
	    side_file_put(f->fd, f->buf.data, f->buf.len) == -1)
		f->error = errno;
	f->buf.len = 0;
}

void
timeline_file_flush(struct timeline_file *f)
{
	if (f->buf.len >= FLUSH_FROM)
		write_out(f);
}

/* All is in the file: it gets its name. */
static void
finish(struct timeline_file *f)
{
	write_out(f);
	if (close(f->fd) == -1 && f->error == 0)
		f->error = errno;
	f->fd = -1;
	if (f->error == 0 && whole_file_commit(&f->file) == -1)
		f->error = errno;
}

/* What was kept of a run and cannot be read. */
static const char *
problem_of(const struct timeline *t)
{
	int i;

	for (i = 0; i < TIMELINE_KINDS; i++)
		if (t->runs[i].store.problem != NULL)
			return t->runs[i].store.problem;
	return NULL;
}

int
timeline_write(struct timeline *t)
{
	static void (*const writers[])(
	    struct timeline * t, struct timeline_file * f) = {
	    [TIMELINE_SVG] = timeline_svg_write,
	    [TIMELINE_HTML] = timeline_html_write,
	    [TIMELINE_TRACE] = timeline_trace_write,
	    [TIMELINE_HAR] = timeline_har_write,
	};
	struct timeline_file *f;
	size_t i;
	int result = 0;

	for (i = 0; i < t->options->file_count && problem_of(t) == NULL; i++) {
		f = &t->files[i];
		writers[t->options->files[i].format](t, f);
		if (problem_of(t) != NULL)
			break;
		finish(f);
		if (f->error == 0)
			continue;
		msg_warn(
		    _("cannot write %s: %s"), f->name, nls_strerror(f->error));
		result = -1;
	}
	if (problem_of(t) == NULL)
		return result;
	msg_warn(_("no timeline: %s"), problem_of(t));
	return -1;
}
