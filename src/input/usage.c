/*
 * What --help prints, from the table of options.
 */
#include "config.h"

#include "base/nls.h"
#include "input/options.h"

/* Where the explanations begin. */
#define USAGE_COLUMN 31

/* "  -o, --output FILE     write to FILE", the right column on its own. */
static void
usage_line(FILE *to, const struct option_spec *spec)
{
	char left[64];
	int width;

	width = snprintf(left, sizeof left, "  %c%c%s --%s%s%s%s%s",
	    spec->letter != 0 ? '-' : ' ',
	    spec->letter != 0 ? spec->letter : ' ',
	    spec->letter != 0 ? "," : " ", spec->name,
	    spec->alias != NULL ? ", --" : "",
	    spec->alias != NULL ? spec->alias : "",
	    spec->value != NULL && !option_value_is_optional(spec) ? " " : "",
	    spec->value != NULL ? spec->value : "");
	if (width >= USAGE_COLUMN)
		fprintf(
		    to, "%s\n%*s%s\n", left, USAGE_COLUMN, "", _(spec->help));
	else
		fprintf(to, "%-*s%s\n", USAGE_COLUMN, left, _(spec->help));
}

void
options_usage(FILE *to)
{
	const struct option_group *group;
	const struct option_spec *spec;

	fputs(_("usage: coget [OPTION...] [TARGET...]\n\n"
		"Fetches targets concurrently and prints them in input order.\n"
		"A target is a URL, a task ID (letters, digits, - and _) or a\n"
		"JSON task ({\"id\": 1, \"url\": \"...\"}). Without targets "
		"they\n"
		"are read from stdin, one a line.\n"),
	    to);
	for (group = option_groups; group->heading != NULL; group++) {
		fprintf(to, "\n%s:\n", _(group->heading));
		for (spec = group->options; spec->name != NULL; spec++)
			usage_line(to, spec);
	}
	fputs(_("\nMore in the manual: man coget\n"), to);
}
