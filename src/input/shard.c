/*
 * Shards.
 */
#include "config.h"

#include "input/shard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "input/identity.h"
#include "input/options.h"
#include "input/request.h"

#define SHARDS_MAX 1000000

int
shard_parse(const char *text, struct shard *s)
{
	const char *slash = strchr(text, '/');
	char *number;
	int result;

	if (slash == NULL ||
	    number_parse(slash + 1, 1, SHARDS_MAX, &s->count) == -1)
		return -1;
	number = xmemdup(text, (size_t)(slash - text));
	result = number_parse(number, 1, s->count, &s->number);
	free(number);
	return result;
}

/* The text of what has no URL, or a part of the request. */
static void
hash_text(struct identity *id, const char *text, size_t len)
{
	unsigned char value[HASH_SIZE];
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, text, len);
	hash_value(&h, value);
	memcpy(id->bytes, value, sizeof id->bytes);
}

static void
hash_host(struct identity *id, const struct request *r)
{
	/* The task service has another port on each machine. */
	if (r->served_here)
		hash_text(id, "", 0);
	else
		hash_text(id, r->host, strlen(r->host));
}

static void
hash_task(struct identity *id, const struct options *o, const struct request *r)
{
	struct hash nothing;

	/* Headers of the command line may be each machine's own. */
	hash_init(&nothing);
	identity_set(id, &nothing, r, o, !o->dedupe || !identity_is_get(r, o));
}

bool
shard_has(const struct options *o, const struct request *r)
{
	const struct shard *s = &o->shard;
	struct identity id;
	uint64_t number = 0;
	size_t i;

	if (s->count <= 1)
		return true;
	if (r->problem != NULL)
		hash_text(&id, r->input, r->input_len);
	else if (s->by == SHARD_BY_HOST)
		hash_host(&id, r);
	else
		hash_task(&id, o, r);
	/* The same on machines of either byte order. */
	for (i = 0; i < sizeof number; i++)
		number = number << 8 | id.bytes[i];
	return number % (uint64_t)s->count == (uint64_t)(s->number - 1);
}
