/*
 * Requests as the test server reads them: it takes anything that looks like
 * HTTP/1 and tells how to answer from the query of the target.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

struct evbuffer;

struct request {
	char *head; /* all header lines, NUL-terminated; owned */
	size_t head_len;
	char method[32];
	char *target; /* owned */
	char *path;   /* the target without its query; owned */
	char *body;   /* owned */
	size_t body_len;
	bool wants_close;
	bool is_head;
};

/*
 * Takes one whole request out of the input. Returns 1, or 0: more is to come,
 * or -1: this is no HTTP.
 */
int request_take(struct request *r, struct evbuffer *input);
void request_clear(struct request *r);

/* The value of a header, a borrowed text up to its line end; or NULL. */
const char *request_header(const struct request *r, const char *name);

/*
 * The value of name in the query, percent-decoded, with its length; NULL
 * where there is none. A name without "=" has an empty value. n counts
 * repeated names from 0. The caller frees it.
 */
char *request_option(
    const struct request *r, const char *name, int n, size_t *len);

bool request_has(const struct request *r, const char *name);
long request_number(const struct request *r, const char *name, long otherwise);

#endif
