/*
 * Decodes a response's content codings (RFC 9110 section 8.4.1): gzip,
 * deflate, br and zstd. libcurl can do it, too, but takes a body that ends
 * early for whole; here it is told apart.
 */
#ifndef FETCH_DECODE_H
#define FETCH_DECODE_H

#include <stddef.h>

/* What to send as Accept-Encoding; curl's own order. */
#define DECODE_CODINGS "deflate, gzip, br, zstd"

struct decoder;

/* Takes a piece of what was decoded. Returns 0, or -1: no more of it. */
typedef int decode_sink(void *arg, const char *data, size_t len);

enum decode_result {
	DECODE_OK,
	DECODE_BAD,	/* it is not so coded, or nobody knows the coding */
	DECODE_STOPPED, /* the sink wanted no more */
};

/*
 * A decoder for a list of codings in the order they were applied, of len
 * bytes, "gzip, br"; NULL where there is nothing to decode. An unknown coding
 * is found by decode_piece: where there is no body, it does not matter.
 */
struct decoder *decode_new(
    const char *codings, size_t len, decode_sink *sink, void *arg);
void decode_free(struct decoder *d);

enum decode_result decode_piece(
    struct decoder *d, const char *data, size_t len);

/* The body is at its end: is what was decoded, too? One of 0 bytes is. */
enum decode_result decode_end(struct decoder *d);

#endif
