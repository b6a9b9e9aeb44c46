/*
 * The inputs: opening them, and keeping what can be read only once.
 */
#include "config.h"

#include "input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"

/* Opens one file. A pipe's end is opened without waiting for its writer. */
static int
open_file(struct source_input *in, char **cause)
{
	struct stat st;

	in->is_file = true;
	if (strcmp(in->name, "-") == 0) {
		in->fd = STDIN_FILENO;
		in->name = "stdin";
	} else
		in->fd = open(in->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in->fd == -1 || fstat(in->fd, &st) == -1) {
		*cause = xasprintf(strstr(in->name, "://") != NULL
			? _("cannot open %s: %s (-i is for a file of targets)")
			: _("cannot open %s: %s"),
		    in->name, nls_strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode)) {
		*cause = xasprintf(
		    _("cannot read %s: %s"), in->name, nls_strerror(EISDIR));
		return -1;
	}
	in->is_regular = S_ISREG(st.st_mode);
	if (in->is_regular)
		in->start = lseek(in->fd, 0, SEEK_CUR);
	return 0;
}

/* Without targets: stdin, where somebody feeds it. */
static int
add_stdin(struct source *s, const struct options *o, char **cause)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	/* main fills a closed stdin with one that can only be written. */
	if (isatty(STDIN_FILENO) || flags == -1 ||
	    (flags & O_ACCMODE) == O_WRONLY) {
		*cause = xstrdup(_("no targets; see coget --help"));
		return -1;
	}
	if (o->request.stdin_use != NULL) {
		*cause = xasprintf(
		    _("no targets: stdin is read by %s"), o->request.stdin_use);
		return -1;
	}
	s->inputs = xcalloc(1, sizeof *s->inputs);
	s->inputs[0].name = "-";
	s->inputs[0].fd = -1;
	s->input_count = 1;
	return 0;
}

/* A list that was meant for -i is taken for a host: a hint, once. */
static void
tell_of_lists(const struct options *o)
{
	struct stat st;
	const char *name;
	size_t i;

	for (i = 0; i < o->source_count && !o->silent; i++) {
		name = o->sources[i].text;
		if (o->sources[i].is_file ||
		    !request_begins_with_host(name, o->template != NULL) ||
		    stat(name, &st) == -1 || !S_ISREG(st.st_mode))
			continue;
		msg_warn(_("%s is taken for a host; a file of targets is read "
			   "with -i"),
		    name);
		return;
	}
}

int
source_open(
    struct source *s, const struct options *o, bool *usage, char **cause)
{
	size_t i;

	memset(s, 0, sizeof *s);
	s->picks = o;
	*usage = true;
	if (o->source_count == 0) {
		if (add_stdin(s, o, cause) == -1)
			return -1;
		*usage = false;
		return open_file(&s->inputs[0], cause);
	}
	tell_of_lists(o);
	s->inputs = xcalloc(o->source_count, sizeof *s->inputs);
	for (i = 0; i < o->source_count; i++) {
		s->inputs[i].name = o->sources[i].text;
		s->inputs[i].fd = -1;
		s->input_count++;
		*usage = false;
		if (o->sources[i].is_file &&
		    open_file(&s->inputs[i], cause) == -1)
			return -1;
	}
	return 0;
}

void
source_open_text(struct source *s, const char *name, struct buf *text)
{
	memset(s, 0, sizeof *s);
	s->inputs = xcalloc(1, sizeof *s->inputs);
	s->input_count = 1;
	s->inputs[0].name = name;
	s->inputs[0].fd = -1;
	s->inputs[0].is_file = s->inputs[0].is_kept = true;
	buf_move(&s->inputs[0].kept, text);
}

size_t
source_open_files(const struct source *s)
{
	size_t i, count = 0;

	for (i = 0; i < s->input_count; i++)
		count += s->inputs[i].fd > STDERR_FILENO;
	return count;
}

void
source_close(struct source *s)
{
	size_t i;

	for (i = 0; i < s->input_count; i++) {
		if (s->inputs[i].fd > STDERR_FILENO)
			close(s->inputs[i].fd);
		buf_clear(&s->inputs[i].kept);
	}
	free(s->inputs);
	memset(s, 0, sizeof *s);
}

/* Reads once, waiting for what there is to read. */
static ssize_t
read_waiting(int fd, void *data, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;

	do {
		while (poll(&p, 1, -1) == -1 && errno == EINTR)
			;
		n = read(fd, data, size);
	} while (n == -1 && (errno == EINTR || errno == EAGAIN));
	return n;
}

/* Reads a whole input; at most limit bytes. */
static int
keep(struct source_input *in, size_t limit, bool *usage, char **cause)
{
	char chunk[16384];
	ssize_t n;

	while ((n = read_waiting(in->fd, chunk, sizeof chunk)) != 0) {
		*usage = n != -1;
		if (n == -1) {
			*cause = xasprintf(_("cannot read %s: %s"), in->name,
			    nls_strerror(errno));
			return -1;
		}
		if ((size_t)n > limit - in->kept.len) {
			*cause = xasprintf(
			    _("--compare: %s cannot be read twice, "
			      "and is too large to keep"),
			    in->name);
			return -1;
		}
		buf_append(&in->kept, chunk, (size_t)n);
	}
	in->is_kept = true;
	return 0;
}

int
source_keep(struct source *s, size_t limit, bool *usage, char **cause)
{
	struct source_input *in;
	size_t i;

	for (i = 0; i < s->input_count; i++) {
		in = &s->inputs[i];
		if (!in->is_file || in->is_regular)
			continue;
		if (keep(in, limit, usage, cause) == -1)
			return -1;
		limit -= in->kept.len;
	}
	return 0;
}
