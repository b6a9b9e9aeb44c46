/*
 * Pacing on a clock of our own: token bucket, AIMD, RateLimit fields, hosts,
 * and the gate, stepped by hand.
 */
#include "config.h"

#include "base/buf.h"
#include "fetch/gate.h"
#include "fetch/rate_limit.h"
#include "input/options.h"
#include "script.h"

#define SECOND USEC_PER_SEC

static void
rates(void)
{
	static const char *const bad[] = {"", "20", "20/", "/s", "0/s", "-1/s",
	    "20/x", "20/0s", "1.5/s", "20/s ", "20/ss", "20 /s", "1000001/s",
	    "1/367d", "1/99999999999999d"};
	struct rate r;
	size_t i;

	CHECK(rate_parse("20/s", &r) == 0);
	CHECK(r.count == 20 && r.period == SECOND);
	CHECK(rate_parse("5/15s", &r) == 0);
	CHECK(r.count == 5 && r.period == 15 * SECOND);
	CHECK(rate_parse("3/100ms", &r) == 0 && r.period == 100000);
	CHECK(rate_parse("3/m", &r) == 0 && r.period == 60 * SECOND);
	CHECK(rate_parse("3/h", &r) == 0 && r.period == 3600 * SECOND);
	CHECK(rate_parse("3/2d", &r) == 0 && r.period == 172800 * SECOND);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(rate_parse(bad[i], &r) == -1);
}

/* However it is asked, over any time T it gives rate * T + burst at most. */
static void
bucket_holds(void)
{
	static const int64_t steps[] = {1, 999, 33333, 250000, 1700000};
	struct rate rate = {3, SECOND};
	const struct rate five = {5, SECOND}, none = {0, SECOND};
	struct bucket b;
	int64_t now, when, taken[400];
	size_t s, n, i;

	for (s = 0; s < sizeof steps / sizeof *steps; s++) {
		bucket_init(&b, &rate, 2, 0);
		for (now = n = 0; n < 400; now += steps[s]) {
			while (n < 400 && bucket_when(&b, now) <= now) {
				bucket_take(&b, now, 1);
				taken[n++] = now;
			}
			when = bucket_when(&b, now);
			CHECK(when > now && when <= now + SECOND / 3 + 1);
			if (steps[s] == 1)
				now = when - 1;
		}
		CHECK(bucket_time(&rate, 2, 400) <= taken[399]);
		/* the k-th after one comes (k - burst) periods later */
		for (i = 0; i + 2 < n; i++)
			CHECK((taken[i + 2] - taken[i]) * 3 >= SECOND);
	}
	CHECK(bucket_time(&five, 1, 12) == 11 * SECOND / 5);
	CHECK(bucket_time(&five, 12, 12) == 0);
	CHECK(bucket_time(&none, 1, 12) == 0);
}

static void
bucket_in_advance(void)
{
	struct rate rate = {1000000, SECOND * 86400 * 366}, none = {0, 0};
	struct bucket b;

	bucket_init(&b, &rate, BUCKET_BURST_MAX, 0);
	CHECK(bucket_full(&b, 0));
	bucket_take(&b, 0, 1000000000L);
	CHECK(!bucket_full(&b, 0));
	CHECK(bucket_when(&b, 0) > 0);
	CHECK(bucket_full(&b, INT64_C(1) << 62));
	bucket_init(&b, &none, 1, 0);
	bucket_take(&b, 0, 5);
	CHECK(bucket_when(&b, 7) == 7);
}

/* Windows of successes, or of one trouble, at a server that takes n. */
static void
aimd_finds(size_t takes)
{
	struct aimd a;
	size_t i, low = 0, over = 0;

	aimd_init(&a, 50);
	for (i = 0; i < 20000; i++) {
		if (a.limit > takes)
			aimd_trouble(&a, a.epoch, a.limit);
		else
			aimd_success(&a, a.epoch, a.limit);
		if (i >= 1000) {
			over += a.limit > takes;
			low += a.limit * 10 < takes * 7;
		}
	}
	CHECK(aimd_learned(&a) == takes);
	CHECK(over <= 40);
	CHECK(low < 19000 / 10);
}

