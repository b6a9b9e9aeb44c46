/*
 * How many transfers the system's limit on open files allows at once.
 */
#include "config.h"

#include "capacity.h"

#include <stdint.h>
#include <sys/resource.h>

#include "fetch/fetch.h"

/* For the standard streams, input files, the loop, libraries. */
#define RESERVED 32

/* As libcurl's own default: four for each transfer at once. */
#define IDLE_PER_SLOT 4

static void
set_idle(struct capacity *c)
{
	c->idle = c->slots * IDLE_PER_SLOT;
	if (c->idle > c->connections)
		c->idle = c->connections;
}

void
capacity_divide(struct capacity *c, size_t files, size_t jobs)
{
	size_t left = files > RESERVED ? files - RESERVED : 0;

	/* Plenty: every transfer may need all it ever can. */
	if (jobs <= left / (1 + FETCH_EXTRAS_MAX)) {
		c->slots = jobs;
		c->extras = jobs * FETCH_EXTRAS_MAX;
		c->connections = left - c->extras;
		set_idle(c);
		return;
	}
	/* Else sockets go first, but a quarter is kept for lookups. */
	c->connections = jobs > left / 2 ? jobs : left / 2;
	if (c->connections > left - left / 4)
		c->connections = left - left / 4;
	c->extras = left - c->connections;
	if (c->extras < FETCH_EXTRAS_MAX)
		c->extras = FETCH_EXTRAS_MAX;
	if (c->connections == 0)
		c->connections = 1;
	c->slots = jobs < c->connections ? jobs : c->connections;
	set_idle(c);
}

size_t
capacity_raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 256;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
			getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur > SIZE_MAX / 4 ? SIZE_MAX / 4
					     : (size_t)limit.rlim_cur;
}
