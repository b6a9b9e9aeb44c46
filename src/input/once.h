/*
 * What can be read only once, as stdin, a FIFO or the shell's <(command): it
 * is copied, so that each task reads all of it.
 */
#ifndef INPUT_ONCE_H
#define INPUT_ONCE_H

#include <stdbool.h>

/* Is it "-", or the file that is stdin, whatever its kind? */
bool once_names_stdin(const char *name);

/* The same where stdin can be read only once: "-", or where it is a pipe. */
bool once_is_stdin(const char *name);

/*
 * Is it "-", or there, and neither a regular file nor a directory? Others can
 * be opened again and again, or not at all.
 */
bool once_is(const char *name);

/*
 * Copies it to its end, into an unlinked file (in spool_directory). Returns the
 * descriptor (the caller's to close), or -1 and the cause (owned by the
 * caller).
 */
int once_copy(const char *name, char **cause);

#endif
