/*
 * Why tasks failed: each cause once, with how often.
 */
#ifndef REPORT_CAUSES_H
#define REPORT_CAUSES_H

#include <stdbool.h>
#include <stddef.h>

#include "fetch/record.h"

/* Of more different causes than that only the number of tasks is known. */
#define CAUSES_MOST 16

struct cause {
	enum outcome outcome;
	CURLcode code;
	long response_code;
	char *text;  /* of the first; owned */
	bool varies; /* others were worded otherwise: another host, say */
	size_t count;
};

/* All zero at first. */
struct causes {
	struct cause all[CAUSES_MOST];
	size_t count;
	size_t others; /* tasks with another cause */
};

void causes_clear(struct causes *c);

/*
 * A task that failed. What libcurl or a status says is one cause whatever the
 * words, which name hosts and times; all else is told apart by its text.
 */
void causes_add(struct causes *c, const struct record *r);

/* The same of so many tasks; the cause is copied. */
void causes_add_many(struct causes *c, const struct cause *cause);

/* The one that is number n when sorted by count, the most frequent first. */
const struct cause *causes_get(const struct causes *c, size_t n);

#endif
