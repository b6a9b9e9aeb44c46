/*
 * Unfinished bodies that a later attempt or run is to continue (-C -). Beside
 * the file NAME, .coget-HASH.part holds the bytes, and .coget-HASH.info says
 * what they are the beginning of. The info is the first to go and the last to
 * come: whatever kills the process, where there is info it is true.
 */
#ifndef FETCH_PARTIAL_H
#define FETCH_PARTIAL_H

#include <stdbool.h>
#include <sys/types.h>

/* Room for either name. */
#define PARTIAL_NAME_SIZE 32

/* What is kept beside the file called name, the last part of its path. */
void partial_name(char part[PARTIAL_NAME_SIZE], const char *name);

/*
 * Opens the bytes, for this process alone. Those that are not there, no file
 * of ours or in use by another process are not opened: -1 then, with errno.
 */
int partial_open(int dir, const char *name);

/* The same, but new and empty, without info. */
int partial_create(int dir, const char *name, mode_t mode);

/*
 * The validator of what the open bytes are the beginning of, where that is
 * the URL's body; else NULL. The caller's to free.
 */
char *partial_validator(int dir, const char *name, const char *url);

/* Writes the info. Where that fails, there is none. Returns 0 or -1. */
int partial_note(
    int dir, const char *name, const char *url, const char *validator);

/* Removes the info: the bytes are not to be continued. */
void partial_forget(int dir, const char *name);

#endif
