/*
 * A library to preload: one allocation or one system call of the program
 * fails, and what becomes of it is told. The environment says which:
 *
 *	FAULT_LOG=FILE         where to tell; lines are appended as it ends
 *	FAULT_LIST=1           tell of every allocation and call
 *	FAULT_STACKS=1         tell where leaked blocks come from (slow)
 *	FAULT_ALLOC=N[+][@MODULE]
 *	                       the Nth allocation fails with ENOMEM; with +,
 *	                       and all that follow; with @, of the module
 *	                       whose name begins so (slow)
 *	FAULT_CALL=NAME:N[+]:WHAT
 *	                       the Nth call of the function NAME that WHAT can
 *	                       happen to: an errno by name, or "short"
 *
 * Allocations and calls are counted from main on, from 1: what constructors
 * of libraries do before it is not the program's. Lines of the log:
 *
 *	allocation N STACK     of a list; the stack is a hash
 *	call NAME STACK FLAGS  of a list; FLAGS: n non-blocking, r a regular
 *	                       file, c creates, or -
 *	allocations N          how many there were
 *	failed FRAME...        what was made to fail, and where
 *	signal N FRAME...      it crashed (or was killed, when it hung)
 *	leak SIZE N FRAME...   a block that nothing points to, allocation N
 *
 * A FRAME is MODULE+OFFSET(SYMBOL), innermost first.
 *
 * Leaks are found as LeakSanitizer finds them: when the process ends by
 * exit(), a block is leaked that cannot be reached from global variables,
 * stacks or other blocks that can. What is still in use when memory is
 * exhausted is none. LeakSanitizer itself costs a second a run here, too much
 * for each allocation in turn. Under AddressSanitizer, whose allocator is then
 * the one that works below, nothing of this is done.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAULT_FRAMES 48

/* Has main begun? */
extern bool fault_armed;

/* Is each allocation and call told of? */
extern bool fault_lists;

/* The next definition of a function, behind ours. */
void *fault_next(const char *name);

/* Appends to the log in memory. Allocates nothing. */
void fault_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same and the frames, one line. */
void fault_tell_frames(void *const *frames, int count, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The caller's stack, without our own frames. Returns how many. */
int fault_stack(void **frames);

/* The same in every run, wherever the modules are loaded. */
unsigned long fault_hash(void *const *frames, int count);

/* Memory for good, of a region that is not searched for pointers. */
void *fault_scratch(size_t size);
void fault_region(uintptr_t *start, uintptr_t *end);

/* Is one of the innermost frames in a module whose name begins so? */
bool fault_is_in(void *const *frames, int count, const char *module);

/* "N" or "N+" from s; what follows it is *end. */
bool fault_parse_number(
    const char *s, unsigned long *number, bool *sticky, const char **end);

#endif
