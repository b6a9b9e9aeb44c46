/*
 * Causes.
 */
#include "config.h"

#include "report/causes.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/fnv.h"
#include "base/xmalloc.h"

/* Longer texts are cut: a cause may hold what a user wrote. */
#define TEXT_MOST 500

void
causes_clear(struct causes *c)
{
	while (c->count > 0)
		free(c->all[--c->count].text);
	free(c->all);
	c->all = NULL;
	c->others = 0;
}

/* Behind the place where a target stands, "FILE:LINE: "; or the text. */
static const char *
skip_place(const char *text, const char *end)
{
	const char *s = text, *digits;

	while ((s = memchr(s, ':', (size_t)(end - s))) != NULL) {
		digits = ++s;
		while (s < end && ascii_is_digit(*s))
			s++;
		if (s > digits && end - s >= 2 && s[0] == ':' && s[1] == ' ')
			return s + 2;
	}
	return text;
}

/* Of what all words have that say the same of different targets. */
static uint64_t
hash_words(const char *text)
{
	const char *end = text + strnlen(text, TEXT_MOST), *quote, *s;
	uint64_t hash = FNV_BASIS;

	quote = memchr(text, '"', (size_t)(end - text));
	for (s = skip_place(text, quote != NULL ? quote : end); s < end; s++) {
		if (s == quote)
			s = memrchr(s, '"', (size_t)(end - s));
		if (!ascii_is_digit(*s))
			hash = fnv_add(hash, *s);
	}
	return hash;
}

/* The words tell those apart that no code does. */
static bool
has_words(const struct cause *c)
{
	return c->outcome == OUTCOME_CANCELLED || c->outcome == OUTCOME_INVALID;
}

static bool
is_same(const struct cause *a, const struct cause *b)
{
	if (a->outcome != b->outcome)
		return false;
	/* However far it came. */
	if (has_words(a))
		return a->words == b->words;
	return a->code == b->code && a->response_code == b->response_code;
}

/* The place of a new one: another's, where there is no more. */
static struct cause *
make_room(struct causes *c)
{
	struct cause *one, *least;
	size_t i, missed;

	if (c->count < CAUSES_KEPT) {
		c->all = xreallocarray(c->all, c->count + 1, sizeof *c->all);
		one = &c->all[c->count++];
		memset(one, 0, sizeof *one);
		return one;
	}
	least = &c->all[0];
	for (i = 1; i < c->count; i++) {
		one = &c->all[i];
		if (one->count + one->missed < least->count + least->missed)
			least = one;
	}
	missed = least->count + least->missed;
	c->others += least->count;
	free(least->text);
	memset(least, 0, sizeof *least);
	least->missed = missed;
	return least;
}

static struct cause *
find(struct causes *c, const struct cause *cause)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (is_same(&c->all[i], cause))
			return &c->all[i];
	return NULL;
}

void
causes_add_many(struct causes *c, const struct cause *cause)
{
	struct cause key = *cause, *one;

	key.words = has_words(cause) ? hash_words(cause->text) : 0;
	one = find(c, &key);
	if (one == NULL) {
		one = make_room(c);
		key.missed = one->missed;
		key.count = 0;
		key.text = xmemdup(
		    cause->text, strnlen(cause->text, TEXT_MOST));
		*one = key;
	}
	one->varies |= cause->varies ||
	    strncmp(one->text, cause->text, TEXT_MOST) != 0;
	one->count += cause->count;
}

void
causes_join(struct causes *c, const struct causes *other)
{
	size_t i;

	for (i = 0; i < other->count; i++)
		causes_add_many(c, &other->all[i]);
	c->others += other->others;
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

	if (n >= CAUSES_MOST)
		return NULL;
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

size_t
causes_rest(const struct causes *c, size_t n)
{
	const struct cause *one;
	size_t i, rest = c->others;

	for (i = 0; i < c->count; i++)
		rest += c->all[i].count;
	for (i = 0; i < n && (one = causes_get(c, i)) != NULL; i++)
		rest -= one->count;
	return rest;
}
