/*
 * A file that a timeline is drawn into: created under a temporary name before
 * the run, so that what cannot be written is known early.
 */
#ifndef REPORT_TIMELINE_FILE_H
#define REPORT_TIMELINE_FILE_H

#include "base/buf.h"
#include "output/whole_file.h"

struct timeline;

struct timeline_file {
	const char *name; /* as the user has it; borrowed */
	struct whole_file file;
	int fd;	   /* or -1 */
	int error; /* errno of the first write that failed, or 0 */
	struct buf buf;
};

/* For timeline_open and timeline_clear; as these. */
int timeline_files_open(struct timeline *t, char **cause);
void timeline_files_clear(struct timeline *t);

/* What stands in buf goes to the file, if it is much. */
void timeline_file_flush(struct timeline_file *f);

#endif
