/*
 * Merging: reading the files, and telling what is in them.
 */
#include "config.h"

#include "merging.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/nls.h"
#include "input/options.h"
#include "report/merge.h"
#include "report/summary.h"
#include "telling.h"

static void
add_file(struct merge *m, const char *name)
{
	char *cause;
	bool usage;

	if (merge_add_file(m, name, &usage, &cause) == -1)
		msg_die(usage ? EXIT_USAGE : EXIT_LOCAL, "%s", cause);
}

/* Stdin, where somebody feeds it, if there are no files. */
static void
add_files(struct merge *m, const struct options *o)
{
	size_t i;

	if (o->source_count == 0 && isatty(STDIN_FILENO))
		msg_die(EXIT_USAGE, _("--merge: of which files?"));
	if (o->source_count == 0)
		add_file(m, "-");
	for (i = 0; i < o->source_count; i++)
		add_file(m, o->sources[i].text);
}

int
merging(const struct options *o)
{
	struct merge m = {.count = 0};
	struct summary s = {.concurrent = &m.totals, .options = o};
	const char *file = o->measure.summary;
	char *cause;
	int status;

	if (telling_check(o, &cause) == -1)
		msg_die(EXIT_LOCAL, "%s", cause);
	add_files(&m, o);
	s.jobs = merge_end(&m);
	s.runs = m.count;
	s.color = o->color == COLOR_ALWAYS ||
	    (telling_color(o) && isatty(STDOUT_FILENO));
	/* The JSON may be there instead. */
	if (!o->silent && (file == NULL || strcmp(file, "-") != 0))
		summary_print(stdout, &s);
	status = totals_fine(&m.totals) && !m.totals.cut ? EXIT_OK
							 : EXIT_NOT_ALL;
	if (telling_files(&s, &cause) == -1) {
		msg_warn("%s", cause);
		free(cause);
		status = EXIT_LOCAL;
	}
	merge_clear(&m);
	return status;
}
