/*
 * A descriptor of the user's that gets whole lines and is never waited for:
 * what it does not take in time is dropped. It is never made non-blocking
 * itself, as others may have it, too.
 */
#ifndef REPORT_SINK_H
#define REPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct sink {
	int fd; /* -1: nobody listens */
	bool own_fd;
	bool is_socket;
	bool polled; /* it may be full */
	struct buf pending;
	uint64_t dropped; /* lines, since the last one that was taken */
};

/* Returns -1 where fd was not given to us open. */
int sink_open(struct sink *s, int fd);

/* Takes a line, with its end; or drops it. */
void sink_put(struct sink *s, const char *line, size_t len);

/* Writes as much as is taken at once. */
void sink_flush(struct sink *s);

/* Waits so long for the rest to be taken, in milliseconds, and closes. */
void sink_close(struct sink *s, int patience);

#endif
