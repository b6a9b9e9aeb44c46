/*
 * A file that is there whole or not at all: written beside, under a temporary
 * name, and renamed. Where that cannot be, as the directory is not to be
 * written or the file is a mount of its own (those of containers), what was
 * written is copied into the file at the end.
 */
#ifndef OUTPUT_WHOLE_FILE_H
#define OUTPUT_WHOLE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/temporary.h"

struct whole_file {
	char *path;	 /* where symbolic links lead; owned */
	char *temporary; /* NULL: it is not to be, or has its name; owned */
	bool is_apart;	 /* written into a file without a name */
	int apart;	 /* that one */
	struct temporary doomed; /* until then; so it stays where it is */
};

/*
 * Creates a temporary file, with the permissions of the file that it will
 * replace, and its owner where that is allowed; else with those of mode but
 * for the umask's. path is taken over. Returns a descriptor to write to (the
 * caller's), or -1 with errno.
 */
int whole_file_create(struct whole_file *f, char *path, mode_t mode);

/*
 * Gives the file, closed and whole, its name. Returns 0, or -1 with errno;
 * then it stays under the temporary one, if it has one.
 */
int whole_file_commit(struct whole_file *f);

/* Is there one whose name, if it gets it, is yet to come? */
bool whole_file_is_begun(const struct whole_file *f);

/* It stays under the temporary name. */
void whole_file_leave(struct whole_file *f);

/* A file that was not given its name is gone. Takes one that is all zero. */
void whole_file_clear(struct whole_file *f);

/*
 * What a name leads to, through symbolic links, whether it exists or not; a
 * descriptor's name (/dev/fd/3) is the end of the way. The caller's to free.
 */
char *whole_file_resolve(const char *path);

/* The descriptor that a name like /dev/fd/3 means, or -1. */
int whole_file_descriptor(const char *path);

#endif
