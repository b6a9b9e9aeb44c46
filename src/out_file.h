/*
 * The file of all results (-o), by the options for files.
 */
#ifndef OUT_FILE_H
#define OUT_FILE_H

#include <stdbool.h>

#include "input/options.h"

/*
 * Its name, or NULL: stdout. With *skips it is there already
 * (--skip-existing): then it is that of a file that takes all. Makes its
 * directory where that is wanted; dies (EXIT_LOCAL) where there is no way.
 */
const char *out_file_choose(struct options *o, bool *skips);

#endif
