/*
 * Telling what was.
 */
#include "config.h"

#include "telling.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "report/comparison.h"
#include "report/side_file.h"

bool
telling_color(const struct options *o)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return isatty(STDERR_FILENO) &&
	    (no_color == NULL || *no_color == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
}

int
telling_check(const struct options *o, char **cause)
{
	const char *const paths[] = {
	    o->measure.summary, o->measure.plot, o->request.cookie_jar};
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		if (paths[i] != NULL && side_file_check(paths[i], cause) == -1)
			return -1;
	return 0;
}

void
telling_summary(const struct summary *s)
{
	if (s->options->silent)
		return;
	msg_clear_way();
	summary_print(stderr, s);
}

int
telling_files(const struct summary *s, char **cause)
{
	const struct measure_options *m = &s->options->measure;
	struct buf text;
	int result = 0;

	buf_init(&text);
	if (m->summary != NULL) {
		summary_put_json(&text, s);
		result = side_file_write(m->summary, &text, cause);
		text.len = 0;
	}
	if (result == 0 && m->plot != NULL && s->comparison != NULL &&
	    comparison_is_complete(s->comparison)) {
		comparison_put_svg(&text, s->comparison);
		result = side_file_write(m->plot, &text, cause);
	}
	buf_clear(&text);
	return result;
}
