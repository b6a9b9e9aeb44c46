/*
 * What comes from a server: the header lines of the last response, checked,
 * and its body, decoded and bounded. Knows no transfer and no task.
 */
#ifndef FETCH_RESPONSE_H
#define FETCH_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "fetch/resume.h"

struct body_file;
struct decoder;
struct options;
struct status_set;

/*
 * A response with more bytes of header lines is refused. libcurl does so from
 * 8.3.0 on (and where that was put into an older one).
 */
#define RESPONSE_HEAD_MAX ((size_t)300 * 1024)

struct response {
	const struct options *options; /* borrowed */
	const struct status_set *ok;   /* statuses; borrowed */
	struct body_file *file; /* for the body of such; or NULL; borrowed */
	struct buf head;	/* header lines, raw */
	struct buf heads;	/* of all responses, where --head wants them */
	struct buf body;	/* unless it goes to the file */
	int64_t received;	/* bytes of the body, decoded */
	long count;	      /* final responses, of redirects and logins too */
	long status;	      /* of the last status line */
	int64_t length;	      /* Content-Length, -1: none */
	char *location;	      /* or NULL; owned */
	struct resume resume; /* -C */
	struct decoder *decoder; /* of the body, or NULL; owned */
	bool body_begun;
	bool body_skipped;   /* nobody wanted it */
	const char *refused; /* why we ended it, or NULL */
	CURLcode refused_code;
};

void response_init(struct response *r, const struct options *o);
void response_clear(struct response *r);

/* For the next transfer; keeps not much of the memory. */
void response_reset(struct response *r);

/*
 * Takes a header line, with its end. False: no more is wanted, the transfer
 * is to end; refused says why, or it is a body that is of no use.
 */
bool response_header(struct response *r, const char *line, size_t len);

/* Does the body go to the file? */
bool response_has_file(const struct response *r);

/* The line that ends the header lines? */
bool response_is_blank(const char *line, size_t len);

/* Takes a piece of the body. */
bool response_body(struct response *r, const char *data, size_t len);

/*
 * All has come that was wanted, as far as libcurl knows. What is wrong is in
 * refused.
 */
void response_end(struct response *r);

#endif
