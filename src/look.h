/*
 * Looking at a run while it goes on.
 */
#ifndef LOOK_H
#define LOOK_H

struct figures;
struct run;

/* progress.h's look; arg is the run. */
void look_figures(void *arg, struct figures *f);

/* Prints what all its tasks do. */
void look_print(struct run *r);

#endif
