/*
 * A JSON task: one object on a line, "{"id": 1, "url": "..."}", and any
 * fields of the user's own. jansson says whether it is JSON; numbers that
 * jansson cannot hold (30 digits, 1e400) pass, and the text itself stays as
 * it was written.
 */
#ifndef INPUT_JSON_TASK_H
#define INPUT_JSON_TASK_H

#include <stdbool.h>
#include <stddef.h>

/* What coget itself reads of a task; owned, NULL where there is none. */
struct json_task {
	char *id_text; /* the id as JSON text, as it was written */
	char *id;      /* the id as plain text */
	char *url;
	char *text;	     /* the whole object, as it was written */
	struct json_t *root; /* the same, read by jansson */
};

/*
 * Reads the object that is the len bytes of text. Returns 0, or -1 and the
 * cause (owned by the caller): not JSON, a duplicate key, a field of the
 * wrong type (named). The cause shows nothing of the text. Where it is JSON,
 * root and text are set after a failure, too; json_task_clear releases them.
 */
int json_task_parse(
    struct json_task *task, const char *text, size_t len, char **cause);
void json_task_clear(struct json_task *task);

/*
 * The member of that name as plain text: a string's own, and other scalars as
 * they were written; NULL where there is none, or it is null, an object or an
 * array. The caller's to free.
 */
char *json_task_value(const struct json_task *task, const char *name);

/*
 * Sets *text to that of the member, which is to be a string without NUL (the
 * caller's to free); NULL where there is none. Returns 0, or -1 and the cause
 * (owned by the caller).
 */
int json_task_text(
    const struct json_task *task, const char *name, char **text, char **cause);

/*
 * Sets *value to that of the member, which is to be true or false; false
 * where there is none. Returns 0, or -1 and the cause (owned by the caller).
 */
int json_task_flag(
    const struct json_task *task, const char *name, bool *value, char **cause);

/*
 * Where the text of the member's value is in the task's text: sets *at and
 * *len. Returns false where there is none.
 */
bool json_task_find(
    const struct json_task *task, const char *name, size_t *at, size_t *len);

/* The same in the text of any object; of what is none, something within. */
bool json_text_find(
    const char *text, const char *name, size_t *at, size_t *len);

/* What the text of a string stands for, up to a NUL; the caller's to free. */
char *json_text_string(const char *text, size_t len);

/* A member in the text of an object, borrowed from it; all zero at first. */
struct json_member {
	const char *key; /* from its quote on */
	size_t key_len;
	const char *value;
	size_t len;
};

/*
 * Moves on to the next member of a valid object, in jansson's order. Returns
 * false behind the last one.
 */
bool json_text_next(const char *text, struct json_member *m);

#endif
