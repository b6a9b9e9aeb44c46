/*
 * The directory that files for the bodies of single tasks are in, and which
 * of its names tasks have.
 */
#ifndef FETCH_FILES_H
#define FETCH_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/write_buffer.h"
#include "input/request.h"

struct file_options;

struct files {
	const struct file_options *options; /* borrowed */
	int root, dir;	 /* of enum file_base; -1: not opened yet */
	char *cwd;	 /* once it is known; owned */
	uint64_t *names; /* hashes of those that tasks have; owned */
	size_t *owners;	 /* and of which task */
	size_t count, size;
	struct write_buffers buffers;
};

void files_init(struct files *f, const struct file_options *o);
void files_clear(struct files *f);

/*
 * The directory that such names are relative to, for openat and its like. It
 * is made where it is not there and may be made. Returns -1 and errno.
 */
int files_at(struct files *f, enum file_base base, bool create);

/* What users call a file of that name; the caller's to free. */
char *files_path(
    const struct file_options *o, const char *name, enum file_base base);

/* Is there such a file already? Makes no directory. */
bool files_has(struct files *f, const char *name, enum file_base base);

/*
 * The file is that of task number index from now on, however its name is
 * written; links are not looked at. Returns true, or false where it is
 * another's, whose number it sets.
 */
bool files_claim(struct files *f, const char *name, enum file_base base,
    size_t index, size_t *other);

/* What to say of that; the caller's to free. */
char *files_taken(const struct files *f, const char *name, enum file_base base,
    size_t owner, size_t index);

#endif
