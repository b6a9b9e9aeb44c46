/*
 * What to try again after.
 */
#include "config.h"

#include "input/retry_on.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

static const struct {
	const char *name;
	enum trouble trouble;
} troubles[] = {
    {"timeout", TROUBLE_TIMEOUT},
    {"dns", TROUBLE_DNS},
    {"connect", TROUBLE_CONNECT},
    {"tls", TROUBLE_TLS},
    {"reset", TROUBLE_RESET},
};

static unsigned
trouble_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof troubles / sizeof *troubles; i++)
		if (strcmp(name, troubles[i].name) == 0)
			return troubles[i].trouble;
	return 0;
}

static int
add(struct retry_on *on, const char *word)
{
	unsigned trouble = trouble_of(word);
	struct status_set one;

	if (trouble != 0) {
		on->troubles |= trouble;
		return 0;
	}
	if (status_set_parse(word, &one) == -1)
		return -1;
	status_set_add(&on->statuses, &one);
	return 0;
}

int
retry_on_parse(const char *s, struct retry_on *on)
{
	char *copy = xstrdup(s), *rest = copy, *word;
	struct retry_on new;
	int result = 0;

	memset(&new, 0, sizeof new);
	while (result == 0 && (word = strsep(&rest, ",")) != NULL)
		result = add(&new, word);
	free(copy);
	if (result == 0)
		*on = new;
	return result;
}
