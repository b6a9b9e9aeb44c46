/*
 * A set of HTTP status codes, as --ok-status names them: "200-399,404".
 */
#ifndef INPUT_STATUS_SET_H
#define INPUT_STATUS_SET_H

#include <stdbool.h>

struct status_set {
	unsigned char bits[1000 / 8];
};

/*
 * Reads codes and ranges from 100 to 999, separated by commas. Returns 0, or
 * -1 and leaves the set alone.
 */
int status_set_parse(const char *s, struct status_set *set);

/* Adds all that is in more. */
void status_set_add(struct status_set *set, const struct status_set *more);

bool status_set_has(const struct status_set *set, long status);

#endif
