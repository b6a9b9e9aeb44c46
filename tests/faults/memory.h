/*
 * Allocations: which fail, and which are still there at the end.
 */
#ifndef FAULT_MEMORY_H
#define FAULT_MEMORY_H

#include <stddef.h>

/* A block that lives. */
struct memory_block {
	char *start;
	size_t size;
	unsigned long number;
	void **frames; /* [FAULT_FRAMES], with FAULT_STACKS; else NULL */
};

/* Reads the environment. */
void memory_start(void);

/* How many allocations there were. */
unsigned long memory_count(void);

/* All blocks, in scratch memory; later ones are not noted any more. */
struct memory_block *memory_blocks(size_t *n);

#endif
