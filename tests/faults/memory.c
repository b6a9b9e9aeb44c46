/*
 * Allocations: which fail, and which are still there at the end.
 */
#include "config.h"

#include "memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fault.h"

/* What dlsym allocates while it looks for malloc. */
#define EARLY_SIZE 16384

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void (*free)(void *);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	void *(*memalign)(size_t, size_t);
} real;

static _Alignas(16) char early[EARLY_SIZE];
static size_t early_used;
static bool finding;

/* The blocks that live, hashed by address; a NULL start is an empty place. */
static struct memory_block *blocks;
static size_t blocks_size, blocks_count;
static bool keeps_stacks;
static bool blocks_done; /* nobody asks any more */
static atomic_flag lock = ATOMIC_FLAG_INIT;

static _Atomic unsigned long count;
static unsigned long failing;	   /* 0: none */
static const char *failing_module; /* NULL: of any */
static bool failing_sticky;
static bool failed;
static _Thread_local bool inside; /* a backtrace may allocate */

static void
find_real(void)
{
	finding = true;
	real.calloc = fault_next("calloc");
	real.realloc = fault_next("realloc");
	real.free = fault_next("free");
	real.posix_memalign = fault_next("posix_memalign");
	real.aligned_alloc = fault_next("aligned_alloc");
	real.memalign = fault_next("memalign");
	real.malloc = fault_next("malloc");
	finding = false;
}

/* Before anything else is there. */
static void *
early_alloc(size_t size)
{
	void *p = early + early_used;

	early_used += (size + 15) & ~(size_t)15;
	if (early_used > EARLY_SIZE)
		abort();
	return p;
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + EARLY_SIZE;
}

/* Must the program wait for real functions? Finds them where it must not. */
static bool
is_finding(void)
{
	if (real.malloc == NULL && !finding)
		find_real();
	return finding;
}

static void
take_lock(void)
{
	while (atomic_flag_test_and_set(&lock))
		;
}

static void
give_lock(void)
{
	atomic_flag_clear(&lock);
}

static size_t
place_of(const struct memory_block *all, size_t size, const void *p)
{
	size_t i = ((uintptr_t)p >> 4) * 0x9e3779b97f4a7c15UL;

	for (i &= size - 1; all[i].start != NULL && all[i].start != p;)
		i = (i + 1) & (size - 1);
	return i;
}

