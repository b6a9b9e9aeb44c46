/*
 * When a run ends before all its tasks have: --return-when, --max-failures,
 * --fail-if. asyncio's wait(return_when=...) and TaskGroup.
 */
#ifndef STOP_RULES_H
#define STOP_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "fetch/record.h"
#include "input/options.h"

struct stop_rules {
	const struct stop_options *options; /* borrowed */
	size_t ended;			    /* cancelled ones aside */
	size_t failed;
	bool completed; /* the first one has */
	bool settled;	/* what was waited for has come */
};

void stop_rules_init(struct stop_rules *s, const struct stop_options *o);

/*
 * A task has ended. total is the number of tasks, 0 where it is not known
 * yet. Returns the cause to stop for, or NULL.
 */
const char *stop_rules_ended(
    struct stop_rules *s, enum outcome outcome, size_t total);

#endif
