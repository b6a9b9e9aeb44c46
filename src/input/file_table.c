/*
 * The table, continued: files.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "input/options.h"

/*
 * -o, or -O, which is "{name}": the last one counts. With curl each has a URL
 * of its own, so who gives several is told; a configuration file has defaults.
 */
static void
tell_repeated(struct options *o, const char *value)
{
	if (o->config_depth > 0)
		return;
	if (o->output_given != NULL && !o->output_told &&
	    strcmp(o->output_given, value) != 0) {
		msg_warn(_("of several -o and -O only the last one counts; "
			   "-o with {name} or {index} writes a file for each "
			   "target"));
		o->output_told = true;
	}
	o->output_given = value;
}

static int
set_output(struct options *o, const char *value, char **cause)
{
	tell_repeated(o, value);
	o->output = value;
	o->files.remote_name = false;
	if (*value != '\0')
		return 0;
	*cause = xstrdup(_("an empty file name"));
	return -1;
}

static int
set_remote_name(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	tell_repeated(o, "{name}");
	o->output = NULL;
	o->files.remote_name = true;
	return 0;
}

static void
unset_remote_name(struct options *o)
{
	if (o->files.remote_name)
		o->output_given = NULL;
	o->files.remote_name = false;
}

static int
set_output_dir(struct options *o, const char *value, char **cause)
{
	o->files.dir = value;
	if (*value != '\0')
		return 0;
	*cause = xstrdup(_("an empty name"));
	return -1;
}

/* curl's: in octal. */
static int
set_mode(struct options *o, const char *value, char **cause)
{
	char *end;

	o->files.mode = strtol(value, &end, 8);
	if (ascii_is_digit(*value) && *end == '\0' && o->files.mode <= 0777)
		return 0;
	*cause = xasprintf(_("\"%s\" is no mode, as 0644"), value);
	return -1;
}

/* curl's: a number of bytes, or what the files say. The last one counts. */
static int
set_continue(struct options *o, const char *value, char **cause)
{
	long offset = 0;

	o->files.continues = strcmp(value, "-") == 0;
	if (!o->files.continues &&
	    number_parse(value, 0, LONG_MAX, &offset) == -1) {
		*cause = xasprintf(
		    _("\"%s\" is no number of bytes, nor -"), value);
		return -1;
	}
	o->files.continue_at = offset;
	return 0;
}

#define AT(field) .offset = offsetof(struct options, files.field)

const struct option_spec file_options[] = {
    {"output", NULL, 'o', OPTION_CUSTOM, "FILE",
	N_("all results; with {index}, {name}: one a task"), .file = true,
	.set = set_output},
    {"remote-name", "remote-name-all", 'O', OPTION_CUSTOM, NULL,
	N_("each body to a file named as in the URL"), .set = set_remote_name,
	.unset = unset_remote_name},
    {"remote-header-name", NULL, 'J', OPTION_FLAG, NULL,
	N_("-O, but named as the server says"), AT(server_name)},
    {"output-dir", NULL, 0, OPTION_CUSTOM, "DIR", N_("files are in DIR"),
	.set = set_output_dir, .file = true},
    {"create-dirs", NULL, 0, OPTION_FLAG, NULL,
	N_("make the directories that are missing"), AT(create_dirs)},
    {"create-file-mode", NULL, 0, OPTION_CUSTOM, "MODE",
	N_("of new files, in octal (default 0666 - umask)"), .set = set_mode},
    {"no-clobber", NULL, 0, OPTION_FLAG, NULL,
	N_("replace no file: NAME.1, NAME.2 and so on"), AT(no_clobber)},
    {"continue-at", NULL, 'C', OPTION_CUSTOM, "OFFSET",
	N_("resume a file; -: where it ends"), .set = set_continue},
    {"skip-existing", NULL, 0, OPTION_FLAG, NULL,
	N_("no request for a file that is there"), AT(skip_existing)},
    {"remote-time", NULL, 'R', OPTION_FLAG, NULL,
	N_("files have the time of Last-Modified"), AT(remote_time)},
    {"sync", NULL, 0, OPTION_FLAG, NULL, N_("files are on the disk (fsync)"),
	AT(sync)},
    {"remove-on-error", NULL, 0, OPTION_FLAG, NULL,
	N_("no effect: a part of a file is never kept"), AT(remove_on_error)},
    {.name = NULL},
};