static void
aimd_learns(void)
{
	struct aimd a;
	int i;

	aimd_finds(1);
	aimd_finds(2);
	aimd_finds(8);
	aimd_finds(33);
	/* no trouble: up to the slots, and no higher */
	aimd_init(&a, 50);
	for (i = 0; i < 100; i++)
		aimd_success(&a, 0, a.limit);
	CHECK(a.limit == 50);
	/* halved once by all that began before */
	CHECK(aimd_trouble(&a, 0, 50));
	CHECK(!aimd_trouble(&a, 0, 49));
	CHECK(a.limit == 25 && aimd_learned(&a) == 49);
	/* successes of before do not count, nor do those below the limit */
	for (i = 0; i < 100; i++)
		aimd_success(&a, 0, 40);
	for (i = 0; i < 100; i++)
		aimd_success(&a, 1, 24);
	CHECK(a.limit == 25);
	for (i = 0; i < 25; i++)
		aimd_success(&a, 1, 25);
	CHECK(a.limit == 26);
	aimd_init(&a, 2);
	CHECK(a.limit == 2);
}

static bool
told(const char *head, int64_t *remaining, int64_t *wait)
{
	struct rate_limit limit = {-1, -1};
	struct buf raw;
	bool result;

	buf_init(&raw);
	buf_puts(&raw, head);
	result = rate_limit_read(&limit, &raw, 1700000000);
	buf_clear(&raw);
	*remaining = limit.remaining;
	*wait = limit.wait;
	return result;
}

static void
rate_limits(void)
{
	static const struct {
		const char *head;
		int64_t remaining, wait;
	} good[] = {
	    {"HTTP/1.1 200 OK\r\nRateLimit: \"default\";r=50;t=30\r\n\r\n", 50,
		30 * SECOND},
	    {"ratelimit: \"a;r=1\";r=9;t=2, \"b\";r=0;t=7\r\n", 0, 7 * SECOND},
	    {"RateLimit: r=0;t=5, r=0;t=60\r\n", 0, 60 * SECOND},
	    {"RateLimit: limit=100, remaining=4, reset=5\r\n", 4, 5 * SECOND},
	    {"RateLimit: \"d\";r=0\r\nRateLimit-Policy: \"d\";q=9;w=60\r\n", 0,
		60 * SECOND},
	    {"RateLimit-Remaining: 3\nRateLimit-Reset: 8\n", 3, 8 * SECOND},
	    {"X-RateLimit-Limit: 60\r\nX-RateLimit-Remaining: 0\r\n"
	     "X-RateLimit-Reset: 1700000012\r\n",
		0, 12 * SECOND},
	    {"x-ratelimit-remaining: 0\r\n"
	     "x-ratelimit-reset: 1700000012500\r\n",
		0, 25 * SECOND / 2},
	    {"X-Rate-Limit-Remaining: 1\r\nX-Rate-Limit-Reset: 0.25\r\n", 1,
		SECOND / 4},
	    {"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1600000000\r\n", 0,
		0},
	    {"RateLimit: r=1;t=2\r\nX-RateLimit-Remaining: 0\r\n"
	     "X-RateLimit-Reset: 9\r\n",
		1, 2 * SECOND},
	    {"X-Rate-Limit-Remaining: 0\r\n"
	     "X-Rate-Limit-Reset: 2023-11-14T22:13:30.5000000Z\r\n",
		0, 21 * SECOND / 2},
	    {"X-Rate-Limit-Remaining: 0 \r\n"
	     "X-Rate-Limit-Reset: 2023-11-14T22:14:20Z \r\n",
		0, 60 * SECOND},
	    {"X-Rate-Limit-Remaining: 0\r\n"
	     "X-Rate-Limit-Reset: 2013-11-14T22:14:20Z\r\n",
		0, 0},
	    {"X-RateLimit-Remaining: 0\r\n"
	     "X-RateLimit-Reset: Tue, 14 Nov 2023 22:14:20 GMT\r\n",
		0, 60 * SECOND},
	};
	static const char *const none[] = {"", "HTTP/1.1 200 OK\r\n\r\n",
	    "RateLimit: \r\n", "RateLimit: \"r=0;t=5\"\r\n",
	    "RateLimit: r=0\r\n", "RateLimit: r=-1;t=5\r\n",
	    "X-RateLimit-Remaining: 0\r\n", "X-RateLimit-Reset: 5\r\n",
	    "X-RateLimit-Remaining: none\r\nX-RateLimit-Reset: 5\r\n",
	    "RateLimit", "RateLimitX: r=0;t=5\r\n",
	    "RateLimit: r=99999999999999999999999;t=1\r\n", "X-Rate",
	    "RateLimit: r=0;t=5s\r\n",
	    "X-RateLimit-Remaining: 0, 5\r\nX-RateLimit-Reset: 5\r\n",
	    "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 6m0s\r\n",
	    "X-RateLimit-Remaining: 0\r\n"
	    "X-RateLimit-Reset: 2023-11-14T22:14:20\r\n",
	    "X-RateLimit-Remaining: 0\r\n"
	    "X-RateLimit-Reset: 2023-11-14T22:14:20+01:00\r\n",
	    "X-RateLimit-Remaining: 0\r\n"
	    "X-RateLimit-Reset: 2023-11-14T22:14:2Z\r\n",
	    "X-RateLimit-Remaining: 0\r\n"
	    "X-RateLimit-Reset: 2023-11-14T22:14:20.5.5Z\r\n"};
	int64_t remaining, wait;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK(told(good[i].head, &remaining, &wait));
		CHECK(remaining == good[i].remaining);
		CHECK(wait == good[i].wait);
	}
	for (i = 0; i < sizeof none / sizeof *none; i++)
		CHECK(!told(none[i], &remaining, &wait));
}

