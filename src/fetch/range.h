/*
 * One range of a body: may a response be split into ranges, what is asked of
 * the server for one (RFC 9110 section 14), and is the answer that one?
 */
#ifndef FETCH_RANGE_H
#define FETCH_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

struct buf;
struct curl_slist;
struct options;
struct xfer;

/*
 * A Last-Modified is a strong validator where the response is so much younger
 * that a second change within the same second would be known (RFC 9110
 * section 8.8.2.2), whatever clocks there are.
 */
#define RANGE_MODIFIED_SECONDS 60

/* Bytes of a body, from start to end - 1. */
struct range {
	int64_t start;
	int64_t end;
	int64_t total; /* of the body */
};

/* Reads a Content-Range; false where it does not name bytes and the total. */
bool range_parse(struct range *r, const char *value, size_t len);

/*
 * Cuts a body into at most count ranges of about the same size, none smaller
 * than least; returns how many.
 */
size_t range_count(int64_t total, size_t count, int64_t least);

/* Where the n-th of count ranges begins; the count-th is the end. */
int64_t range_start(int64_t total, size_t count, size_t n);

/*
 * The strong validator of a response that may be asked for in ranges; the
 * caller's to free. NULL: its header lines do not offer ranges, name no such
 * validator, or name a coding.
 */
char *range_validator(const struct buf *head);

/*
 * Are the header lines of a 206 those of exactly this range of what has that
 * validator?
 */
bool range_is_answered(
    const struct buf *head, const struct range *wanted, const char *validator);

/* Do the headers of a request ask for a part, or make it conditional? */
bool range_is_named(const struct curl_slist *headers);

/*
 * Sets a transfer up to ask for the range and nothing else. elsewhere: a
 * redirect led to another host than the one that the user's login and cookies
 * are for.
 */
void range_setup(struct xfer *x, const struct range *wanted,
    const char *validator, bool elsewhere);

#endif
