/*
 * Quantities as people write them. Every parser reads the whole string,
 * returns 0, or -1 and leaves the result alone.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

#define USEC_PER_SEC  INT64_C(1000000)
#define USEC_PER_MSEC INT64_C(1000)

/*
 * A duration, in microseconds: a decimal number, 0 or more, in seconds or
 * with ms, s, m, h or d behind it ("0.5", "500ms", "2m"). At most 10 years.
 */
int duration_parse(const char *s, int64_t *usec);

/*
 * A size in bytes, with k, M or G (of 1024) behind it in either case, as
 * curl's --limit-rate: "500k", "1.5M".
 */
int size_parse(const char *s, int64_t *bytes);

/* So many in a period of microseconds; count 0: no rate. */
struct rate {
	int64_t count;
	int64_t period;
};

/*
 * A rate: "20/s", "5/15s", "100/h", "1000/d". A missing unit is an error, as
 * it means an hour to curl's --rate and a second to most people.
 */
int rate_parse(const char *s, struct rate *rate);

/* A decimal integer from min to max. */
int number_parse(const char *s, long min, long max, long *value);

#endif
