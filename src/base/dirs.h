/*
 * Directories on the way to a file.
 */
#ifndef BASE_DIRS_H
#define BASE_DIRS_H

/* Of directories that are made; the umask is taken off. curl's. */
#define DIRS_MODE 0750

/* Makes the directory and those above it, as mkdir -p. 0, or -1 with errno. */
int dirs_make(const char *path);

/* The same for the directory that a file is to stand in. */
int dirs_make_for(const char *file);

#endif
