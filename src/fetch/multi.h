/*
 * libcurl's multi_socket interface on the event loop: its sockets are watched,
 * its timer is kept, and what has ended is handed on from a hook of the loop.
 * Knows nothing of requests and responses.
 */
#ifndef FETCH_MULTI_H
#define FETCH_MULTI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/list.h"
#include "core/loop.h"

/* A transfer has ended, and its handle has left the multi handle. */
typedef void multi_done(CURL *easy, CURLcode code);

struct multi {
	CURLM *handle;
	struct loop *loop; /* borrowed */
	struct event *timer;
	bool due;		  /* libcurl wants to be called at once */
	struct list idle_sockets; /* of socket events */
	struct loop_hook hook;
	multi_done *done;
	uint64_t started; /* transfers */
	bool met_false;	  /* a server that claimed HTTP/2 without having it */
	bool met_upgrade; /* one that went over to it, as it was asked */
};

/*
 * connections: how many sockets libcurl may hold at once; idle: how many of
 * them it keeps for later. Dies (EXIT_LOCAL) when libcurl cannot start.
 */
void multi_init(struct multi *m, struct loop *l, size_t connections,
    size_t idle, multi_done *done);
void multi_clear(struct multi *m);

/* Starts the transfer; done is called for it later, never at once. */
CURLMcode multi_start(struct multi *m, CURL *easy);

/* Ends a transfer before its time: done is not called for it. */
void multi_stop(struct multi *m, CURL *easy);

#endif
