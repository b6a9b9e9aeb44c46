/*
 * The heap. What a waiting task costs: 100,000 asleep at once. Prints bytes a
 * task, and fails where they are more than a frame, its timer's place and
 * malloc's own. And what is not in use goes back to the system.
 */
#include "config.h"

#ifdef HAVE_MALLINFO2
#include <malloc.h>
#endif
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/library_memory.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "core/sync.h"
#include "tap.h"

#define TASKS	  100000
#define BYTES_MAX 320

struct sleeper {
	struct co_task task;
	int naps;
};

static size_t woken;

static void
sleeper_body(struct co_task *self)
{
	struct sleeper *s = (struct sleeper *)self;

	CO_BEGIN(self);
	for (s->naps = 0; s->naps < 2; s->naps++)
		CO_AWAIT(self, co_sleep(self, USEC_PER_SEC + s->naps));
	woken++;
	CO_END(self);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* 0 where malloc does not tell: other libraries', a sanitizer's. */
static size_t
heap_bytes(void)
{
#ifdef HAVE_MALLINFO2
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

static void
a_hundred_thousand(void)
{
	struct co_sched sched;
	struct co_group group;
	struct sleeper *s;
	size_t before = heap_bytes(), bytes;
	double start = now();
	int i;

	co_sched_init(&sched);
	group_init(&group, &sched);
	for (i = 0; i < TASKS; i++) {
		s = xcalloc(1, sizeof *s);
		co_task_init(&s->task, sleeper_body, NULL);
		group_start(&group, &s->task);
	}
	co_run(&sched);
	CHECK(sched.timers.count == TASKS);
	bytes = (heap_bytes() - before) / TASKS;
	for (i = 1; i <= 3; i++) {
		co_advance(&sched, i * 2 * USEC_PER_SEC);
		co_run(&sched);
	}
	CHECK(woken == TASKS);
	CHECK(group.live == 0);
	printf("# %d sleeping tasks: %zu bytes a task, %.0f ns a sleep\n",
	    TASKS, bytes, (now() - start) * 1e9 / TASKS / 2);
	CHECK(bytes <= BYTES_MAX);
	group_clear(&group);
	co_sched_clear(&sched);
}

/* 0 where the system does not tell. */
static size_t
resident_pages(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	size_t pages = 0;

	if (f == NULL || fscanf(f, "%*s %zu", &pages) != 1)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return pages;
}

#define BLOCKS 256
#define BLOCK  100000 /* smaller than what comes from the system by itself */

/* Between blocks that stay there are holes, which no free() gives back. */
static void
holes(void)
{
	static char *hole[BLOCKS], *stays[BLOCKS];
	const size_t all = (size_t)BLOCKS * BLOCK / (size_t)getpagesize();
	size_t full, left;
	int i;

	library_memory_init();
	library_memory_tend(100 * USEC_PER_SEC);
	for (i = 0; i < BLOCKS; i++) {
		hole[i] = xmalloc(BLOCK);
		memset(hole[i], 'x', BLOCK);
		stays[i] = xmalloc(1000);
	}
	for (i = 0; i < BLOCKS; i++)
		free(hole[i]);
	full = resident_pages();
	library_memory_tend(104 * USEC_PER_SEC); /* not yet */
	CHECK(resident_pages() + all / 2 > full);
	library_memory_tend(105 * USEC_PER_SEC);
	left = resident_pages();
	if (heap_bytes() > 0 && full > 0)
		CHECK(left + all / 2 < full);
	for (i = 0; i < BLOCKS; i++)
		free(stays[i]);
}

TAP_MAIN({"100,000 sleeping tasks", a_hundred_thousand},
    {"holes of the heap go back to the system", holes})
