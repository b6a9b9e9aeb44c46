/*
 * Why tasks failed: each cause once, with how often.
 */
#ifndef REPORT_CAUSES_H
#define REPORT_CAUSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch/record.h"

/* So many are told. */
#define CAUSES_MOST 16

/* So many different ones are counted exactly; see causes_add_many. */
#define CAUSES_KEPT 256

struct cause {
	enum outcome outcome;
	CURLcode code;
	long response_code;
	char *text;	/* of the first; owned */
	uint64_t words; /* hash of those that are the same in all; or 0 */
	bool varies;	/* others were worded otherwise: another host, say */
	size_t count;
	size_t missed; /* at most so many more were there before */
};

/* All zero at first. */
struct causes {
	struct cause *all; /* owned */
	size_t count;
	size_t others; /* tasks with a cause that is not kept */
};

void causes_clear(struct causes *c);

/*
 * A task that failed. One outcome, status and code of libcurl is one cause
 * whatever the words, which name hosts and times; but tasks that are invalid or
 * cancelled are told apart by their words, without the place in a file,
 * numbers, and what is quoted.
 */
void causes_add(struct causes *c, const struct record *r);

/*
 * The same of so many tasks; of the cause all but words and missed is copied.
 * When there are more than can be kept, the least frequent makes way for a new
 * one: those that more than one of CAUSES_KEPT tasks has are there whatever
 * the order, with no less than their count minus that part (the Space-Saving
 * of Metwally, Agrawal and El Abbadi, 2005).
 */
void causes_add_many(struct causes *c, const struct cause *cause);

/* All that the other has. */
void causes_join(struct causes *c, const struct causes *other);

/*
 * The one that is number n when sorted by count, the most frequent first; NULL
 * from CAUSES_MOST on.
 */
const struct cause *causes_get(const struct causes *c, size_t n);

/* How many tasks have none of the n most frequent. */
size_t causes_rest(const struct causes *c, size_t n);

#endif
