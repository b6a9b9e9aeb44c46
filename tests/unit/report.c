/*
 * What the summary adds up, made of records by hand.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/units.h"
#include "input/request.h"
#include "report/comparison.h"
#include "report/merge.h"
#include "report/summary.h"
#include "report/summary_read.h"
#include "tap.h"

#define MS USEC_PER_MSEC

static struct request request;
static struct record record;
static char host[64], problem[64];

/* A task that took so long, of it so much to be connected. */
static void
begin(const char *name, int64_t time, int64_t setup, long connects)
{
	static char input[] = "task";

	memset(&request, 0, sizeof request);
	memset(&record, 0, sizeof record);
	snprintf(host, sizeof host, "%s", name);
	request.host = host;
	request.input = input;
	record.request = &request;
	record.attempts = 1;
	record.time_attempts = time;
	record.time_setup = setup;
	record.num_connects = connects;
	record.http_version = CURL_HTTP_VERSION_1_1;
}

static void
add(struct totals *t, const char *name, int64_t time, int64_t setup,
    long connects)
{
	begin(name, time, setup, connects);
	totals_add(t, &record);
}

static void
one_connection_a_host(void)
{
	struct totals t = {0};

	add(&t, "a", 100 * MS, 40 * MS, 1);
	add(&t, "a", 100 * MS, 40 * MS, 1);
	add(&t, "b", 100 * MS, 30 * MS, 1);
	CHECK(t.time_tasks == 300 * MS && t.time_setup == 40 * MS);
	CHECK(totals_one_by_one(&t) == 260 * MS);
	/* who waited for another's connection would have had it */
	add(&t, "c", 100 * MS, 50 * MS, 0);
	CHECK(t.time_setup == 90 * MS);
	/* but somebody must have made it */
	add(&t, "c", 100 * MS, 50 * MS, 1);
	CHECK(t.time_setup == 90 * MS);
	totals_clear(&t);
	CHECK(t.records == 0 && t.hosts == NULL);
}

