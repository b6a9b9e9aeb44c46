/*
 * Memory of the libraries.
 */
#include "config.h"

#include "base/library_memory.h"

#if defined HAVE_MALLOPT || defined HAVE_MALLINFO2
#include <malloc.h>
#endif
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/xmalloc.h"

/*
 * Between two looks so much that is not in use stays at the heap's end, and it
 * grows by so much.
 */
#define KEPT_MOST (8 << 20)
#define STEP	  (1 << 20)

/* So long, in microseconds, between looking for holes, and so many of them. */
#define TENDED_EVERY (5 * USEC_PER_SEC)
#define HOLES_MOST   (1 << 20)

static bool has_main;
static pthread_t main_thread;

/*
 * What a hundred transfers take and give back makes the heap shrink and grow
 * with every few requests, and each new page of it costs as much as a system
 * call: two fifths of the time of a small request over TLS. With either of
 * these set, blocks from 128 KiB on always come from the system, and go back.
 */
static void
keep_memory(void)
{
#ifdef HAVE_MALLOPT
	mallopt(M_TRIM_THRESHOLD, KEPT_MOST);
	mallopt(M_TOP_PAD, STEP);
#endif
}

void
library_memory_init(void)
{
	keep_memory();
	main_thread = pthread_self();
	has_main = true;
}

/*
 * What a burst has left in the middle of the heap is given back here: by itself
 * only its end is. It costs a system call for each hole, and the pages again.
 * What results of all sizes leave behind would grow for many minutes else.
 */
void
library_memory_tend(int64_t now)
{
#ifdef HAVE_MALLINFO2
	static int64_t tended;

	if (now - tended < TENDED_EVERY)
		return;
	tended = now;
	if (mallinfo2().fordblks > HOLES_MOST)
		malloc_trim(HOLES_MOST);
#else
	(void)now;
#endif
}

static void *
check(void *p)
{
	if (p == NULL &&
	    (!has_main || pthread_equal(pthread_self(), main_thread)))
		xmalloc_exhausted();
	return p;
}

void *
library_malloc(size_t size)
{
	return check(malloc(size != 0 ? size : 1));
}

void *
library_calloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	return check(calloc(count, size));
}

void *
library_realloc(void *p, size_t size)
{
	return check(realloc(p, size != 0 ? size : 1));
}

char *
library_strdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = library_malloc(size);

	return copy != NULL ? memcpy(copy, s, size) : NULL;
}
