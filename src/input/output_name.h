/*
 * Which file a task's body goes to.
 */
#ifndef INPUT_OUTPUT_NAME_H
#define INPUT_OUTPUT_NAME_H

#include <stdbool.h>
#include <stddef.h>

struct file_options;
struct json_task;
struct request;

/*
 * Sets the file of a request whose URL is known: by the JSON task's (may be
 * NULL) field "output", the template of -o, or -O; where there is none of
 * them it stays NULL. Returns 0, or -1 and the cause (owned by the caller).
 */
int output_name_set(struct request *r, const struct file_options *o,
    const struct json_task *task, char **cause);

/* The first {field} of a template; NULL: none of its braces makes one. */
const char *output_name_field(const char *text);

/* From the first field on: do all braces make fields? */
bool output_name_valid(const char *text);

#endif
