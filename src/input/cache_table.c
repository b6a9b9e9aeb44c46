/*
 * The table, continued: what is kept from one run to the next.
 */
#include "config.h"

#include <stddef.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/options.h"

static int
set_cache(struct options *o, const char *value, char **cause)
{
	o->cache.dir = value;
	if (*value != '\0')
		return 0;
	*cause = xstrdup(_("an empty name"));
	return -1;
}

#define AT(field) .offset = offsetof(struct options, cache.field)

const struct option_spec cache_options[] = {
    {"cache", NULL, 0, OPTION_CUSTOM, "DIR",
	N_("keep responses in DIR; ask only what is new"), .set = set_cache,
	.file = true},
    {"changed-only", NULL, 0, OPTION_FLAG, NULL,
	N_("with --cache: leave out what is as last time"), AT(changed_only)},
    {.name = NULL},
};
