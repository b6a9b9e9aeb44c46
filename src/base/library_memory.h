/*
 * Memory of the libraries: what they cannot have ends the program, as what we
 * cannot have does. Each has its own idea of being out of memory, and few of
 * the ways out are ever walked: libcurl and libevent wait for ever for a
 * socket that is not watched.
 */
#ifndef BASE_LIBRARY_MEMORY_H
#define BASE_LIBRARY_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * Called by the main thread before the libraries are. Without it every thread
 * is taken for it. From then on the heap keeps up to 8 MiB that are not in use.
 */
void library_memory_init(void);

/*
 * Every 5 seconds gives the heap's holes that are whole pages back to the
 * system, where there is more than 1 MiB of what is not in use. To be called
 * often; now is in microseconds, of a clock that does not go back.
 */
void library_memory_tend(int64_t now);

/*
 * As malloc(3), realloc(3) and so on, but they do not fail in the main thread.
 * Another one (libcurl's resolver) cannot end the program while the main
 * thread is at work: it is told NULL.
 */
void *library_malloc(size_t size);
void *library_calloc(size_t count, size_t size);
void *library_realloc(void *p, size_t size);
char *library_strdup(const char *s);

#endif
