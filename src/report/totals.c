/*
 * Totals.
 */
#include "config.h"

#include "report/totals.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/fnv.h"
#include "base/xmalloc.h"
#include "fetch/headers.h"
#include "input/request.h"

/*
 * So many hosts are known to have a connection; those of more hosts count as
 * if each of their tasks had needed its own. Places are twice as many.
 */
#define HOSTS_MOST   32768
#define HOSTS_PLACES (2 * (size_t)HOSTS_MOST)

/* Never 0, which is an empty place. */
static uint64_t
hash_of(const char *s)
{
	uint64_t h = fnv_of(FNV_BASIS, s, strlen(s));

	return h != 0 ? h : 1;
}

/* Is it the first connection to that host, as far as can be known? */
static bool
is_first_of(struct totals *t, const char *host)
{
	uint64_t h = hash_of(host);
	size_t at = h % HOSTS_PLACES;

	if (t->hosts == NULL)
		t->hosts = xcalloc(HOSTS_PLACES, sizeof *t->hosts);
	while (t->hosts[at] != 0 && t->hosts[at] != h)
		at = (at + 1) % HOSTS_PLACES;
	if (t->hosts[at] != 0)
		return false;
	if (t->host_count < HOSTS_MOST) {
		t->hosts[at] = h;
		t->host_count++;
	}
	return true;
}

/* Will the next request need another connection? RFC 9112, section 9.3. */
static bool
closes(const struct record *r)
{
	struct headers h;
	bool found = false, keeps = r->http_version != CURL_HTTP_VERSION_1_0;
	size_t i;

	if (r->head == NULL || r->head->len == 0)
		return false;
	headers_parse(&h, r->head);
	for (i = 0; i < h.count && !found; i++)
		if (header_is(&h.all[i], "Connection")) {
			found = true;
			if (h.all[i].value_len == 5)
				keeps = keeps &&
				    ascii_compare(h.all[i].value, "close", 5) !=
					0;
			else if (h.all[i].value_len == 10)
				keeps = keeps ||
				    ascii_compare(
					h.all[i].value, "keep-alive", 10) == 0;
		}
	headers_clear(&h);
	return !keeps;
}

/*
 * One after the other, tasks would have gone through one connection to each
 * host: how long the others took to be there is no time of theirs. The first
 * one's is, and where the server ends each connection, that of all.
 */
static int64_t
setup_saved(struct totals *t, const struct record *r)
{
	const char *host = r->request->host;

	if (r->time_setup <= 0 || host == NULL)
		return 0;
	if (r->num_connects > 0 && (closes(r) || is_first_of(t, host)))
		return 0;
	return r->time_setup;
}

/* Is it one of the slowest until now? */
static bool
is_slow(const struct totals *t, int64_t time)
{
	return t->slowest_count < TOTALS_SLOWEST ||
	    time > t->slowest[TOTALS_SLOWEST - 1].time;
}

void
totals_note_slow(struct totals *t, size_t index, const char *name, int64_t time)
{
	struct slow_task *all = t->slowest;
	size_t at = t->slowest_count;

	if (!is_slow(t, time))
		return;
	if (at == TOTALS_SLOWEST) {
		free(all[--at].name);
		t->slowest_count--;
	}
	for (; at > 0 && all[at - 1].time < time; at--)
		all[at] = all[at - 1];
	all[at].index = index;
	all[at].time = time;
	all[at].name = xstrdup(name);
	t->slowest_count++;
}

static void
note_slow(struct totals *t, const struct record *r, int64_t time)
{
	struct buf name;

	if (!is_slow(t, time))
		return;
	buf_init(&name);
	request_put_name(r->request, &name);
	totals_note_slow(t, r->request->index, buf_string(&name), time);
	buf_clear(&name);
}

void
totals_add(struct totals *t, const struct record *r)
{
	const int64_t time = r->time_attempts + r->time_backoff;
	int i;

	t->records++;
	t->outcomes[r->outcome]++;
	t->unmodified += r->unmodified && outcome_fine(r->outcome);
	for (i = 0; i < WAIT_COUNT; i++)
		t->waits[i] += r->waits[i];
	if (!outcome_fine(r->outcome))
		causes_add(&t->causes, r);
	if (r->attempts == 0)
		return;
	t->attempts += (size_t)r->attempts;
	t->size_download += r->size_download;
	t->time_tasks += time;
	t->time_backoff += r->time_backoff;
	t->time_setup += setup_saved(t, r);
	histogram_add(&t->times, time);
	note_slow(t, r, time);
}