static void
connections_that_end(void)
{
	static const char *const heads[] = {
	    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nconnection: Close\r\n\r\n"};
	struct totals t = {0};
	struct buf head;
	size_t i;

	buf_init(&head);
	for (i = 0; i < 2; i++) {
		head.len = 0;
		buf_puts(&head, heads[i]);
		begin("a", 100 * MS, 40 * MS, 1);
		record.head = &head;
		totals_add(&t, &record);
	}
	CHECK(t.time_setup == 0);
	head.len = 0;
	buf_puts(&head, "HTTP/1.0 200 OK\r\nX: y\r\n\r\n");
	for (i = 0; i < 2; i++) {
		begin("a", 100 * MS, 40 * MS, 1);
		record.head = &head;
		record.http_version = CURL_HTTP_VERSION_1_0;
		totals_add(&t, &record);
	}
	CHECK(t.time_setup == 0);
	buf_puts(&head, "Connection: keep-alive\r\n\r\n");
	begin("a", 100 * MS, 40 * MS, 1);
	record.head = &head;
	record.http_version = CURL_HTTP_VERSION_1_0;
	totals_add(&t, &record);
	CHECK(t.time_setup == 0); /* the first one that stays */
	totals_add(&t, &record);
	CHECK(t.time_setup == 40 * MS);
	buf_clear(&head);
	totals_clear(&t);
}

/* However many hosts, the memory has an end, and nothing too much is taken. */
static void
many_hosts(void)
{
	struct totals t = {0};
	char name[32];
	int i;

	for (i = 0; i < 70000; i++) {
		snprintf(name, sizeof name, "https://%d.example:443", i);
		add(&t, name, 10, 5, 1);
	}
	CHECK(t.time_setup == 0);
	CHECK(t.records == 70000 && t.host_count <= 32768);
	add(&t, "https://0.example:443", 10, 5, 1);
	CHECK(t.time_setup == 5);
	totals_clear(&t);
}

static void
the_slowest(void)
{
	static const int64_t times[] = {5, 1, 9, 7, 3, 8, 2};
	struct totals t = {0};
	size_t i;

	for (i = 0; i < sizeof times / sizeof *times; i++) {
		begin("a", times[i], 0, 0);
		request.index = i;
		totals_add(&t, &record);
	}
	CHECK(t.slowest_count == 3);
	CHECK(t.slowest[0].time == 9 && t.slowest[0].index == 2);
	CHECK(t.slowest[1].time == 8 && t.slowest[1].index == 5);
	CHECK(t.slowest[2].time == 7 && t.slowest[2].index == 3);
	CHECK_STR(t.slowest[0].name, "task");
	CHECK(t.times.total == 7 && t.times.most == 9);
	totals_clear(&t);
}

static void
fail(struct totals *t, enum outcome outcome, CURLcode code, long status,
    const char *text)
{
	begin("a", 1, 0, 0);
	record.outcome = outcome;
	record.code = code;
	record.response_code = status;
	snprintf(problem, sizeof problem, "%s", text);
	record.problem = problem;
	totals_add(t, &record);
}

static void
causes(void)
{
	struct totals t = {0};
	const struct cause *c;
	char text[32];
	int i;

	fail(&t, OUTCOME_HTTP_ERROR, CURLE_OK, 404, "HTTP status 404");
	fail(&t, OUTCOME_NETWORK_ERROR, CURLE_COULDNT_CONNECT, 0, "to a in 1");
	fail(&t, OUTCOME_NETWORK_ERROR, CURLE_COULDNT_CONNECT, 0, "to b in 2");
	c = causes_get(&t.causes, 0);
	CHECK(c->count == 2 && c->varies);
	CHECK_STR(c->text, "to a in 1");
	c = causes_get(&t.causes, 1);
	CHECK(c->count == 1 && !c->varies && c->response_code == 404);
	CHECK(causes_get(&t.causes, 2) == NULL);
	/* The words tell these apart, but for what varies. */
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "l.%d:%d: empty", i % 2, i + 1);
		fail(&t, OUTCOME_INVALID, CURLE_OK, 0, text);
		snprintf(
		    text, sizeof text, "\"n%c:2: \" is no %d", 'a' + i % 26, i);
		fail(&t, OUTCOME_INVALID, CURLE_OK, 0, text);
	}
	fail(&t, OUTCOME_INVALID, CURLE_OK, 0, "empty");
	c = causes_get(&t.causes, 0);
	CHECK(c->count == 101 && c->varies);
	CHECK_STR(c->text, "l.0:1: empty");
	CHECK(causes_get(&t.causes, 1)->count == 100);
	CHECK(t.causes.count == 4 && t.causes.others == 0);
	CHECK(causes_rest(&t.causes, 2) == 3);
	totals_clear(&t);
}

/* "aaa", "aab" and so on; no digits. */
static void
other_words(char text[4], int n)
{
	text[0] = (char)('a' + n / 676 % 26);
	text[1] = (char)('a' + n / 26 % 26);
	text[2] = (char)('a' + n % 26);
	text[3] = '\0';
}

static void
many_causes(void)
{
	struct totals t = {0};
	struct causes joined = {0};
	const struct cause *c;
	char text[4];
	size_t sum = 0, i;
	int n;

	/* One in twenty, late and among what is always new. */
	for (n = 0; n < 10000; n++) {
		other_words(text, n);
		fail(&t, OUTCOME_INVALID, CURLE_OK, 0, text);
		if (n >= 1000 && n % 18 == 0)
			fail(&t, OUTCOME_HTTP_ERROR, CURLE_OK, 503, "HTTP 503");
	}
	c = causes_get(&t.causes, 0);
	CHECK(c->response_code == 503 && c->count == 500);
	CHECK(t.causes.count == CAUSES_KEPT);
	for (i = 0; (c = causes_get(&t.causes, i)) != NULL; i++)
		sum += c->count;
	CHECK(i == CAUSES_MOST);
	CHECK(sum + causes_rest(&t.causes, CAUSES_MOST) == 10500);
	causes_join(&joined, &t.causes);
	causes_join(&joined, &t.causes);
	CHECK(causes_get(&joined, 0)->count == 1000);
	CHECK(causes_rest(&joined, 0) == 21000);
	causes_clear(&joined);
	totals_clear(&t);
}

