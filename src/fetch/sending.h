/*
 * Sending the file of -T: where a transfer is in it, and what went wrong.
 */
#ifndef FETCH_SENDING_H
#define FETCH_SENDING_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "input/upload.h"

struct response;

struct sending {
	const struct upload *upload; /* borrowed; NULL: nothing is sent */
	struct response *response;   /* borrowed */
	char **problem;		     /* why the file cannot be read; borrowed */
	int64_t place;		     /* in the file; bytes */
	int64_t began, last_read;    /* loop_clock() of the transfer, and when
				       libcurl had all so far; or 0 */
	bool all_read;		     /* there is no more of the file */
	bool failed;		     /* the file could not be read */
};

/*
 * The handle sends the file, if one is wanted. Where it cannot be read the
 * response is refused, and *problem, which outlives both, says why: NULL at
 * first, then owned by the caller. One does for all handles.
 */
void sending_setup(struct sending *s, CURL *easy, const struct upload *u,
    struct response *response, char **problem);

/* From the beginning. */
void sending_reset(struct sending *s);

/* The transfer begins. */
void sending_start(struct sending *s);

#endif
