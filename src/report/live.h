/*
 * The table of what all tasks do at this moment (SIGUSR1), as
 * "python -m asyncio ps" has it.
 */
#ifndef REPORT_LIVE_H
#define REPORT_LIVE_H

#include "core/sync.h"
#include "report/figures.h"

/* A task that is none of the fetch tasks. */
struct live_part {
	const char *name;	    /* "root"; translated */
	const struct co_task *task; /* NULL: it has ended */
	const char *waits;	    /* for what; translated */
};

#define LIVE_PARTS 3

struct live {
	struct figures figures;
	struct live_part parts[LIVE_PARTS];
	const struct co_group *tasks; /* fetch tasks */
};

/* Prints it on stderr, in one write. */
void live_print(const struct live *l);

#endif
