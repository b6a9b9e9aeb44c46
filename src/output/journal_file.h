/*
 * What journal.c, which writes the journal's file, and journal_entry.c, which
 * reads a record of it again, have between them.
 */
#ifndef OUTPUT_JOURNAL_FILE_H
#define OUTPUT_JOURNAL_FILE_H

#include "output/journal.h"

/* How a line ends. */
#define JOURNAL_LINE_END "}}\n"

/* Read, and written, at once. */
#define JOURNAL_CHUNK ((size_t)1 << 18)

/*
 * Sets *got to how many of len bytes there are from at on. Returns 0, or -1
 * and problem.
 */
int journal_read_at(
    struct journal *j, off_t at, void *to, size_t len, size_t *got);

#endif
