/*
 * The token bucket. In whole numbers: a token counts as much as the period
 * has microseconds, and each microsecond brings rate.count.
 */
#include "config.h"

#include "fetch/bucket.h"

void
bucket_init(struct bucket *b, const struct rate *rate, long burst, int64_t now)
{
	b->rate = *rate;
	b->most = b->level = burst * rate->period;
	b->since = now;
}

static void
refill(struct bucket *b, int64_t now)
{
	int64_t elapsed = now - b->since;

	if (elapsed <= 0)
		return;
	b->since = now;
	if (elapsed > (b->most - b->level) / b->rate.count)
		b->level = b->most;
	else
		b->level += elapsed * b->rate.count;
}

int64_t
bucket_when(struct bucket *b, int64_t now)
{
	int64_t missing;

	if (b->rate.count == 0)
		return now;
	refill(b, now);
	missing = b->rate.period - b->level;
	if (missing <= 0)
		return now;
	return now + (missing + b->rate.count - 1) / b->rate.count;
}

void
bucket_take(struct bucket *b, int64_t now, long tokens)
{
	if (b->rate.count == 0)
		return;
	refill(b, now);
	/* However much was taken, the debt stays a number. */
	while (tokens-- > 0 && b->level > -BUCKET_BURST_MAX * b->rate.period)
		b->level -= b->rate.period;
}

int64_t
bucket_time(const struct rate *rate, long burst, int64_t tokens)
{
	if (rate->count == 0 || tokens <= burst)
		return 0;
	return (int64_t)((double)(tokens - burst) * (double)rate->period /
	    (double)rate->count);
}

bool
bucket_full(struct bucket *b, int64_t now)
{
	if (b->rate.count == 0)
		return true;
	refill(b, now);
	return b->level == b->most;
}
