/*
 * --merge: what several runs did, as one summary.
 */
#ifndef MERGING_H
#define MERGING_H

struct options;

/*
 * Adds up the files and tells it, the text on stdout. Returns what the process
 * is to end with: that of one run with all those outcomes. Dies where a file
 * is none of summaries.
 */
int merging(const struct options *o);

#endif
