/*
 * Resuming a body (-C): what the response to a request for the rest of it
 * means. RFC 9110 sections 8.8, 13.1.5, 14.4, 15.3.7 and 15.5.17.
 */
#ifndef FETCH_RESUME_H
#define FETCH_RESUME_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

enum resume_answer {
	RESUME_UNKNOWN,	 /* no answer yet, or nothing is resumed */
	RESUME_REST,	 /* the rest comes */
	RESUME_WHOLE,	 /* the body comes from its beginning */
	RESUME_COMPLETE, /* there is nothing behind what we have */
	RESUME_REFUSED,	 /* it is not to be had in this way */
	RESUME_OTHER,	 /* another response, which says nothing of it */
};

struct resume {
	bool wanted;	       /* for this transfer */
	bool exact;	       /* -C OFFSET: the rest from there or nothing */
	const char *validator; /* of what we have, or NULL; borrowed */
	int64_t offset;	       /* the first byte that was asked for */
	int64_t least;	       /* so much is there, of what nobody knows */
	int64_t size;	       /* of the whole body, -1: not known */
	enum resume_answer answer;
};

/*
 * What a response of this status with these raw header lines means; sets
 * answer and size. encoded: the body is decoded, so that its bytes are others
 * than those that a range counts.
 */
void resume_judge(
    struct resume *r, long status, const struct buf *head, bool encoded);

#endif
