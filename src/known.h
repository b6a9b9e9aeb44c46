/*
 * Records that are known, of a former run or of an equal task, become results
 * as if they were new.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include <stdbool.h>

struct body_file;
struct history_record;
struct record;
struct run;

/*
 * Makes the run's result in hand of a record that is known, and completes the
 * record; copy is all zero, and the caller's to clear when the result has
 * gone its way. False: it is of no use, and the task is to be fetched.
 */
bool known_take(struct run *r, struct record *record,
    const struct history_record *known, struct body_file *copy);

#endif