/* --- the gate */

static struct gate gate;
static struct pacing pacing;
static struct event_flag room;

static int64_t
fake_clock(void)
{
	return sched.now;
}

/* A task that enters for a host, stays for a time, and leaves. */
struct visit {
	struct co_task task;
	struct host *host;
	char name;
	size_t extras;
	int64_t stay;
	struct host_report report;
};

/* How long who waited, and for what. */
static int64_t waited[128][WAIT_COUNT];

static void
visit_body(struct co_task *self)
{
	struct visit *v = (struct visit *)self;

	CO_BEGIN(self);
	memset(waited[(int)v->name], 0, sizeof waited[0]);
	gate_waits(&gate, v->host, sched.now, -1, waited[(int)v->name]);
	CO_AWAIT(self, gate_enter(self, &gate, v->host, v->extras));
	gate_waits(&gate, v->host, sched.now, 1, waited[(int)v->name]);
	if (self->error == 0) {
		snprintf(script_log + strlen(script_log), 2, "%c", v->name);
		CO_AWAIT(self, co_sleep(self, v->stay));
		v->report.requests = 1;
		gate_leave(&gate, v->host, v->extras, &v->report);
	} else
		script_note(v->name, self->error);
	CO_END(self);
}

static void
visit_clear(struct co_task *self)
{
	struct visit *v = (struct visit *)self;

	gate_release(&gate, v->host);
	script_live--;
}

static struct visit *
visit(char name, const char *host, int64_t stay)
{
	struct visit *v = xcalloc(1, sizeof *v);

	co_task_init(&v->task, visit_body, visit_clear);
	v->host = gate_hold(&gate, host);
	v->name = name;
	v->stay = stay;
	v->report.ok = true;
	script_live++;
	group_start(&group, &v->task);
	return v;
}

