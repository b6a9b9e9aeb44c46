/*
 * --version: coget's, its libraries', and what they can do.
 */
#ifndef REPORT_VERSION_H
#define REPORT_VERSION_H

#include <stdio.h>

void version_print(FILE *to);

#endif
