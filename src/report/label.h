/*
 * The labels of the summary, in a column as wide as the widest of them in the
 * user's language.
 */
#ifndef REPORT_LABEL_H
#define REPORT_LABEL_H

#include <stdio.h>

/* Prints a label (marked with N_), or "" for a line that goes on. */
void label_print(FILE *to, const char *label);

#endif