static void
gate_setup(size_t slots, size_t extras)
{
	script_setup();
	if (pacing.burst == 0)
		pacing.burst = 1;
	event_flag_init(&room);
	event_flag_set(&room);
	gate_init(&gate, &sched, fake_clock, &pacing, &room, slots, extras);
}

/* So many hosts are still known, though nobody asks for them. */
static void
gate_teardown(size_t hosts)
{
	CHECK(gate.hosts.count == hosts);
	gate_clear(&gate);
	CHECK(room.on_set == NULL);
	script_teardown();
	memset(&pacing, 0, sizeof pacing);
}

/* What happens until then, as one sees it in the log; forgets it. */
static const char *
until(int64_t then)
{
	static char seen[sizeof script_log];
	int64_t next;

	co_run(&sched);
	while ((next = co_next_timer(&sched)) != -1 && next <= then) {
		co_advance(&sched, next);
		co_run(&sched);
	}
	co_advance(&sched, then);
	co_run(&sched);
	memcpy(seen, script_log, sizeof seen);
	script_log[0] = '\0';
	return seen;
}

#define SEEN(then, text)                                                       \
	do {                                                                   \
		const char *seen_text = until(then);                           \
		if (strcmp(seen_text, text) != 0)                              \
			printf("# \"%s\"\n", seen_text);                       \
		CHECK(strcmp(seen_text, text) == 0);                           \
	} while (0)

static void
hosts_in_turn(void)
{
	gate_setup(2, 0);
	visit('a', "http://a", 10);
	visit('b', "http://a", 10);
	visit('c', "http://a", 10);
	visit('d', "http://a", 10);
	visit('x', "http://x", 10);
	visit('y', "http://x", 10);
	visit('p', "http://p", 10);
	/* in turn, and in order within each */
	SEEN(0, "ax");
	SEEN(10, "pb");
	SEEN(20, "yc");
	SEEN(30, "d");
	SEEN(100, "");
	CHECK(gate.running_most == 2);
	CHECK(gate.slots == 2);
	gate_teardown(0);
}

static void
slow_host(void)
{
	int i;

	/* ten tasks that stay for long, and thirty that do not */
	gate_setup(4, 0);
	for (i = 0; i < 10; i++)
		visit('S', "http://slow", 100000);
	for (i = 0; i < 30; i++)
		visit('q', i % 2 ? "http://q" : "http://r", 10);
	SEEN(0, "SqqS");
	SEEN(149, "qqqqqqqqqqqqqqqqqqqqqqqqqqqq");
	SEEN(160, "SS");
	SEEN(1000000, "SSSSSS");
	gate_teardown(0);
}

static void
host_slots(void)
{
	pacing.host_slots = 1;
	gate_setup(10, 0);
	visit('a', "http://a", 10);
	visit('b', "http://a", 10);
	visit('c', "http://a", 10);
	visit('x', "http://x", 10);
	SEEN(9, "ax");
	SEEN(10, "b");
	SEEN(20, "c");
	SEEN(30, "");
	gate_teardown(0);
}

static void
both_rates(void)
{
	pacing.rate_host = (struct rate){1, 100};
	pacing.rate = (struct rate){1, 40};
	gate_setup(10, 0);
	visit('a', "http://a", 1);
	visit('b', "http://a", 1);
	visit('x', "http://x", 1);
	visit('y', "http://x", 1);
	visit('p', "http://p", 1);
	SEEN(39, "a");
	SEEN(79, "x");
	SEEN(99, "p");
	SEEN(119, ""); /* b's host may, the run may not */
	SEEN(139, "b");
	SEEN(159, "");
	SEEN(160, "y");
	SEEN(1000, "");
	/* their buckets were not full yet when the last tasks left */
	gate_teardown(3);
}

