/*
 * Several runs of the same targets: were the responses the same? Keeps a hash
 * of each task's, 40 bytes a task.
 */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include <stddef.h>

struct comparison;
struct options;
struct record;
struct request;
struct response;

struct differences;

/* What is found goes to the comparison. Both are borrowed. */
struct differences *differences_new(
    struct comparison *c, const struct options *o);
void differences_free(struct differences *d); /* takes NULL */

/*
 * The response that a task is about to receive: its body is looked at. Warns
 * of the first request that does something each time it is sent.
 */
void differences_listen(
    struct differences *d, const struct request *r, struct response *response);

/*
 * A task has ended. Its status and body, or how it failed, are compared with
 * those of the first run; not where it had no chance to get any.
 */
void differences_add(struct differences *d, const struct record *r);

#endif
