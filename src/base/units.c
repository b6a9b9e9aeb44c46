/*
 * Quantities as people write them.
 */
#include "config.h"

#include "base/units.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

static const struct {
	const char *suffix;
	int64_t usec;
} duration_units[] = {
    {"", USEC_PER_SEC},
    {"ms", USEC_PER_MSEC},
    {"s", USEC_PER_SEC},
    {"m", 60 * USEC_PER_SEC},
    {"h", 3600 * USEC_PER_SEC},
    {"d", 24 * 3600 * USEC_PER_SEC},
};

#define DURATION_MAX (INT64_C(10) * 366 * 24 * 3600 * USEC_PER_SEC)

/*
 * Reads a decimal number, whole and its millionths, without the locale,
 * exponents, hex and names that strtod takes. Returns the first byte behind
 * it, or NULL.
 */
static const char *
decimal_parse(const char *s, int64_t *whole, int64_t *millionths)
{
	int64_t value = 0, rest = 0, place = 1000000;
	const char *start = s;

	for (; ascii_is_digit(*s); s++) {
		if (value > (INT64_MAX - 9) / 10)
			return NULL;
		value = value * 10 + (*s - '0');
	}
	if (*s == '.') {
		start++;
		for (s++; ascii_is_digit(*s); s++) {
			place /= 10;
			rest += (*s - '0') * place;
		}
	}
	*whole = value;
	*millionths = rest;
	return s > start ? s : NULL;
}

int
duration_parse(const char *s, int64_t *usec)
{
	int64_t whole, millionths, scale;
	size_t i;
	/* 0 often means no limit; what is just very short must not. */
	bool is_zero = s[strcspn(s, "123456789")] == '\0';

	if ((s = decimal_parse(s, &whole, &millionths)) == NULL)
		return -1;
	for (i = 0; i < sizeof duration_units / sizeof *duration_units; i++) {
		if (strcmp(s, duration_units[i].suffix) != 0)
			continue;
		scale = duration_units[i].usec;
		/* In two parts, so that no product overflows. */
		if (whole > DURATION_MAX / scale)
			return -1;
		*usec = whole * scale + millionths * scale / 1000000;
		if (*usec == 0 && !is_zero)
			*usec = 1;
		return 0;
	}
	return -1;
}

int
size_parse(const char *s, int64_t *bytes)
{
	static const char suffixes[] = "bkmg";
	int64_t whole, millionths, scale = 1;
	const char *suffix;

	if ((s = decimal_parse(s, &whole, &millionths)) == NULL)
		return -1;
	if (*s != '\0') {
		suffix = strchr(suffixes, ascii_lower(*s));
		if (suffix == NULL || s[1] != '\0')
			return -1;
		scale <<= 10 * (suffix - suffixes);
	}
	if (whole > INT64_MAX / scale - scale)
		return -1;
	*bytes = whole * scale + millionths * scale / 1000000;
	return 0;
}

/* Such that what a bucket holds fits into 63 bits. */
#define RATE_MAX	1000000
#define RATE_PERIOD_MAX (INT64_C(366) * 24 * 3600 * USEC_PER_SEC)

int
rate_parse(const char *s, struct rate *rate)
{
	static const struct {
		const char *suffix;
		int64_t usec;
	} units[] = {
	    {"ms", USEC_PER_MSEC},
	    {"s", USEC_PER_SEC},
	    {"m", 60 * USEC_PER_SEC},
	    {"h", 3600 * USEC_PER_SEC},
	    {"d", 24 * 3600 * USEC_PER_SEC},
	};
	int64_t count = 0, units_each = 0;
	size_t i;

	for (; ascii_is_digit(*s) && count <= RATE_MAX; s++)
		count = count * 10 + (*s - '0');
	if (count == 0 || count > RATE_MAX || *s++ != '/')
		return -1;
	if (!ascii_is_digit(*s))
		units_each = 1;
	for (; ascii_is_digit(*s) && units_each <= RATE_MAX; s++)
		units_each = units_each * 10 + (*s - '0');
	for (i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(s, units[i].suffix) != 0 || units_each == 0 ||
		    units_each > RATE_PERIOD_MAX / units[i].usec)
			continue;
		rate->count = count;
		rate->period = units_each * units[i].usec;
		return 0;
	}
	return -1;
}

int
number_parse(const char *s, long min, long max, long *value)
{
	char *end;
	long n;

	if (!ascii_is_digit(*s) && *s != '-')
		return -1;
	errno = 0;
	n = strtol(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || n < min || n > max)
		return -1;
	*value = n;
	return 0;
}
