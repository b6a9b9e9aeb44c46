/*
 * Which calls fail, and how.
 */
#ifndef FAULT_CALLS_H
#define FAULT_CALLS_H

#include <stddef.h>

/* What a call does, which says how it can fail. */
enum calls_kind {
	CALLS_OTHER, /* something with a descriptor */
	CALLS_READS,
	CALLS_WRITES,
	CALLS_CREATES, /* a name in a directory */
	CALLS_OPENS,   /* a descriptor, of what needs no space */
};

/* Less is done than was asked for. */
#define CALLS_SHORT (-1)

/* Reads the environment. */
void calls_start(void);

/*
 * Counts a call of the function. Returns what it shall do: 0, its work; an
 * errno, which is set; or CALLS_SHORT, where size is more than 1. An errno is
 * only given where the system could give it: EAGAIN where the descriptor does
 * not block, ENOSPC of what is written to a regular file or creates a name.
 * fd is -1 where there is none.
 */
int calls_fate(const char *name, enum calls_kind kind, int fd, size_t size);

#endif
