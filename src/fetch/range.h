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
struct headers;
struct xfer;

/*
 * A Last-Modified is a strong validator where the response is so much younger
 * that a second change within the same second would be known (RFC 9110
 * section 8.8.2.2), whatever clocks there are.
 */
#define RANGE_MODIFIED_SECONDS 60

/* Bytes of a body, from start to end - 1. */
struct range {
	int64_t start; /* -1: a Content-Range of a 416, which has none */
	int64_t end;
	int64_t total; /* of the body; -1: a Content-Range does not tell */
};

/* Reads a Content-Range (RFC 9110 section 14.4); false where it is none. */
bool range_parse(struct range *r, const char *value, size_t len);

/*
 * Cuts a body into at most count ranges of about the same size, none smaller
 * than least; returns how many.
 */
size_t range_count(int64_t total, size_t count, int64_t least);

/* Where the n-th of count ranges begins; the count-th is the end. */
int64_t range_start(int64_t total, size_t count, size_t n);

/*
 * What identifies a body to the byte, for If-Range: a strong ETag, or where
 * there is no ETag a Last-Modified that is strong; NULL: nothing does. The
 * caller's to free.
 */
char *range_strong_validator(const struct buf *head);

/*
 * The same of a response that may be asked for in ranges; NULL also where its
 * header lines do not offer ranges, or name a coding.
 */
char *range_validator(const struct buf *head);

/* Have the headers this validator? told: they have one of its kind. */
bool range_is_of(const struct headers *h, const char *validator, bool *told);

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