static void
host_pauses(void)
{
	struct visit *v;

	gate_setup(10, 0);
	v = visit('a', "http://a", 10);
	v->report.ok = false;
	v->report.pause = 100;
	until(9);
	visit('b', "http://a", 10);
	visit('x', "http://x", 10);
	SEEN(10, "xb"); /* b came before a's answer */
	visit('c', "http://a", 10);
	visit('y', "http://x", 10);
	SEEN(109, "y");
	SEEN(110, "c");
	SEEN(200, "");
	gate_teardown(0);
}

static void
quota(void)
{
	struct visit *v;
	int i;

	gate_setup(10, 0);
	v = visit('a', "http://a", 10);
	v->report.has_limit = true;
	v->report.limit = (struct rate_limit){2, 1000};
	until(10);
	for (i = 0; i < 5; i++)
		visit((char)('b' + i), "http://a", 10);
	SEEN(1009, "bc");
	SEEN(1010, "def");
	SEEN(2000, "");
	gate_teardown(0);
}

static void
shared_things(void)
{
	struct visit *v;

	gate_setup(10, 4);
	v = visit('a', "http://a", 10);
	v->extras = 3;
	v = visit('b', "http://b", 10);
	v->extras = 3;
	visit('c', "http://c", 10);
	/* who needs little does not overtake who needs much */
	SEEN(9, "a");
	SEEN(10, "bc");
	SEEN(20, "");
	/* no room: nobody, till there is */
	event_flag_unset(&room);
	visit('d', "http://d", 10);
	SEEN(40, "");
	event_flag_set(&room);
	SEEN(41, "d");
	SEEN(60, "");
	CHECK(gate.extras == 4);
	gate_teardown(0);
}

static void
given_up(void)
{
	struct host *host;

	pacing.host_max_failures = 2;
	pacing.host_slots = 1;
	gate_setup(10, 0);
	host = gate_hold(&gate, "http://a");
	visit('a', "http://a", 10);
	visit('b', "http://a", 10);
	SEEN(0, "a");
	CHECK(!gate_task_ended(&gate, host, false));
	CHECK(!gate_task_ended(&gate, host, true));
	CHECK(!gate_task_ended(&gate, host, false));
	CHECK(gate_task_ended(&gate, host, false));
	CHECK(!gate_task_ended(&gate, host, false));
	SEEN(1, "b:down ");
	visit('c', "http://a", 10);
	SEEN(20, "c:down ");
	gate_release(&gate, host);
	/* and that is known as long as the run lasts */
	visit('d', "http://a", 10);
	SEEN(30, "d:down ");
	gate_teardown(1);
}

static void
cancelled(void)
{
	struct visit *b, *c;

	gate_setup(1, 4);
	visit('a', "http://a", 10)->extras = 1;
	b = visit('b', "http://b", 10);
	c = visit('c', "http://c", 10);
	SEEN(0, "a");
	co_cancel(&b->task);
	co_cancel(&c->task);
	SEEN(9, "b:cancelled c:cancelled ");
	visit('d', "http://b", 10);
	SEEN(10, "d");
	SEEN(20, "");
	CHECK(gate.slots == 1 && gate.extras == 4 && gate.running == 0);
	CHECK(gate.turns.count == 0);
	gate_teardown(0);
}

static void
many_hosts(void)
{
	char key[64];
	int i;

	pacing.rate_host = (struct rate){1, 1000};
	gate_setup(10, 0);
	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof key, "http://h%d", i);
		visit('h', key, 1);
		until(i * 10);
	}
	until(1000000);
	/* what is known of a host is forgotten when it means nothing */
	CHECK(gate.hosts.count < 300);
	gate_teardown(gate.hosts.count);
}

static void
kept_back(void)
{
	gate_setup(4, 4);
	visit('a', "http://a", 10)->extras = 3;
	SEEN(9, "a");
	until(10);
	/* two of the three, and the other one later still */
	gate_keep_back(&gate, 2, 20);
	gate_keep_back(&gate, 1, 30);
	CHECK(gate.extras == 1);
	visit('b', "http://b", 5)->extras = 2;
	visit('c', "http://c", 5)->extras = 4;
	SEEN(29, "");
	SEEN(30, "b");
	SEEN(39, "");
	SEEN(40, "c");
	until(60);
	/* they do not come back before the end */
	gate_keep_back(&gate, 4, 1000);
	gate_teardown(0);
}

