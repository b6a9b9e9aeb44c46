/*
 * What is told when all is done: the summary on stderr, and in files.
 */
#ifndef TELLING_H
#define TELLING_H

#include <stdbool.h>

#include "input/options.h"
#include "report/summary.h"

/* Are colours wanted on stderr? */
bool telling_color(const struct options *o);

/*
 * Can the files be written, that of cookies too, as far as can be told before?
 * Returns 0, or -1 and the cause (owned by the caller).
 */
int telling_check(const struct options *o, char **cause);

/* On stderr, unless it is to be silent. */
void telling_summary(const struct summary *s);

/* Into the files that are asked for. Returns as telling_check. */
int telling_files(const struct summary *s, char **cause);

#endif
