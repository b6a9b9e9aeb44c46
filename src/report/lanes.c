/*
 * Lanes.
 */
#include "config.h"

#include "report/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

#define BITS	 64
#define ALL_BITS UINT64_MAX

void
lanes_clear(struct lanes *l)
{
	free(l->taken);
	memset(l, 0, sizeof *l);
}

static void
grow(struct lanes *l)
{
	const size_t words = l->words == 0 ? 1 : l->words * 2;

	l->taken = xreallocarray(l->taken, words, sizeof *l->taken);
	memset(l->taken + l->words, 0, (words - l->words) * sizeof *l->taken);
	l->words = words;
}

size_t
lanes_take(struct lanes *l)
{
	size_t bit = 0;

	while (l->first < l->words && l->taken[l->first] == ALL_BITS)
		l->first++;
	if (l->first == l->words)
		grow(l);
	while ((l->taken[l->first] >> bit & 1) != 0)
		bit++;
	l->taken[l->first] |= UINT64_C(1) << bit;
	return l->first * BITS + bit;
}

void
lanes_give(struct lanes *l, size_t lane)
{
	l->taken[lane / BITS] &= ~(UINT64_C(1) << lane % BITS);
	if (lane / BITS < l->first)
		l->first = lane / BITS;
}
