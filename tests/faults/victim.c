/*
 * What tests/faults is tested with: a program that does one thing wrong, or
 * none, when its second allocation fails.
 *
 * usage: victim [fine|leaks|crashes|loses]
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *kept; /* never freed, but not lost */

int
main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "fine";
	char *first = malloc(100), *second;

	if (first == NULL)
		return 3;
	kept = first + 50; /* its middle will do */
	second = malloc(100);
	if (second == NULL) {
		if (strcmp(how, "leaks") == 0)
			kept = NULL;
		if (strcmp(how, "crashes") == 0)
			*(volatile char *)second = 'x';
		first = NULL;
		return 3;
	}
	memset(second, 'x', 100);
	if (strcmp(how, "loses") == 0 && write(STDOUT_FILENO, second, 100) < 0)
		return 0;
	if (strcmp(how, "loses") != 0 &&
	    write(STDOUT_FILENO, second, 100) < 100)
		return 3;
	free(second);
	free(first);
	return 0;
}