static void
grow(void)
{
	size_t size = blocks_size == 0 ? (size_t)1 << 14 : blocks_size * 2, i;
	struct memory_block *larger = mmap(NULL, size * sizeof *larger,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (larger == MAP_FAILED)
		abort();
	for (i = 0; i < blocks_size; i++)
		if (blocks[i].start != NULL)
			larger[place_of(larger, size, blocks[i].start)] =
			    blocks[i];
	if (blocks != NULL)
		munmap(blocks, blocks_size * sizeof *blocks);
	blocks = larger;
	blocks_size = size;
}

static void
note_stack(struct memory_block *b)
{
	if (!keeps_stacks || inside)
		return;
	inside = true;
	b->frames = real.calloc(FAULT_FRAMES, sizeof *b->frames);
	fault_stack(b->frames);
	inside = false;
}

static void *
born(void *p, size_t size, unsigned long number)
{
	struct memory_block b = {p, size, number, NULL};

	if (p == NULL)
		return NULL;
	note_stack(&b);
	take_lock();
	if (!blocks_done) {
		if (blocks_count >= blocks_size / 2)
			grow();
		blocks[place_of(blocks, blocks_size, p)] = b;
		blocks_count++;
	}
	give_lock();
	return p;
}

/* Takes the block out; those after it that want its place move up. */
static struct memory_block
take_out(const void *p)
{
	struct memory_block found = {NULL, 0, 0, NULL};
	size_t i, next, wanted;

	take_lock();
	if (blocks_size > 0 && !blocks_done) {
		i = place_of(blocks, blocks_size, p);
		found = blocks[i];
		if (found.start != NULL)
			blocks_count--;
		blocks[i].start = NULL;
		for (next = (i + 1) & (blocks_size - 1);
		     blocks[next].start != NULL;
		     next = (next + 1) & (blocks_size - 1)) {
			struct memory_block moved = blocks[next];

			blocks[next].start = NULL;
			wanted = place_of(blocks, blocks_size, moved.start);
			blocks[wanted] = moved;
		}
	}
	give_lock();
	return found;
}

static void
died(const void *p)
{
	struct memory_block b = take_out(p);

	if (b.frames != NULL)
		real.free(b.frames);
}

/* Is it one that the module wants, itself or by a function of ours? */
static bool
is_wanted(void)
{
	void *frames[FAULT_FRAMES];
	bool is;

	if (failing_module == NULL)
		return true;
	inside = true;
	is = fault_is_in(frames, fault_stack(frames), failing_module);
	inside = false;
	return is;
}

/* Counts an allocation. Returns its number; 0: it must fail. */
static unsigned long
next_number(void)
{
	void *frames[FAULT_FRAMES];
	unsigned long number;
	int depth;

	if (!fault_armed || inside || !is_wanted())
		return 1;
	number = atomic_fetch_add(&count, 1) + 1;
	if (fault_lists) {
		inside = true;
		depth = fault_stack(frames);
		fault_tell("allocation %lu %016lx\n", number,
		    fault_hash(frames, depth));
		inside = false;
	}
	if (failing == 0 || number < failing ||
	    (number > failing && !failing_sticky))
		return number;
	if (!failed) {
		failed = inside = true;
		depth = fault_stack(frames);
		fault_tell_frames(
		    frames, depth, "failed allocation %lu", number);
		inside = false;
	}
	errno = ENOMEM;
	return 0;
}

void *
malloc(size_t size)
{
	unsigned long number;

	if (is_finding())
		return early_alloc(size);
	if ((number = next_number()) == 0)
		return NULL;
	return born(real.malloc(size), size, number);
}

void *
calloc(size_t n, size_t size)
{
	unsigned long number;

	if (is_finding())
		return early_alloc(n * size);
	if ((number = next_number()) == 0)
		return NULL;
	return born(real.calloc(n, size), n * size, number);
}

void
free(void *p)
{
	int error = errno;

	if (p == NULL || is_early(p))
		return;
	died(p);
	real.free(p);
	errno = error;
}

void *
realloc(void *p, size_t size)
{
	struct memory_block old = {NULL, 0, 0, NULL};
	unsigned long number;
	void *moved;

	if (p == NULL)
		return malloc(size);
	if (size == 0) {
		free(p);
		return NULL;
	}
	if ((number = next_number()) == 0)
		return NULL;
	old = take_out(p);
	moved = real.realloc(p, size);
	if (old.frames != NULL)
		real.free(old.frames);
	if (moved == NULL)
		born(p, old.size, old.number);
	return born(moved, size, number);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n * size);
}

int
posix_memalign(void **p, size_t alignment, size_t size)
{
	unsigned long number;
	int error;

	is_finding();
	if ((number = next_number()) == 0)
		return ENOMEM;
	error = real.posix_memalign(p, alignment, size);
	if (error == 0)
		born(*p, size, number);
	return error;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	unsigned long number;

	is_finding();
	if ((number = next_number()) == 0)
		return NULL;
	return born(real.aligned_alloc(alignment, size), size, number);
}

void *
memalign(size_t alignment, size_t size)
{
	unsigned long number;

	is_finding();
	if ((number = next_number()) == 0)
		return NULL;
	return born(real.memalign(alignment, size), size, number);
}

void
memory_start(void)
{
	const char *s = getenv("FAULT_ALLOC"), *end;

	is_finding();
	keeps_stacks = getenv("FAULT_STACKS") != NULL;
	if (s == NULL)
		return;
	if (!fault_parse_number(s, &failing, &failing_sticky, &end))
		abort();
	if (*end == '@')
		failing_module = end + 1;
	else if (*end != '\0')
		abort();
}

unsigned long
memory_count(void)
{
	return count;
}

struct memory_block *
memory_blocks(size_t *n)
{
	struct memory_block *all;
	size_t i;

	take_lock();
	blocks_done = true;
	all = fault_scratch((blocks_count + 1) * sizeof *all);
	*n = 0;
	for (i = 0; i < blocks_size; i++)
		if (blocks[i].start != NULL)
			all[(*n)++] = blocks[i];
	munmap(blocks, blocks_size * sizeof *blocks);
	give_lock();
	return all;
}
