/*
 * Files that nobody wants when the process ends early, be it by exit() where
 * memory is exhausted or by a second signal. A signal handler gets no
 * argument, so the list of them is the process's own.
 */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

#include "base/list.h"

struct temporary {
	struct list link;
	int dir;	  /* borrowed; AT_FDCWD: none */
	const char *name; /* borrowed */
};

/*
 * From now on the file of that name below dir is removed when the process
 * ends. Name and descriptor, and t, must live until it is forgotten.
 */
void temporary_note(struct temporary *t, int dir, const char *name);

/* Takes one that was forgotten, or is all zero. */
void temporary_forget(struct temporary *t);

/* Removes them now; for handlers of signals that end the process. */
void temporary_remove_all(void);

#endif
