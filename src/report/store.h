/*
 * A store: pieces of bytes that are added one behind the other and read again
 * by their place. The last megabyte is in memory, what stands before it in a
 * temporary file without a name.
 */
#ifndef REPORT_STORE_H
#define REPORT_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct store {
	int fd;		   /* -1: all is in memory */
	int64_t in_file;   /* bytes */
	struct buf tail;   /* behind them */
	struct buf window; /* of the file, as it was read last */
	int64_t window_at;
	char *problem; /* what went wrong, or NULL; owned */
};

void store_init(struct store *s);
void store_clear(struct store *s);

/* Forgets all pieces. */
void store_reset(struct store *s);

/* Adds a piece. Returns its place, or -1 and problem. */
int64_t store_add(struct store *s, const void *data, size_t len);

/* So many bytes at a place, until the next call; NULL: problem. */
const char *store_read(struct store *s, int64_t place, size_t len);

#endif
