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
is_cause(const struct cause *c, const struct record *r, const char *text)
{
	if (c->outcome != r->outcome)
		return false;
	/* However far it came. */
	if (c->outcome == OUTCOME_CANCELLED)
		return strncmp(c->text, text, TEXT_MOST) == 0;
	if (c->code != r->code || c->response_code != r->response_code)
		return false;
	return c->outcome == OUTCOME_HTTP_ERROR || c->code != CURLE_OK ||
	    strncmp(c->text, text, TEXT_MOST) == 0;
}

void
causes_add(struct causes *c, const struct record *r)
{
	const char *text = r->problem != NULL ? r->problem : "";
	struct cause *one;
	size_t i;

	for (i = 0; i < c->count; i++)
		if (is_cause(&c->all[i], r, text))
			break;
	if (i == CAUSES_MOST) {
		c->others++;
		return;
	}
	one = &c->all[i];
	if (i == c->count) {
		c->count++;
		memset(one, 0, sizeof *one);
		one->outcome = r->outcome;
		one->code = r->code;
		one->response_code = r->response_code;
		one->text = xmemdup(text, strnlen(text, TEXT_MOST));
	}
	one->varies |= strncmp(one->text, text, TEXT_MOST) != 0;
	one->count++;
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
