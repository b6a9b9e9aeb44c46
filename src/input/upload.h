/*
 * What curl's -T sends: a file, read anew by each task.
 */
#ifndef INPUT_UPLOAD_H
#define INPUT_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

struct upload {
	bool wanted;
	int fd;		  /* read at any place (pread); -1: none */
	int64_t size;	  /* bytes; -1: as curl does for pipes, not told */
	const char *path; /* as it was given, borrowed; NULL: a copy */
	const char *name; /* for URLs that end in /, borrowed; NULL: stdin */
};

/*
 * Opens the file; "-" and "." are stdin, which is copied first (input/once.h),
 * as a pipe is. Returns 0, or -1 and the cause (owned by the caller).
 */
int upload_open(struct upload *u, const char *name, char **cause);
void upload_clear(struct upload *u);

#endif
