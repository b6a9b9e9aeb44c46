/*
 * Hosts.
 */
#include "config.h"

#include "fetch/host.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "input/options.h"

/* Of so many hosts the learned limits are kept for the summary. */
#define KEEP_HOSTS 1000

static int
compare(const void *a, const void *b)
{
	const struct host *first = a, *second = b;

	return strcmp(first->key, second->key);
}

void
hosts_init(struct hosts *t, const struct pacing *pacing, size_t slots)
{
	memset(t, 0, sizeof *t);
	list_init(&t->all);
	t->pacing = pacing;
	t->most = slots;
}

static void
host_free(struct hosts *t, struct host *h)
{
	tdelete(h, &t->tree, compare);
	list_remove(&h->link);
	t->count--;
	free(t->last_freed);
	t->last_freed = h->key;
	free(h);
}

void
hosts_clear(struct hosts *t)
{
	while (!list_empty(&t->all))
		host_free(t, LIST_ITEM(t->all.next, struct host, link));
	free(t->last_freed);
	t->last_freed = NULL;
}

static struct host *
host_new(struct hosts *t, const char *key, int64_t now)
{
	const struct pacing *p = t->pacing;
	struct host *h = xcalloc(1, sizeof *h);

	h->key = xstrdup(key);
	wait_clock_init(&h->waits);
	list_init(&h->waiters);
	list_init(&h->sleepers);
	h->learns = p->host_slots == HOST_SLOTS_AUTO;
	h->slots = p->host_slots > 0 ? (size_t)p->host_slots : t->most;
	aimd_init(&h->aimd, t->most);
	bucket_init(&h->bucket, &p->rate_host, p->burst, now);
	list_append(&t->all, &h->link);
	t->count++;
	/* One that comes and goes is one. */
	if (t->last_freed == NULL || strcmp(t->last_freed, key) != 0)
		t->made++;
	return h;
}

/* Would a new one know as much? */
static bool
is_as_new(const struct hosts *t, struct host *h, int64_t now)
{
	return h->users == 0 && !h->given_up &&
	    (h->failures == 0 || t->pacing->host_max_failures == 0) &&
	    h->paused_until <= now && h->quota_until <= now &&
	    bucket_full(&h->bucket, now) &&
	    (!h->learns || (t->count > KEEP_HOSTS && h->aimd.epoch == 0));
}

/* Looks at the two that were not looked at for longest. */
static void
sweep(struct hosts *t, int64_t now)
{
	struct host *h;
	int i;

	for (i = 0; i < 2 && !list_empty(&t->all); i++) {
		h = LIST_ITEM(t->all.next, struct host, link);
		if (is_as_new(t, h, now)) {
			host_free(t, h);
			continue;
		}
		list_remove(&h->link);
		list_append(&t->all, &h->link);
	}
}

struct host *
hosts_hold(struct hosts *t, const char *key, int64_t now)
{
	struct host wanted = {.key = (char *)(uintptr_t)key}, *h;
	void *node = tfind(&wanted, &t->tree, compare);

	if (node != NULL)
		h = *(struct host **)node;
	else {
		sweep(t, now);
		h = host_new(t, key, now);
		if (tsearch(h, &t->tree, compare) == NULL)
			xmalloc_exhausted();
	}
	h->users++;
	return h;
}

void
hosts_release(struct hosts *t, struct host *h, int64_t now)
{
	h->users--;
	if (is_as_new(t, h, now))
		host_free(t, h);
}

static size_t
limit(const struct host *h)
{
	return h->learns ? h->aimd.limit : h->slots;
}

int64_t
host_when(struct host *h, int64_t now, enum wait_reason *why)
{
	int64_t when = now, token;

	/* No limit of its own: it has all slots of the run. */
	*why = limit(h) < h->aimd.most ? WAIT_HOST : WAIT_SLOT;
	if (h->running >= limit(h))
		return HOST_NEVER;
	*why = WAIT_PAUSE;
	if (h->paused_until > when)
		when = h->paused_until;
	if (h->quota_until > when && h->quota <= 0)
		when = h->quota_until;
	token = bucket_when(&h->bucket, now);
	if (token <= when)
		return when;
	*why = WAIT_RATE;
	return token;
}

void
host_begin(struct host *h, int64_t now)
{
	h->running++;
	h->quota--;
	bucket_take(&h->bucket, now, 1);
}

void
host_end(struct host *h)
{
	h->running--;
}

/* Is it news? Many answers that come together say the same. */
static bool
pause_until(struct host *h, int64_t when, int64_t now)
{
	bool news = h->paused_until <= now ||
	    when - h->paused_until > USEC_PER_SEC;

	if (when <= h->paused_until || when <= now)
		return false;
	h->paused_until = when;
	return news;
}

int
host_learn(struct host *h, const struct host_report *r, int64_t now)
{
	int64_t others;
	int changes = 0;

	bucket_take(&h->bucket, now, r->requests - 1);
	if (h->learns && r->ok)
		aimd_success(&h->aimd, r->epoch, h->running);
	if (h->learns && r->overloaded &&
	    aimd_trouble(&h->aimd, r->epoch, h->running))
		changes |= HOST_SLOWED;
	if (r->pause > 0 && pause_until(h, now + r->pause, now))
		changes |= HOST_PAUSED;
	if (!r->has_limit)
		return changes;
	/* Those at work may be counted there, or not yet. */
	others = h->running > 0 ? (int64_t)h->running - 1 : 0;
	h->quota = r->limit.remaining - others;
	h->quota_until = now + r->limit.wait;
	if (r->limit.remaining == 0 && pause_until(h, h->quota_until, now))
		changes |= HOST_PAUSED;
	return changes;
}

bool
host_task_ended(struct host *h, const struct pacing *pacing, bool succeeded)
{
	if (succeeded) {
		h->failures = 0;
		return false;
	}
	h->failures++;
	if (h->given_up || pacing->host_max_failures == 0 ||
	    h->failures < pacing->host_max_failures)
		return false;
	h->given_up = true;
	return true;
}