static void
bounds(void)
{
	struct totals t = {0};
	int i;

	for (i = 0; i < 10; i++)
		add(&t, "a", 100 * MS, 0, 0);
	CHECK(summary_bound(&t, 5) == 200 * MS);
	CHECK(summary_bound(&t, 50) == 100 * MS);
	t.time_run = 210 * MS;
	t.most_at_once = 5;
	t.waits[WAIT_SLOT] = 500 * MS;
	CHECK(summary_limited_by(&t, 5) == LIMITED_BY_SLOTS);
	/* not all slots were ever taken: they are not what lacked */
	CHECK(summary_limited_by(&t, 50) == LIMITED_BY_NOTHING);
	t.waits[WAIT_RATE] = 600 * MS;
	CHECK(summary_limited_by(&t, 5) == LIMITED_BY_RATE);
	t.waits[WAIT_HOST] = 700 * MS;
	CHECK(summary_limited_by(&t, 5) == LIMITED_BY_HOST);
	t.time_blocked = 150 * MS;
	CHECK(summary_limited_by(&t, 5) == LIMITED_BY_OUTPUT);
	t.time_blocked = 0;
	add(&t, "a", 1000 * MS, 0, 0);
	t.time_run = 1010 * MS;
	CHECK(summary_limited_by(&t, 5) == LIMITED_BY_TASK);
	CHECK(summary_bound(&t, 5) == 1000 * MS);
	/* between attempts there is no slot */
	t.time_tasks += 8000 * MS;
	CHECK(summary_bound(&t, 5) == 2000 * MS);
	t.time_backoff += 8000 * MS;
	CHECK(summary_bound(&t, 5) == 1000 * MS);
	CHECK(totals_one_by_one(&t) == 10000 * MS);
	totals_set_rate(&t, 12000 * MS);
	CHECK(summary_bound(&t, 5) == 12000 * MS);
	CHECK(totals_one_by_one(&t) == 12000 * MS);
	CHECK_STR(limited_by_name(LIMITED_BY_TASK), "longest_task");
	totals_clear(&t);
}

/* Pairs are compared: load that comes and goes changes both of a pair. */
static void
ratios(void)
{
	struct comparison c = {.seed = 1};
	struct ratio r;
	int i;

	comparison_add_way(&c, true, 1);
	CHECK(!comparison_is_complete(&c));
	comparison_add_way(&c, false, 50);
	for (i = 1; i <= 9; i++) {
		comparison_add_time(&c.ways[0], 3.0 * i);
		comparison_add_time(&c.ways[1], 1.0 * i);
	}
	CHECK(comparison_is_complete(&c));
	comparison_ratio(&c, &c.ways[1], &r);
	CHECK(fabs(r.median - 3) < 1e-9);
	CHECK(fabs(r.interval.low - 3) < 1e-9);
	CHECK(fabs(r.interval.high - 3) < 1e-9);
	comparison_ratio(&c, &c.ways[0], &r);
	CHECK(r.median == 1);
	comparison_clear(&c);
	CHECK(c.ways == NULL);
}

/* The summary of a run, as --summary has it. */
static void
put(struct buf *to, const struct totals *t, long jobs)
{
	const struct summary s = {.concurrent = t, .jobs = jobs};

	to->len = 0;
	summary_put_json(to, &s);
}

/* A task of either of two runs, and of the one that both are parts of. */
static void
add_part(struct totals parts[2], struct totals *whole, int i)
{
	static const int64_t steps[] = {3, 800, 90000, 7000000};
	const int64_t time = (i * 37 % 101 + 1) * steps[i % 4];
	struct totals *part = &parts[i % 3 != 0];

	begin("a", time, 0, 0);
	request.index = (size_t)i;
	record.size_download = i;
	record.waits[WAIT_RATE] = i;
	if (i % 7 == 0) {
		record.outcome = OUTCOME_NETWORK_ERROR;
		record.code = CURLE_COULDNT_CONNECT;
		snprintf(problem, sizeof problem, "after %d", i % 4);
		record.problem = problem;
	}
	totals_add(part, &record);
	totals_add(whole, &record);
}

