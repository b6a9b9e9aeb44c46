/*
 * The files of -b, which libcurl reads for each transfer.
 */
#ifndef INPUT_COOKIE_FILE_H
#define INPUT_COOKIE_FILE_H

#include <stddef.h>

struct cookie_file {
	char *name; /* for libcurl to open, as often as it likes; owned */
	int copy;   /* of what could be read only once; owned; -1: none */
};

/* All zero at first. */
struct cookie_files {
	struct cookie_file *all; /* owned */
	size_t count;
};

/*
 * Adds one; stdin ("-") and pipes are copied. As in curl, one that is not
 * there is none. Returns 0, or -1 and the cause (owned by the caller).
 */
int cookie_files_add(struct cookie_files *f, const char *name, char **cause);
void cookie_files_clear(struct cookie_files *f);

#endif
