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

void
capacity_divide(struct capacity *l, size_t files, size_t jobs)
{
	size_t left = files > RESERVED ? files - RESERVED : 0;

	/* Plenty: every transfer may need all it ever can. */
	if (jobs <= left / (1 + FETCH_EXTRAS_MAX)) {
		l->slots = jobs;
		l->extras = jobs * FETCH_EXTRAS_MAX;
		l->connections = left - l->extras;
		return;
	}
	/* Else sockets go first, but a quarter is kept for lookups. */
	l->connections = jobs > left / 2 ? jobs : left / 2;
	if (l->connections > left - left / 4)
		l->connections = left - left / 4;
	l->extras = left - l->connections;
	if (l->extras < FETCH_EXTRAS_MAX)
		l->extras = FETCH_EXTRAS_MAX;
	if (l->connections == 0)
		l->connections = 1;
	l->slots = jobs < l->connections ? jobs : l->connections;
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
