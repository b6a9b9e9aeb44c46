/*
 * Clocks of waiting.
 */
#include "config.h"

#include "fetch/wait.h"

#include <string.h>

void
wait_clock_init(struct wait_clock *c)
{
	memset(c, 0, sizeof *c);
	c->reason = WAIT_NONE;
}

void
wait_clock_set(struct wait_clock *c, enum wait_reason reason, int64_t now)
{
	if (reason == c->reason)
		return;
	if (c->reason != WAIT_NONE && now > c->since)
		c->spent[c->reason] += now - c->since;
	c->since = now;
	c->reason = reason;
}

void
wait_clock_add(
    const struct wait_clock *c, int64_t now, int sign, int64_t to[WAIT_COUNT])
{
	int i;

	for (i = 0; i < WAIT_COUNT; i++)
		to[i] += sign * c->spent[i];
	if (c->reason != WAIT_NONE && now > c->since)
		to[c->reason] += sign * (now - c->since);
}

void
wait_settle(int64_t waits[WAIT_COUNT], int64_t total)
{
	int64_t excess = -total;
	int i, most = WAIT_SLOT;

	for (i = 0; i < WAIT_COUNT; i++) {
		excess += waits[i];
		if (waits[i] > waits[most])
			most = i;
	}
	waits[excess < 0 ? WAIT_SLOT : most] -= excess;
}
