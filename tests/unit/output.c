/*
 * output/gather, stepped by hand; and the division of descriptors.
 */
#include "config.h"

#include <unistd.h>

#include "base/xmalloc.h"
#include "capacity.h"
#include "fetch/fetch.h"
#include "output/gather.h"
#include "tap.h"

static struct co_sched sched;
static struct co_group group;
static struct gather gather;
static struct spool spool;
static char emitted[256];

static void
take_all(void)
{
	struct result *r;

	while ((r = gather_take(&gather)) != NULL) {
		strncat(emitted, buf_string(&r->text), 32);
		result_free(r);
		gather_let_go(&gather);
	}
}

static void
put(size_t index, const char *text)
{
	struct result r;

	result_init(&r, &spool);
	buf_puts(&r.text, text);
	gather_put(&gather, index, &r);
	result_clear(&r);
	take_all();
}

static void
setup_with(size_t window, bool ordered, size_t memory)
{
	co_sched_init(&sched);
	group_init(&group, &sched);
	spool_init(&spool, memory);
	gather_init(&gather, window, ordered, &spool);
	emitted[0] = '\0';
}

static void
setup(size_t window, bool ordered)
{
	setup_with(window, ordered, 1 << 20);
}

static void
teardown(void)
{
	gather_clear(&gather);
	CHECK(spool.used == 0);
	spool_clear(&spool);
	group_clear(&group);
	co_sched_clear(&sched);
}

static void
input_order(void)
{
	setup(4, true);
	put(1, "b");
	put(3, "d");
	CHECK_STR(emitted, "");
	put(0, "a");
	CHECK_STR(emitted, "ab");
	put(2, "c");
	CHECK_STR(emitted, "abcd");
	/* the ring turns */
	put(5, "f");
	put(4, "e");
	put(7, "");
	put(6, "g");
	CHECK_STR(emitted, "abcdefg");
	CHECK(gather.next == 8);
	teardown();
}

/* Without memory, results go to the file and come back. */
static void
spooled_order(void)
{
	setup_with(4, true, 0);
	put(2, "c");
	put(1, "b");
	put(3, "d");
	CHECK(spool.used == 0);
	CHECK(spool.fd != -1);
	put(0, "a");
	CHECK_STR(emitted, "abcd");
	CHECK(spool.segments[0].live == 1); /* it is being filled */
	teardown();
}

/* The file was cut short: what was in it is lost, and nobody waits for it. */
static void
spool_lost(void)
{
	setup_with(4, true, 0);
	put(1, "b");
	put(2, "c");
	CHECK(ftruncate(spool.fd, 0) == 0);
	put(0, "a");
	CHECK_STR(emitted, "a");
	CHECK(gather.failed);
	CHECK(gather.next == 3);
	teardown();
}

/* How long it was held is put into the text when it leaves. */
static void
held_time(void)
{
	struct result r, *taken;

	setup(4, true);
	result_init(&r, &spool);
	buf_puts(&r.text, "<");
	r.mark = r.text.len;
	buf_puts(&r.text, RESULT_NOT_HELD ">");
	gather_put(&gather, 0, &r);
	result_clear(&r);
	taken = gather_take(&gather);
	result_set_held(taken, 12345678);
	CHECK_STR(buf_string(&taken->text), "<12.345678>");
	result_free(taken);
	teardown();
}

static void
completion_order(void)
{
	setup(4, false);
	put(2, "c");
	put(0, "a");
	put(1, "b");
	CHECK_STR(emitted, "cab");
	teardown();
}

static void
results_left_behind(void)
{
	setup(4, true);
	put(2, "c"); /* held, and released by gather_clear */
	CHECK_STR(emitted, "");
	teardown();
}

/* A task that admits inputs for as long as it may. */
struct admitter {
	struct co_task task;
	size_t admitted;
};

static size_t admitted;

static void
admitter_body(struct co_task *self)
{
	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, gather_admit(self, &gather));
		if (self->error != 0)
			break;
		admitted++;
	}
	CO_END(self);
}

static void
window(bool ordered)
{
	struct admitter *a = xcalloc(1, sizeof *a);

	setup(3, ordered);
	admitted = 0;
	co_task_init(&a->task, admitter_body, NULL);
	group_start(&group, &a->task);
	co_run(&sched);
	CHECK(admitted == 3);
	put(2, "c");
	co_run(&sched);
	/* ordered: the oldest is missing, nobody may go further ahead */
	CHECK(admitted == (ordered ? 3 : 4));
	put(0, "a");
	co_run(&sched);
	CHECK(admitted == (ordered ? 4 : 5));
	put(1, "b");
	co_run(&sched);
	CHECK(admitted == 6);
	group_cancel(&group);
	co_run(&sched);
	teardown();
}

static void
window_in_input_order(void)
{
	window(true);
}

static void
window_in_completion_order(void)
{
	window(false);
}

static void
capacity(void)
{
	static const size_t files[] = {16, 40, 64, 256, 1024, 20000, 1048576};
	static const size_t jobs[] = {1, 7, 50, 300, 10000, 1000000};
	struct capacity c;
	size_t i, j;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		for (j = 0; j < sizeof jobs / sizeof *jobs; j++) {
			capacity_divide(&c, files[i], jobs[j]);
			CHECK(c.slots >= 1 && c.slots <= jobs[j]);
			CHECK(c.connections >= c.slots);
			CHECK(c.extras >= FETCH_EXTRAS_MAX);
			CHECK(c.idle >= c.slots && c.idle <= c.connections);
			if (files[i] >= 64)
				CHECK(c.connections + c.extras <= files[i]);
		}
	}
	capacity_divide(&c, 20000, 10000);
	CHECK(c.slots == 10000);
	capacity_divide(&c, 1024, 50);
	CHECK(c.slots == 50 && c.extras >= 50 * FETCH_EXTRAS_MAX);
	capacity_divide(&c, 256, 300);
	CHECK(c.slots >= 150 && c.slots < 256);
}

/* A text that has grown for something larger takes no more while it waits. */
static void
held_memory(void)
{
	struct result r, *held;
	char *memory;

	spool_init(&spool, 1 << 20);
	result_init(&r, &spool);
	buf_reserve(&r.text, 10000);
	buf_puts(&r.text, "short");
	memory = r.text.data;
	held = result_new(&r);
	CHECK(held->text.len == 5 && held->text.size < 100);
	CHECK(memcmp(held->text.data, "short", 5) == 0);
	CHECK(held->held < 1000 && spool.used == held->held);
	/* It is there for the next one. */
	CHECK(r.text.data == memory && r.text.len == 0);
	result_free(held);
	CHECK(spool.used == 0);
	result_clear(&r);
	spool_clear(&spool);
}

TAP_MAIN({"results leave in input order", input_order},
    {"from the spool, too", spooled_order},
    {"what the spool has lost keeps nobody waiting", spool_lost},
    {"with the time they were held", held_time},
    {"in no more memory than they need", held_memory},
    {"or in order of completion", completion_order},
    {"what is left behind is released", results_left_behind},
    {"the window holds in input order", window_in_input_order},
    {"the window holds in order of completion", window_in_completion_order},
    {"descriptors are divided within the limit", capacity})
