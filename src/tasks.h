/*
 * What becomes of admitted requests: each is fetched, or has its record
 * without that, and every record goes to the totals, the journal and the
 * writer.
 */
#ifndef TASKS_H
#define TASKS_H

#include <stdbool.h>

struct request;
struct run;

/* Sets who is told what happens to the run's tasks; streams: and of bodies,
 * while they come. */
void tasks_observe(struct run *r, bool streams);

/* Takes an admitted request. */
void tasks_begin(struct run *r, struct request *request);

#endif
