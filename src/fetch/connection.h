/*
 * How a transfer comes to its connection: which it takes, what libcurl may do
 * by itself there, and what is missing where there is none.
 */
#ifndef FETCH_CONNECTION_H
#define FETCH_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;
struct request;
struct xfer;

/* What the handle is set to, and what has become of it. */
struct connection {
	bool is_https;
	bool has_version;  /* one of the two was set: */
	bool may_be_http2; /* or HTTP/1.1 at most */
	bool is_served_here;
	bool forgets_names; /* soon */
	bool is_fresh;	    /* nobody had it before */
	bool is_last;	    /* nobody has it afterwards */
	bool sends_once;    /* libcurl may not send the request again, */
	bool was_sent;	    /* when it has begun to, */
	bool was_alone;	    /* on a new connection, that nobody could join */
	bool resolves;	    /* a name is being looked up */
	long answers;	    /* so many final responses having come before, */
	long made;	    /* and so many connections having been made */
	uint64_t started;   /* so many transfers of all having begun */
	int socket_error;   /* why no socket could be opened, or 0 */
};

/* A new handle. */
void connection_setup(struct xfer *x);

/* For a request; sends_once is false. */
void connection_prepare(struct xfer *x, const struct request *r);

/*
 * The status line is of an HTTP version that the connection can have. libcurl
 * (7.88) takes a server's word for it, sends many requests at once where it
 * said HTTP/2, and gives each of them any of the responses. False: the response
 * is refused, and nobody follows it.
 */
bool connection_speaks(struct xfer *x, const char *line, size_t len);

/*
 * libcurl is about to follow a redirect, which may leave https: its connection
 * is the last one's. That it be fresh, libcurl does not heed there.
 */
void connection_redirect(struct xfer *x);

/* Does not take one that is there. */
void connection_anew(struct xfer *x);

/*
 * It has ended: did it fail because descriptors or memory ran out? Then its
 * error text says so.
 */
bool connection_is_starved(struct xfer *x);

/* Is a connection for one request only, where it is HTTP/2 without TLS? */
bool connection_begins_twice(const struct options *o);

#endif