/* In files or not: nothing of it is less exact than that of one run. */
static void
parts_of_a_run(void)
{
	struct totals parts[2], whole = {0}, joined = {0};
	struct summary_read read;
	struct buf text, again;
	char *cause;
	size_t used;
	int i;

	memset(parts, 0, sizeof parts);
	for (i = 0; i < 500; i++)
		add_part(parts, &whole, i);
	totals_add_limit(&parts[0], "h", 7, 9);
	totals_add_limit(&parts[1], "h", 40, 0);
	totals_add_limit(&whole, "h", 7, 9);
	buf_init(&text);
	buf_init(&again);
	for (i = 0; i < 2; i++) {
		parts[i].started_at = whole.started_at = 1700000000123456;
		parts[i].time_run = whole.time_run = 2000 * MS;
		put(&text, &parts[i], 8);
		CHECK(summary_read(&read, text.data, text.len, &used, &cause) ==
		    1);
		CHECK(used == text.len - 1 && read.jobs == 8);
		CHECK(read.runs == 1);
		put(&again, &read.totals, 8);
		CHECK(strcmp(buf_string(&again), buf_string(&text)) == 0);
		totals_join(&joined, &read.totals);
		summary_read_clear(&read);
		totals_clear(&parts[i]);
	}
	joined.started_at = whole.started_at;
	joined.time_run = whole.time_run;
	put(&text, &whole, 8);
	put(&again, &joined, 8);
	CHECK(strcmp(buf_string(&again), buf_string(&text)) == 0);
	buf_clear(&text);
	buf_clear(&again);
	totals_clear(&whole);
	totals_clear(&joined);
}

/* Each of these is put in the place of what a summary has. */
static void
bad_summaries(void)
{
	static const struct {
		const char *what, *by;
	} bad[] = {{"\"tasks\":2", "\"tasks\":3"},
	    {"\"tasks\":2", "\"tasks\":-2"}, {"\"tasks\":2", "\"t\":2"},
	    {"\"ok\":2", "\"ok\":2.5"}, {"2023-", "2O23-"}, {"Z\"", "\""},
	    {"\"jobs\":8", "\"jobs\":99999999999"},
	    {"\"jobs\":8", "\"jobs\":null"}, {"\"count\":2", "\"count\":1"},
	    {"\"sum\":", "\"sum\":1e99,\"x\":"},
	    {"\"steps\":[[", "\"steps\":[{}, ["},
	    {"\"steps\":[[", "\"steps\":[[-"},
	    {"\"slowest\":[", "\"slowest\":[3,"},
	    {"\"interrupted\":false", "\"interrupted\":0"},
	    {"\"failures\":[]", "\"failures\":[{\"count\":1}]"},
	    {"\"known\":0", "\"known\":0,\"known\":0"}, {"}\n", "\n"}};
	struct totals t = {0};
	struct summary_read read;
	struct buf text, wrong;
	const char *at;
	char *cause;
	size_t i, used;

	add(&t, "a", 1000, 0, 0);
	add(&t, "a", 2000, 0, 0);
	t.started_at = 1700000000123456;
	buf_init(&text);
	buf_init(&wrong);
	put(&text, &t, 8);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		at = strstr(buf_string(&text), bad[i].what);
		CHECK(at != NULL);
		if (at == NULL)
			continue;
		wrong.len = 0;
		buf_append(&wrong, text.data, (size_t)(at - text.data));
		buf_puts(&wrong, bad[i].by);
		buf_puts(&wrong, at + strlen(bad[i].what));
		cause = NULL;
		CHECK(summary_read(
			  &read, wrong.data, wrong.len, &used, &cause) == -1);
		if (cause == NULL)
			printf("# %s\n", bad[i].by);
		CHECK(cause != NULL && strchr(cause, '\n') == NULL);
		free(cause);
	}
	CHECK(summary_read(&read, " \n", 2, &used, &cause) == 0);
	buf_clear(&text);
	buf_clear(&wrong);
	totals_clear(&t);
}

TAP_MAIN({"parts of a run are as the whole, through files", parts_of_a_run},
    {"what is no summary is told", bad_summaries},
    {"one connection to each host is no more than one", one_connection_a_host},
    {"connections that the server ends", connections_that_end},
    {"very many hosts", many_hosts}, {"the slowest tasks", the_slowest},
    {"each cause once, whatever varies in its words", causes},
    {"of any number of causes the frequent ones", many_causes},
    {"how short it could be, and why it was not", bounds},
    {"ratios of pairs", ratios})