#define WAITED(who, slot, host, pause, rate, files, output)                    \
	CHECK(                                                                 \
	    memcmp(waited[who],                                                \
		(int64_t[WAIT_COUNT]){slot, host, pause, rate, files, output}, \
		sizeof waited[0]) == 0)

static void
reasons(void)
{
	struct gate_view view;
	struct visit *v;

	pacing.host_slots = 1;
	gate_setup(2, 2);
	v = visit('a', "http://a", 10);
	v->report.pause = 5;
	visit('b', "http://a", 20);
	SEEN(0, "a");
	visit('c', "http://c", 100);
	SEEN(1, "c");
	/* comes in the middle of the others' waits */
	until(4);
	visit('d', "http://d", 1);
	co_run(&sched);
	gate_look(&gate, &view);
	CHECK(view.running == 2 && view.waiting[WAIT_HOST] == 1 &&
	    view.waiting[WAIT_SLOT] == 1);
	/* a leaves and has its host left alone; then d has b's slot */
	SEEN(10, "d");
	WAITED('d', 6, 0, 0, 0, 0, 0);
	SEEN(15, "b");
	WAITED('a', 0, 0, 0, 0, 0, 0);
	WAITED('b', 0, 10, 5, 0, 0, 0);
	/* first no slot, then no room, then no descriptor */
	visit('e', "http://e", 10)->extras = 3;
	until(20);
	event_flag_unset(&room);
	SEEN(45, "");
	event_flag_set(&room);
	until(50);
	gate.extras = 3;
	event_flag_unset(&room);
	event_flag_set(&room);
	SEEN(51, "e");
	WAITED('e', 20, 0, 0, 0, 5, 10);
	CHECK(waited['e'][WAIT_SLOT] + waited['e'][WAIT_FILES] +
		waited['e'][WAIT_OUTPUT] ==
	    35);
	until(200);
	gate_teardown(0);
}

static void
reason_rate(void)
{
	pacing.rate = (struct rate){1, 10};
	gate_setup(2, 0);
	visit('a', "http://a", 1);
	visit('b', "http://a", 1);
	visit('c', "http://b", 1);
	SEEN(0, "a");
	until(30);
	CHECK(waited['b'][WAIT_RATE] + waited['c'][WAIT_RATE] == 30);
	CHECK(waited['b'][WAIT_SLOT] == 0 && waited['b'][WAIT_HOST] == 0);
	gate_teardown(0);
}

static void
settled_waits(void)
{
	int64_t waits[WAIT_COUNT] = {[WAIT_HOST] = 70, [WAIT_RATE] = 20};

	wait_settle(waits, 100);
	CHECK(waits[WAIT_SLOT] == 10 && waits[WAIT_HOST] == 70);
	wait_settle(waits, 90);
	CHECK(waits[WAIT_SLOT] == 10 && waits[WAIT_HOST] == 60);
}

TAP_MAIN({"rates need a unit", rates},
    {"a bucket holds its rate", bucket_holds},
    {"a bucket pays what was taken in advance", bucket_in_advance},
    {"additive increase, multiplicative decrease", aimd_learns},
    {"RateLimit and its relatives", rate_limits},
    {"hosts take turns", hosts_in_turn},
    {"a slow host does not take all slots", slow_host},
    {"slots of a host", host_slots}, {"both rates hold", both_rates},
    {"one host pauses, others go on", host_pauses},
    {"a quota is not exceeded", quota}, {"descriptors and room", shared_things},
    {"a host is given up", given_up}, {"who waits may be cancelled", cancelled},
    {"descriptors come back later", kept_back},
    {"what was waited for", reasons}, {"a rate was waited for", reason_rate},
    {"waits add up", settled_waits}, {"hosts are forgotten", many_hosts})
