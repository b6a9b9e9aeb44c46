/*
 * Memory of the libraries.
 */
#include "config.h"

#include "base/library_memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

static bool has_main;
static pthread_t main_thread;

void
library_memory_init(void)
{
	main_thread = pthread_self();
	has_main = true;
}

static void *
check(void *p)
{
	if (p == NULL &&
	    (!has_main || pthread_equal(pthread_self(), main_thread)))
		xmalloc_exhausted();
	return p;
}

void *
library_malloc(size_t size)
{
	return check(malloc(size != 0 ? size : 1));
}

void *
library_calloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	return check(calloc(count, size));
}

void *
library_realloc(void *p, size_t size)
{
	return check(realloc(p, size != 0 ? size : 1));
}

char *
library_strdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = library_malloc(size);

	return copy != NULL ? memcpy(copy, s, size) : NULL;
}
