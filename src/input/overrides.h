/*
 * What a JSON task says of its own request: it counts before the options of
 * the command line.
 */
#ifndef INPUT_OVERRIDES_H
#define INPUT_OVERRIDES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "input/form.h"
#include "input/status_set.h"

struct curl_slist;
struct json_task;

/* All owned; NULL, -1 and false: the task says nothing. */
struct overrides {
	char *method;
	struct curl_slist *headers; /* as -H has them */
	struct buf data;
	bool has_data;
	bool is_json; /* the data are */
	struct form form;
	char *user;		 /* NAME:PASSWORD */
	int64_t max_time;	 /* microseconds */
	int64_t connect_timeout; /* microseconds */
	long retry;
	bool has_ok_status;
	struct status_set ok_status;
};

/*
 * Reads the fields method, headers, body, body_base64, json, form, user,
 * max_time, connect_timeout, retry and ok_status. Sets *o to what they say, or
 * to NULL where there is none of them (overrides_free). Returns 0, or -1 and
 * the cause, which names the field (owned by the caller).
 */
int overrides_read(
    const struct json_task *task, struct overrides **o, char **cause);
void overrides_free(struct overrides *o);

/*
 * Is it a POST of its own body, as it were without its method? A redirect may
 * make a GET of it, which it never does of a method that is set.
 */
static inline bool
overrides_post(const struct overrides *o)
{
	return o->method != NULL && strcmp(o->method, "POST") == 0 &&
	    (o->has_data || o->form.count > 0);
}

/* A method (RFC 9110 section 9.1) is a token. */
bool is_token(const char *s);

/*
 * Appends the task's own text without its secrets: the password of url, user,
 * and the headers that log in.
 */
void overrides_redact(struct buf *to, const struct json_task *task);

#endif
