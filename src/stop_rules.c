/*
 * When to stop.
 */
#include "config.h"

#include "stop_rules.h"

#include <math.h>

void
stop_rules_init(struct stop_rules *s, const struct stop_options *o)
{
	s->options = o;
	s->ended = s->failed = 0;
	s->completed = s->settled = false;
}

/*
 * Of how many tasks is the percentage? Of those that have ended; but the
 * first of many say nothing yet: of a hundred at least, or as many as make the
 * percentage one task.
 */
static double
percent_of(const struct stop_rules *s, size_t total)
{
	double percent = s->options->fail_if_percent;
	double enough = percent > 0 ? fmax(ceil(100 / percent), 100) : 0;

	if (total != 0 && (double)total < enough)
		enough = (double)total;
	return (double)s->ended > enough ? (double)s->ended : enough;
}

static const char *
too_many(const struct stop_rules *s, size_t total)
{
	const struct stop_options *o = s->options;

	if (o->max_failures > 0 && s->failed >= (size_t)o->max_failures)
		return "too many tasks have failed (--max-failures)";
	if (o->fail_if_count != -1 && s->failed > (size_t)o->fail_if_count)
		return "too many tasks have failed (--fail-if)";
	if (o->fail_if_percent >= 0 &&
	    (double)s->failed * 100 > o->fail_if_percent * percent_of(s, total))
		return "too many tasks have failed (--fail-if)";
	return NULL;
}

const char *
stop_rules_ended(struct stop_rules *s, enum outcome outcome, size_t total)
{
	enum return_when when = (enum return_when)s->options->return_when;
	bool fine = outcome_fine(outcome);

	if (outcome == OUTCOME_CANCELLED)
		return NULL;
	s->ended++;
	s->failed += !fine;
	if (when == RETURN_FIRST_SUCCESS && fine) {
		s->settled = true;
		return "another task has succeeded (--return-when)";
	}
	if (when == RETURN_FIRST_COMPLETED && outcome != OUTCOME_INVALID) {
		if (!s->completed)
			s->settled = fine;
		s->completed = true;
		return "another task has completed (--return-when)";
	}
	if (when == RETURN_FIRST_EXCEPTION && !fine)
		return "another task has failed (--fail-early or "
		       "--return-when)";
	return fine ? NULL : too_many(s, total);
}
