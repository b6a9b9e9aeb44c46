/*
 * Blocks that nothing points to, as LeakSanitizer looks for them: every word
 * that could be an address is one, be it of the middle of a block.
 */
#include "config.h"

#include "leaks.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"
#include "memory.h"

/* glibc's, of the heaps that threads have. */
#define THREAD_HEAP ((uintptr_t)64 << 20)

#define MAPS_SIZE   ((size_t)1 << 20)

struct search {
	struct memory_block *blocks; /* by address */
	size_t count;
	bool *reached;
	size_t *pending; /* reached, but what is in them was not looked at */
	size_t pending_count;
	uintptr_t lowest, highest;
	uintptr_t skip_start, skip_end;
};

static int
by_address(const void *a, const void *b)
{
	const struct memory_block *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* The number of the block that the address is in or at, or s->count. */
static size_t
find(const struct search *s, uintptr_t at)
{
	size_t low = 0, high = s->count, middle;
	const struct memory_block *b;

	if (at < s->lowest || at > s->highest)
		return s->count;
	while (low < high) {
		middle = low + (high - low) / 2;
		b = &s->blocks[middle];
		if (at < (uintptr_t)b->start)
			high = middle;
		else if (at >= (uintptr_t)b->start + b->size &&
		    at != (uintptr_t)b->start)
			low = middle + 1;
		else
			return middle;
	}
	return s->count;
}

/* Other threads may be at work: no sanitizer, no lock. */
static void
look_at(struct search *s, uintptr_t from, uintptr_t to)
{
	uintptr_t at, word;
	size_t i;

	for (at = (from + 7) & ~(uintptr_t)7; at + 8 <= to; at += 8) {
		word = *(const uintptr_t *)at;
		i = find(s, word);
		if (i == s->count || s->reached[i])
			continue;
		s->reached[i] = true;
		s->pending[s->pending_count++] = i;
	}
}

/* What is mapped, but for blocks and what is ours. */
static void
look_at_mapping(struct search *s, uintptr_t at, uintptr_t end)
{
	uintptr_t stop;
	size_t i = 0;

	while (i < s->count && (uintptr_t)s->blocks[i].start < at)
		i++;
	while (at < end) {
		if (at >= s->skip_start && at < s->skip_end) {
			at = s->skip_end;
			continue;
		}
		stop = end;
		if (s->skip_start > at && s->skip_start < stop)
			stop = s->skip_start;
		while (i < s->count && (uintptr_t)s->blocks[i].start < at)
			i++;
		if (i < s->count && (uintptr_t)s->blocks[i].start < stop) {
			look_at(s, at, (uintptr_t)s->blocks[i].start);
			at = (uintptr_t)s->blocks[i].start + s->blocks[i].size;
			i++;
			continue;
		}
		look_at(s, at, stop);
		at = stop;
	}
}

/* The bounds of a line of /proc/self/maps. Returns what comes after them. */
static char *
read_bounds(const char *line, uintptr_t *start, uintptr_t *end)
{
	char *rest;

	*start = strtoul(line, &rest, 16);
	*end = strtoul(rest + 1, &rest, 16);
	return rest;
}

/* Of a heap, what is not used yet is reserved; next is the line after it. */
static bool
is_thread_heap(uintptr_t start, uintptr_t end, const char *next)
{
	uintptr_t reserved, reserved_end;
	const char *rest;

	if (start % THREAD_HEAP != 0)
		return false;
	rest = read_bounds(next, &reserved, &reserved_end);
	return end % THREAD_HEAP == 0 ||
	    (strncmp(rest, " ---", 4) == 0 && reserved == end &&
		reserved_end % THREAD_HEAP == 0);
}

/* One line, and the one after it. */
static void
look_at_line(
    struct search *s, const char *line, const char *next, uintptr_t stack)
{
	uintptr_t start, end;
	char *rest = read_bounds(line, &start, &end);
	bool anonymous;

	if (strncmp(rest, " rw", 3) != 0 || strstr(rest, "[heap]") != NULL ||
	    strstr(rest, "/fault.so") != NULL)
		return;
	anonymous = strchr(rest, '/') == NULL && strchr(rest, '[') == NULL;
	if (anonymous && is_thread_heap(start, end, next))
		return;
	/* What is below on our own stack is over. */
	if (stack >= start && stack < end)
		start = stack;
	look_at_mapping(s, start, end);
}

static void
look_everywhere(struct search *s)
{
	char *maps = fault_scratch(MAPS_SIZE), *line, *end;
	uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
	size_t len = 0;
	long n;
	int fd = (int)syscall(
	    SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);

	while (fd >= 0 &&
	    (n = syscall(SYS_read, fd, maps + len, MAPS_SIZE - len)) > 0)
		len += (size_t)n;
	if (len == 0)
		abort();
	syscall(SYS_close, fd);
	for (line = maps; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		look_at_line(s, line, end + 1, stack);
	}
}

static void __attribute__((noinline)) search(struct search *s)
{
	const struct memory_block *b;

	look_everywhere(s);
	while (s->pending_count > 0) {
		b = &s->blocks[s->pending[--s->pending_count]];
		look_at(s, (uintptr_t)b->start, (uintptr_t)b->start + b->size);
	}
}

void
leaks_tell(void)
{
	struct search s;
	size_t i;

	/* Registers that a caller of exit() left pointers in. */
	__builtin_unwind_init();
	memset(&s, 0, sizeof s);
	fault_region(&s.skip_start, &s.skip_end);
	s.blocks = memory_blocks(&s.count);
	if (s.count == 0)
		return;
	qsort(s.blocks, s.count, sizeof *s.blocks, by_address);
	s.reached = fault_scratch(s.count);
	s.pending = fault_scratch(s.count * sizeof *s.pending);
	s.lowest = (uintptr_t)s.blocks[0].start;
	s.highest = (uintptr_t)s.blocks[s.count - 1].start +
	    s.blocks[s.count - 1].size;
	search(&s);
	for (i = 0; i < s.count; i++)
		if (!s.reached[i])
			fault_tell_frames(s.blocks[i].frames,
			    s.blocks[i].frames != NULL ? FAULT_FRAMES : 0,
			    "leak %zu %lu", s.blocks[i].size,
			    s.blocks[i].number);
}
