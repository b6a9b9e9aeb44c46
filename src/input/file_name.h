/*
 * Names of files that are made of what others say: URLs, IDs, servers.
 */
#ifndef INPUT_FILE_NAME_H
#define INPUT_FILE_NAME_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* No part of such a path is longer, in bytes. */
#define FILE_NAME_MOST 200

/*
 * Appends a text as (a piece of) one name: no slash, no control character, no
 * byte that is not UTF-8.
 */
void file_name_put(struct buf *to, const char *text, size_t len);

/* The same for a path: its slashes stay. */
void file_name_put_path(struct buf *to, const char *text, size_t len);

/*
 * The path, made so that it leads down only: no part of it is empty, begins
 * with a dot or a dash, or is too long (its middle becomes a hash then). The
 * caller's to free; NULL where nothing is left of it.
 */
char *file_name_finish(const char *path, size_t len);

#endif
