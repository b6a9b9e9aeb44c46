/*
 * How many transfers the system's limit on open files allows at once.
 */
#ifndef CAPACITY_H
#define CAPACITY_H

#include <stddef.h>

/* With fewer descriptors than this not even one transfer is sure to work. */
#define CAPACITY_FILES_MIN ((size_t)20)

struct capacity {
	size_t slots;	    /* transfers at once */
	size_t connections; /* sockets that libcurl holds, idle ones too */
	size_t idle;	    /* of them, kept open for later requests */
	size_t extras;	    /* descriptors for name lookups and the service */
};

/*
 * Divides files descriptors among jobs transfers. Slots are fewer than jobs
 * only where there are not enough; each share is at least what one transfer
 * needs.
 */
void capacity_divide(struct capacity *c, size_t files, size_t jobs);

/* Raises the process's soft limit to the hard one and returns it. */
size_t capacity_raise_files(void);

#endif
