/*
 * What a task is known by, in whatever place of which list it stands: its
 * method, URL, headers, body and id.
 */
#ifndef INPUT_IDENTITY_H
#define INPUT_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct options;
struct request;

#define IDENTITY_SIZE 16

/* The first half of a SHA-256. */
struct identity {
	unsigned char bytes[IDENTITY_SIZE];
};

/*
 * What the options give to all tasks alike. For a journal the files that are
 * sent are read, once for all tasks.
 */
void identity_begin(struct hash *common, const struct options *o);

/*
 * Of a request that has a URL. Without the id, what is equal is only fetched
 * alike.
 */
void identity_set(struct identity *id, const struct hash *common,
    const struct request *r, const struct options *o, bool with_id);

/* Of the nth, from 0, among equal ones. */
void identity_set_nth(struct identity *id, const struct identity *of, size_t n);

/* A number from it, for tables; never 0. */
uint64_t identity_number(const struct identity *id);

/* A GET without a body, by the options and the task. */
bool identity_is_get(const struct request *r, const struct options *o);

/* The method that the task asks for, by curl's rules. */
const char *identity_method(const struct request *r, const struct options *o);

#endif
