/*
 * Transfers as one awaitable operation. Owns the pooled easy handles, and the
 * multi handle where it is not another's. Knows nothing of slots, retries and
 * records.
 */
#ifndef FETCH_XFER_H
#define FETCH_XFER_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/list.h"
#include "fetch/body_file.h"
#include "fetch/connection.h"
#include "fetch/cookies.h"
#include "fetch/multi.h"
#include "fetch/response.h"
#include "fetch/sending.h"
#include "fetch/validator.h"

struct options;
struct request;

struct xfer_pool {
	struct multi *multi; /* own, or borrowed */
	struct multi own;
	struct cookies cookies;
	struct files *files;	       /* borrowed */
	struct spool *spool;	       /* borrowed */
	bool discards;		       /* nobody reads the bodies */
	bool keeps;		       /* somebody reads them twice */
	bool keeps_requests;	       /* what was sent is wanted */
	const struct options *options; /* borrowed */
	char *upload_problem;	       /* why it could not be read, or NULL */
	bool reuses;		       /* handles, for other tasks */
	bool many_hosts;	       /* names are soon forgotten */
	bool begins_twice;	       /* HTTP/2, on a connection that has it */
	struct list idle;	       /* of struct xfer */
	struct list running;	       /* the others */
	int64_t received;	       /* bytes of bodies, of all transfers */
	int64_t time_extended; /* of the spool's time, that -m does not count */
};

/*
 * Who looks at what comes before the response has it. False: the transfer is
 * to end; as one that failed where response->refused is set, else as if that
 * were all (response->body_skipped).
 */
struct xfer_tap {
	/* The header lines of a response are there. */
	bool (*head)(struct xfer_tap *tap);
	/* A piece of the body, instead of response_body. */
	bool (*body)(struct xfer_tap *tap, const char *data, size_t len);
};

struct xfer {
	struct list link; /* idle or running */
	struct xfer_pool *pool;
	CURL *easy;
	struct co_task *waiter; /* borrowed */
	CURLcode code;		/* how it ended */
	int64_t max_time;	/* of it; microseconds, 0: no limit */
	int64_t spool_began;	/* the spool's time when it began */
	bool is_extended;	/* max_time, by what the spool took since */
	bool is_starved; /* no descriptor or memory was left to connect */
	char error[CURL_ERROR_SIZE];
	struct connection connection;
	struct sending sending; /* of an upload */
	curl_mime *mime;
	struct curl_slist *headers; /* of a task's own, or NULL */
	struct validator validator; /* of what the cache has */
	bool is_overridden;	    /* of no use for another task */
	const char *host;	    /* of the request; borrowed */
	bool has_login;		    /* the URL has a user */
	bool is_guarded;	    /* a redirect led to another host */
	struct xfer_tap *tap;	    /* borrowed; or NULL */
	struct buf request; /* with keeps_requests, the head that was sent
			       last: secrets and all */
	bool answered;	    /* that one */
	struct response response;
	struct body_file file;
};

/*
 * A multi handle for several pools, one after the other: connections stay.
 * Like multi_init; multi_clear ends it.
 */
void xfer_multi_init(
    struct multi *m, struct loop *l, size_t connections, size_t idle);

/*
 * connections, idle and errors as multi_init, unless there is a multi handle
 * to be used (kept, else NULL).
 */
void xfer_pool_init(struct xfer_pool *p, struct loop *l,
    const struct options *o, struct files *files, struct spool *spool,
    struct multi *kept, size_t connections, size_t idle);
void xfer_pool_clear(struct xfer_pool *p);

/* A handle for a request that has a URL; the request is only read here. */
struct xfer *xfer_open(struct xfer_pool *p, const struct request *r);

/* Asks whether what is kept is still good, see validator.h. */
void xfer_validate(struct xfer *x, const char *line, const char *from);

/*
 * -C: asks only for what is not there yet of the request's body, and keeps
 * what comes. anew: asks for all of it, and takes no less than least bytes.
 */
void xfer_resume(
    struct xfer *x, const struct request *r, bool anew, int64_t least);

/*
 * Await: does the transfer. With error 0 it has ended and code says how; its
 * figures are there for curl_easy_getinfo until xfer_close. Interrupted, it
 * was ended before its time.
 */
bool xfer_perform(struct co_task *self, struct xfer *x);

/* Gives the handle back; takes NULL. */
void xfer_close(struct xfer *x);

/* What went wrong, in words, where code is not CURLE_OK. */
const char *xfer_problem(const struct xfer *x);

#endif
