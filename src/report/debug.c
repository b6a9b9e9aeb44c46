/*
 * The event loop's diagnosis.
 */
#include "config.h"

#include "report/debug.h"

#include <stdio.h>
#include <string.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"

static double
milliseconds(int64_t usec)
{
	return (double)usec / (double)USEC_PER_MSEC;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
slow_turn(void *arg, const struct loop_debug *d)
{
	const struct loop_piece *p = &d->longest;
	char place[80] = "";

	(void)arg;
	if (p->file != NULL && p->line > 0)
		snprintf(place, sizeof place, " (%s:%d)", base_name(p->file),
		    p->line);
	else if (p->file != NULL)
		snprintf(place, sizeof place, " (%s)", base_name(p->file));
	msg_warn(_("debug: a turn of the loop took %.1f ms, "
		   "%.1f ms of them %s%s"),
	    milliseconds(d->usec), milliseconds(p->usec), p->name, place);
}

void
debug_start(struct loop_debug *d, struct loop *l)
{
	loop_debug_init(d, DEBUG_SLOW_TURN, slow_turn, NULL);
	loop_set_debug(l, d);
}

void
debug_print(
    const struct loop_debug *d, const struct loop *l, uint64_t transfers)
{
	msg_warn(_("debug: %llu turns (%llu slow, the longest %.1f ms), "
		   "%llu wakes, %llu transfers, %llu timers"),
	    (unsigned long long)d->turns, (unsigned long long)d->slow_turns,
	    milliseconds(d->usec_longest), (unsigned long long)l->sched.turns,
	    (unsigned long long)transfers, (unsigned long long)l->sched.fired);
}