void
totals_add_limit(
    struct totals *t, const char *host, size_t limit, size_t trouble)
{
	struct host_limit *one;

	t->limits = xreallocarray(
	    t->limits, t->limit_count + 1, sizeof *t->limits);
	one = &t->limits[t->limit_count++];
	one->host = xstrdup(host);
	one->limit = limit;
	one->trouble = trouble;
}

/*
 * Several runs learned of one host: what met trouble counts more than what did
 * not, and of equals the more careful one.
 */
static void
join_limit(struct totals *t, const struct host_limit *other)
{
	struct host_limit *one;
	size_t i;

	for (i = 0; i < t->limit_count; i++)
		if (strcmp(t->limits[i].host, other->host) == 0)
			break;
	if (i == t->limit_count) {
		totals_add_limit(t, other->host, other->limit, other->trouble);
		return;
	}
	one = &t->limits[i];
	if (other->trouble == 0 && one->trouble > 0)
		return;
	if ((other->trouble > 0 && one->trouble == 0) ||
	    (other->trouble > 0 && other->limit < one->limit) ||
	    (other->trouble == 0 && other->limit > one->limit)) {
		one->limit = other->limit;
		one->trouble = other->trouble;
	}
}

/* What files say may be anything. */
static void
add(int64_t *sum, int64_t value)
{
	*sum = value > INT64_MAX - *sum ? INT64_MAX : *sum + value;
}

void
totals_join(struct totals *t, const struct totals *other)
{
	size_t i;

	t->records += other->records;
	for (i = 0; i < OUTCOME_COUNT; i++)
		t->outcomes[i] += other->outcomes[i];
	for (i = 0; i < WAIT_COUNT; i++)
		add(&t->waits[i], other->waits[i]);
	t->attempts += other->attempts;
	add(&t->size_download, other->size_download);
	add(&t->time_tasks, other->time_tasks);
	add(&t->time_backoff, other->time_backoff);
	add(&t->time_paced, other->time_paced);
	/* Runs may be at the same time: what each could not be under. */
	if (t->time_rate < other->time_rate)
		t->time_rate = other->time_rate;
	add(&t->time_setup, other->time_setup);
	add(&t->time_blocked, other->time_blocked);
	t->unmodified += other->unmodified;
	t->known += other->known;
	t->cut |= other->cut;
	histogram_join(&t->times, &other->times);
	for (i = 0; i < other->slowest_count; i++)
		totals_note_slow(t, other->slowest[i].index,
		    other->slowest[i].name, other->slowest[i].time);
	causes_join(&t->causes, &other->causes);
	for (i = 0; i < other->limit_count; i++)
		join_limit(t, &other->limits[i]);
}

void
totals_clear(struct totals *t)
{
	while (t->limit_count > 0)
		free(t->limits[--t->limit_count].host);
	while (t->slowest_count > 0)
		free(t->slowest[--t->slowest_count].name);
	free(t->limits);
	free(t->hosts);
	histogram_clear(&t->times);
	causes_clear(&t->causes);
	memset(t, 0, sizeof *t);
}

int64_t
totals_one_by_one(const struct totals *t)
{
	return t->time_tasks - t->time_setup + t->time_paced;
}

void
totals_set_rate(struct totals *t, int64_t usec)
{
	int64_t sum = t->time_tasks - t->time_setup;

	t->time_rate = usec;
	t->time_paced = usec > sum ? usec - sum : 0;
}

int64_t
totals_in_slots(const struct totals *t)
{
	int64_t sum = t->time_tasks - t->time_setup - t->time_backoff;

	return sum > 0 ? sum : 0;
}

bool
totals_unmodified(const struct totals *t)
{
	return t->unmodified > 0 && totals_fine(t) &&
	    t->unmodified ==
	    t->outcomes[OUTCOME_OK] + t->outcomes[OUTCOME_SKIPPED];
}

bool
totals_fine(const struct totals *t)
{
	int i;

	if (t->settled)
		return true;
	for (i = 0; i < OUTCOME_COUNT; i++)
		if (!outcome_fine((enum outcome)i) && t->outcomes[i] > 0)
			return false;
	return true;
}
