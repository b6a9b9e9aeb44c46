/*
 * A request: what one target, a line or an argument, asks for.
 */
#ifndef INPUT_REQUEST_H
#define INPUT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "input/identity.h"

struct buf;
struct file_options;
struct origins;
struct overrides;
struct twin;

/* Where IDs go, and what all URLs get. */
struct request_rules {
	const char *template; /* borrowed; NULL: the task service */
	const char *scheme;   /* of URLs that have none, borrowed */
	const char *query;    /* for every URL, borrowed; or NULL */
	const char *filename; /* for URLs that end in /, borrowed; or NULL */
	const struct file_options *files; /* borrowed */
	bool shield; /* heed the field "shield" of JSON tasks */
	/* The task service's template, borrowed; starts it if need be. */
	const char *(*service_template)(void *arg);
	void *arg;
	struct origins *origins; /* borrowed; NULL: none are remembered */
};

/* What the name of a task's file is relative to. */
enum file_base {
	FILE_BELOW_ROOT, /* of -o with fields, and -O; it stays below that */
	FILE_BELOW_DIR,	 /* --output-dir; it stays below that */
	FILE_ANYWHERE,	 /* the working directory; it may lead anywhere */
};

struct request {
	size_t index; /* among all inputs, from 0; what is told */
	size_t place; /* among those of this run, without gaps */
	char *input;  /* without secrets of JSON, NUL-terminated; owned */
	size_t input_len;
	bool input_is_json; /* input is a JSON object's own text */
	char *id_text;	    /* the id as JSON text; NULL: null; owned */
	char *label;	    /* what it is called, if not input; owned */
	char *url;     /* absolute; NULL where the target is invalid; owned */
	char *problem; /* why it is invalid; NULL: it is not; owned */
	char *host;    /* what it is told apart by (host_key.h); NULL as url */
	struct overrides *overrides; /* a JSON task's, or NULL; owned */
	char *file;		     /* for its body, or NULL; owned */
	enum file_base file_base;    /* of that name */
	bool file_is_own;	     /* named by the JSON task */
	bool is_shielded;	     /* it is to finish after a first signal */
	bool has_login;		     /* the URL has a user */
	bool host_is_name;	     /* the host is to be looked up */
	bool served_here;	     /* by the task service, in this process */
	struct identity key;	     /* where there is a journal */
	struct twin *twin;   /* tasks that are equal; borrowed; or NULL */
	struct list waiting; /* for the first of them */
};

/*
 * Reads target number index, of len bytes. Never fails: what cannot be fetched
 * is a request with a problem, which names the place ("FILE:LINE", may be
 * NULL).
 */
struct request *request_parse(const struct request_rules *rules, size_t index,
    const char *text, size_t len, const char *place);

/* Is a target neither an ID nor JSON, nor a URL that has a scheme? */
bool request_begins_with_host(const char *target, bool has_template);

/* A request that is invalid from the start: all that is known is its text. */
struct request *request_invalid(size_t index, const char *text, size_t len,
    const char *place, const char *problem);

/*
 * Appends what messages call the task: its id or URL, else its input;
 * printable, without a password, not long.
 */
void request_put_name(const struct request *r, struct buf *to);

/* Does a JSON task say what is asked for, whatever -I says? */
bool request_is_own(const struct request *r);

void request_free(struct request *r);

#endif
