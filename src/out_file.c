/*
 * The file of all results.
 */
#include "config.h"

#include "out_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dirs.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"

/* curl's --no-clobber: NAME, NAME.1 and so on, whichever is not there. */
static const char *
new_name(struct options *o, const char *file)
{
	char *name = xstrdup(file);
	int n;

	for (n = 1; n <= 100 && access(name, F_OK) == 0; n++) {
		free(name);
		name = xasprintf("%s.%d", file, n);
	}
	if (access(name, F_OK) == 0)
		msg_die(EXIT_LOCAL, _("%s is there already, up to .100"), file);
	return options_keep(o, name);
}

const char *
out_file_choose(struct options *o, bool *skips)
{
	const char *file = o->output;

	*skips = false;
	if (file == NULL || strcmp(file, "-") == 0)
		return NULL;
	*skips = o->files.skip_existing && access(file, F_OK) == 0;
	if (*skips)
		return "/dev/null"; /* no results; -w has something to say */
	if (o->files.create_dirs && dirs_make_for(file) == -1)
		msg_die(EXIT_LOCAL, _("cannot create the directory of %s: %s"),
		    file, nls_strerror(errno));
	return o->files.no_clobber ? new_name(o, file) : file;
}
