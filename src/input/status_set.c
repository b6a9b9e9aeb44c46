/*
 * A set of HTTP status codes.
 */
#include "config.h"

#include "input/status_set.h"

#include <string.h>

#include "base/ascii.h"

/* Reads three digits, 100 to 999; NULL where they are not. */
static const char *
code_parse(const char *s, int *code)
{
	int i;

	*code = 0;
	for (i = 0; i < 3; i++, s++) {
		if (!ascii_is_digit(*s))
			return NULL;
		*code = *code * 10 + (*s - '0');
	}
	return *code >= 100 && !ascii_is_digit(*s) ? s : NULL;
}

int
status_set_parse(const char *s, struct status_set *set)
{
	struct status_set new;
	int first, last;

	memset(&new, 0, sizeof new);
	for (;;) {
		if ((s = code_parse(s, &first)) == NULL)
			return -1;
		last = first;
		if (*s == '-' && (s = code_parse(s + 1, &last)) == NULL)
			return -1;
		if (last < first)
			return -1;
		for (; first <= last; first++)
			new.bits[first / 8] |= (unsigned char)(1 << first % 8);
		if (*s == '\0')
			break;
		if (*s++ != ',')
			return -1;
	}
	*set = new;
	return 0;
}

void
status_set_add(struct status_set *set, const struct status_set *more)
{
	size_t i;

	for (i = 0; i < sizeof set->bits; i++)
		set->bits[i] |= more->bits[i];
}

bool
status_set_has(const struct status_set *set, long status)
{
	return status >= 0 && status < 1000 &&
	    (set->bits[status / 8] >> status % 8 & 1) != 0;
}
