/*
 * Additive increase, multiplicative decrease.
 */
#include "config.h"

#include "fetch/aimd.h"

#include <string.h>

/* Windows of rest below the level that met trouble. */
#define REST_FIRST 8
#define REST_MOST  1024

void
aimd_init(struct aimd *a, size_t most)
{
	memset(a, 0, sizeof *a);
	a->most = most;
	a->limit = most < AIMD_FIRST ? most : AIMD_FIRST;
	a->rest = REST_FIRST;
}

/* The successes that make the limit grow by one. */
static size_t
window(const struct aimd *a)
{
	if (a->epoch == 0)
		return 1;
	if (a->limit + 1 == a->trouble)
		return a->limit * a->rest;
	return a->limit;
}

void
aimd_success(struct aimd *a, unsigned epoch, size_t running)
{
	if (epoch != a->epoch || running < a->limit || a->limit >= a->most ||
	    ++a->progress < window(a))
		return;
	a->progress = 0;
	a->limit++;
	if (a->limit > a->trouble) {
		/* That level is none any more. */
		a->trouble = 0;
		a->rest = REST_FIRST;
	}
}

bool
aimd_trouble(struct aimd *a, unsigned epoch, size_t running)
{
	size_t level = running < a->limit ? running : a->limit;

	if (epoch != a->epoch)
		return false;
	if (level != a->trouble)
		a->rest = REST_FIRST;
	else if (a->rest < REST_MOST)
		a->rest *= 2;
	a->trouble = level;
	a->limit = level > 1 ? level / 2 : 1;
	a->progress = 0;
	a->epoch++;
	return true;
}

size_t
aimd_learned(const struct aimd *a)
{
	if (a->trouble == 0)
		return a->limit;
	return a->trouble > 1 ? a->trouble - 1 : 1;
}
