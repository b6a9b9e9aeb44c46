/*
 * Causes.
 */
#include "config.h"

#include "report/causes.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* Longer texts are cut: a cause may hold what a user wrote. */
#define TEXT_MOST 500

void
causes_clear(struct causes *c)
{
	while (c->count > 0)
		free(c->all[--c->count].text);
	c->others = 0;
}

static bool
is_same(const struct cause *a, const struct cause *b)
{
	if (a->outcome != b->outcome)
		return false;
	/* However far it came. */
	if (a->outcome == OUTCOME_CANCELLED)
		return strncmp(a->text, b->text, TEXT_MOST) == 0;
	if (a->code != b->code || a->response_code != b->response_code)
		return false;
	return a->outcome == OUTCOME_HTTP_ERROR || a->code != CURLE_OK ||
	    strncmp(a->text, b->text, TEXT_MOST) == 0;
}

void
causes_add_many(struct causes *c, const struct cause *cause)
{
	struct cause *one;
	size_t i;

	for (i = 0; i < c->count; i++)
		if (is_same(&c->all[i], cause))
			break;
	if (i == CAUSES_MOST) {
		c->others += cause->count;
		return;
	}
	one = &c->all[i];
	if (i == c->count) {
		c->count++;
		*one = *cause;
		one->text = xmemdup(
		    cause->text, strnlen(cause->text, TEXT_MOST));
		one->count = 0;
	}
	one->varies |= cause->varies ||
	    strncmp(one->text, cause->text, TEXT_MOST) != 0;
	one->count += cause->count;
}

void
causes_add(struct causes *c, const struct record *r)
{
	static char none[] = "";
	const struct cause one = {
	    .outcome = r->outcome,
	    .code = r->code,
	    .response_code = r->response_code,
	    .text = r->problem != NULL ? r->problem : none,
	    .count = 1,
	};

	causes_add_many(c, &one);
}

const struct cause *
causes_get(const struct causes *c, size_t n)
{
	size_t i, j, before;

	for (i = 0; i < c->count; i++) {
		before = 0;
		for (j = 0; j < c->count; j++)
			before += c->all[j].count > c->all[i].count ||
			    (j < i && c->all[j].count == c->all[i].count);
		if (before == n)
			return &c->all[i];
	}
	return NULL;
}
