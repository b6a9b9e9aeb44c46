/*
 * What a task asks for, by the options and its own word: for those who tell
 * and do not fetch.
 */
#ifndef REPORT_ASKED_H
#define REPORT_ASKED_H

#include <stdbool.h>

struct buf;
struct curl_slist;
struct form;
struct options;
struct request;
struct upload;

struct asked {
	const char *method;	    /* borrowed */
	bool method_named;	    /* by -X or the task */
	struct curl_slist *headers; /* as -H has them; owned */
	const struct buf *data;	    /* of these three one at most; borrowed */
	const struct form *form;
	const struct upload *upload;
	const char *user; /* NAME:PASSWORD, or NULL; borrowed */
};

/* Of a request that has a URL. All is borrowed from both, but the headers. */
void asked_init(
    struct asked *a, const struct options *o, const struct request *r);
void asked_clear(struct asked *a);

/*
 * The host as far as it is known before: that of the embedded task service has
 * no port yet, as its URLs have none. Borrowed from the request.
 */
const char *asked_host(const struct request *r);

/*
 * Appends it for people, and as fields of an object, each behind a comma;
 * passwords are "***". Headers that libcurl adds by itself are not told.
 */
void asked_put_text(const struct asked *a, struct buf *to,
    const struct options *o, const struct request *r);
void asked_put_json(const struct asked *a, struct buf *to,
    const struct options *o, const struct request *r);

#endif
