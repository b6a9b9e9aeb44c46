/*
 * What --retry-on names: "429,500-599,timeout,dns".
 */
#ifndef INPUT_RETRY_ON_H
#define INPUT_RETRY_ON_H

#include "input/status_set.h"

/* Trouble on the way, as bits. */
enum trouble {
	TROUBLE_TIMEOUT = 1, /* it took too long */
	TROUBLE_DNS = 2,     /* the name did not resolve */
	TROUBLE_CONNECT = 4, /* nobody took the connection */
	TROUBLE_TLS = 8,     /* TLS was not agreed upon */
	TROUBLE_RESET = 16,  /* the connection broke */
};

struct retry_on {
	struct status_set statuses;
	unsigned troubles;
};

/*
 * Reads statuses, ranges of them, and the names of troubles, separated by
 * commas. Returns 0, or -1 and leaves the result alone.
 */
int retry_on_parse(const char *s, struct retry_on *on);

#endif
