/*
 * Parts of one list for several machines: which targets a run takes.
 */
#ifndef INPUT_SHARD_H
#define INPUT_SHARD_H

#include <stdbool.h>

struct options;
struct request;
struct shard;

/* Reads "K/N", K from 1 to N. Returns 0, or -1: it is not so. */
int shard_parse(const char *text, struct shard *s);

/*
 * Is it of the part that --shard asks for? By the target alone, and neither by
 * its place nor by headers that the options give to all, so that each target is
 * in just one of the parts, and equal ones are in the same.
 */
bool shard_has(const struct options *o, const struct request *r);

#endif
