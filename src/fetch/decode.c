/*
 * Content codings, by zlib, brotli and zstd.
 *
 * Each coding of a list is a layer that hands what it decoded to the next;
 * the last one hands it to the sink.
 */
#include "config.h"

#include "fetch/decode.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/ascii.h"
#include "base/xmalloc.h"

#define PIECE_SIZE 16384

/* As libcurl has it: a longer list is an attack. */
#define LAYERS_MOST 5

enum coding {
	CODING_UNKNOWN,
	CODING_GZIP,
	CODING_DEFLATE,
	CODING_BR,
	CODING_ZSTD
};

struct layer {
	enum coding coding;
	bool begun;	     /* there was a byte */
	bool ended;	     /* as its format says */
	bool padding;	     /* behind it: all else is, too */
	bool raw;	     /* deflate without zlib's header */
	unsigned char first; /* byte */
	z_stream zlib;
	BrotliDecoderState *brotli;
	ZSTD_DStream *zstd;
	unsigned char *out; /* PIECE_SIZE; owned */
};

struct decoder {
	struct layer layers[LAYERS_MOST]; /* the first one decodes first */
	size_t count;
	bool too_many;
	decode_sink *sink;
	void *arg; /* borrowed */
};

static enum decode_result layer_piece(
    struct decoder *d, size_t at, const unsigned char *data, size_t len);

/* What a layer has decoded goes on. */
static enum decode_result
hand_on(struct decoder *d, size_t at, size_t len)
{
	const unsigned char *data = d->layers[at].out;

	if (len == 0)
		return DECODE_OK;
	if (at + 1 < d->count)
		return layer_piece(d, at + 1, data, len);
	return d->sink(d->arg, (const char *)data, len) == 0 ? DECODE_OK
							     : DECODE_STOPPED;
}

static void
zlib_begin(struct layer *l, int window_bits)
{
	memset(&l->zlib, 0, sizeof l->zlib);
	if (inflateInit2(&l->zlib, window_bits) != Z_OK)
		xmalloc_exhausted();
}

/*
 * Some servers send deflate without zlib's two bytes before it. The first one
 * may have come in the piece before.
 */
static bool
deflate_is_raw(struct layer *l, int result, size_t taken_before)
{
	if (result != Z_DATA_ERROR || l->coding != CODING_DEFLATE || l->raw ||
	    l->zlib.total_out > 0)
		return false;
	inflateEnd(&l->zlib);
	zlib_begin(l, -MAX_WBITS);
	l->raw = true;
	if (taken_before > 0) {
		l->zlib.next_in = &l->first;
		l->zlib.avail_in = 1;
		l->zlib.next_out = l->out;
		l->zlib.avail_out = PIECE_SIZE;
		inflate(&l->zlib, Z_SYNC_FLUSH); /* too little for output */
	}
	return true;
}

static enum decode_result
zlib_piece(struct decoder *d, size_t at, const unsigned char *data, size_t len)
{
	struct layer *l = &d->layers[at];
	size_t taken_before = l->zlib.total_in;
	enum decode_result result;
	int status;

	if (taken_before == 0)
		l->first = *data;
	l->zlib.next_in = (unsigned char *)(uintptr_t)data;
	l->zlib.avail_in = (unsigned)len;
	for (;;) {
		if (l->ended) {
			/* Another member may follow (RFC 1952 section 2.2). */
			if (l->zlib.avail_in == 0 || l->padding)
				return DECODE_OK;
			if (l->coding != CODING_GZIP ||
			    *l->zlib.next_in != 0x1f) {
				l->padding = true;
				return DECODE_OK;
			}
			inflateReset(&l->zlib);
			l->ended = false;
		}
		l->zlib.next_out = l->out;
		l->zlib.avail_out = PIECE_SIZE;
		status = inflate(&l->zlib, Z_SYNC_FLUSH);
		if (deflate_is_raw(l, status, taken_before)) {
			l->zlib.next_in = (unsigned char *)(uintptr_t)data;
			l->zlib.avail_in = (unsigned)len;
			continue;
		}
		if (status != Z_OK && status != Z_STREAM_END &&
		    status != Z_BUF_ERROR)
			return DECODE_BAD;
		l->ended = status == Z_STREAM_END;
		result = hand_on(d, at, PIECE_SIZE - l->zlib.avail_out);
		if (result != DECODE_OK)
			return result;
		if (!l->ended && l->zlib.avail_in == 0 && l->zlib.avail_out > 0)
			return DECODE_OK;
	}
}

static enum decode_result
brotli_piece(
    struct decoder *d, size_t at, const unsigned char *data, size_t len)
{
	struct layer *l = &d->layers[at];
	BrotliDecoderResult status = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	enum decode_result result;
	unsigned char *out;
	size_t room;

	while (!l->ended &&
	    (len > 0 || status == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)) {
		out = l->out;
		room = PIECE_SIZE;
		status = BrotliDecoderDecompressStream(
		    l->brotli, &len, &data, &room, &out, NULL);
		if (status == BROTLI_DECODER_RESULT_ERROR)
			return DECODE_BAD;
		l->ended = status == BROTLI_DECODER_RESULT_SUCCESS;
		result = hand_on(d, at, PIECE_SIZE - room);
		if (result != DECODE_OK)
			return result;
	}
	return DECODE_OK;
}

static enum decode_result
zstd_piece(struct decoder *d, size_t at, const unsigned char *data, size_t len)
{
	struct layer *l = &d->layers[at];
	ZSTD_inBuffer in = {data, len, 0};
	ZSTD_outBuffer out;
	enum decode_result result;
	size_t status;

	do {
		out = (ZSTD_outBuffer){l->out, PIECE_SIZE, 0};
		status = ZSTD_decompressStream(l->zstd, &out, &in);
		if (ZSTD_isError(status))
			return DECODE_BAD;
		l->ended = status == 0; /* of a frame; another may follow */
		result = hand_on(d, at, out.pos);
		if (result != DECODE_OK)
			return result;
	} while (in.pos < in.size || (!l->ended && out.pos == PIECE_SIZE));
	return DECODE_OK;
}

static enum decode_result
layer_piece(struct decoder *d, size_t at, const unsigned char *data, size_t len)
{
	struct layer *l = &d->layers[at];

	if (len == 0)
		return DECODE_OK;
	l->begun = true;
	switch (l->coding) {
	case CODING_GZIP:
	case CODING_DEFLATE:
		return zlib_piece(d, at, data, len);
	case CODING_BR:
		return brotli_piece(d, at, data, len);
	case CODING_ZSTD:
		return zstd_piece(d, at, data, len);
	case CODING_UNKNOWN:
		break;
	}
	return DECODE_BAD;
}

static bool
is(const char *name, size_t len, const char *what)
{
	return len == strlen(what) && ascii_compare(name, what, len) == 0;
}

/* No coding, or one that libcurl has taken away already. */
static bool
is_none(const char *name, size_t len)
{
	return is(name, len, "identity") || is(name, len, "none") ||
	    is(name, len, "chunked");
}

static enum coding
coding_of(const char *name, size_t len)
{
	if (is(name, len, "gzip") || is(name, len, "x-gzip"))
		return CODING_GZIP;
	if (is(name, len, "deflate"))
		return CODING_DEFLATE;
	if (is(name, len, "br"))
		return CODING_BR;
	return is(name, len, "zstd") ? CODING_ZSTD : CODING_UNKNOWN;
}

static void
layer_begin(struct layer *l, enum coding coding)
{
	memset(l, 0, sizeof *l);
	l->coding = coding;
	l->out = xreallocarray(NULL, 1, PIECE_SIZE);
	if (coding == CODING_GZIP)
		zlib_begin(l, MAX_WBITS + 16); /* zlib's way to say gzip */
	else if (coding == CODING_DEFLATE)
		zlib_begin(l, MAX_WBITS);
	else if (coding == CODING_BR)
		l->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	else if (coding == CODING_ZSTD)
		l->zstd = ZSTD_createDStream();
	if ((coding == CODING_BR && l->brotli == NULL) ||
	    (coding == CODING_ZSTD && l->zstd == NULL))
		xmalloc_exhausted();
}

static void
layer_clear(struct layer *l)
{
	if (l->coding == CODING_GZIP || l->coding == CODING_DEFLATE)
		inflateEnd(&l->zlib);
	BrotliDecoderDestroyInstance(l->brotli);
	ZSTD_freeDStream(l->zstd);
	free(l->out);
}

/* The last word of the list without commas and white space around it. */
static size_t
last_word(const char *list, size_t len, const char **word)
{
	size_t start;

	while (
	    len > 0 && (list[len - 1] == ',' || ascii_is_space(list[len - 1])))
		len--;
	for (start = len; start > 0 && list[start - 1] != ','; start--)
		;
	while (start < len && ascii_is_space(list[start]))
		start++;
	*word = list + start;
	return len - start;
}

struct decoder *
decode_new(const char *codings, size_t len, decode_sink *sink, void *arg)
{
	struct decoder *d = NULL;
	enum coding coding;
	const char *word;
	size_t word_len;

	/* What was applied last is taken away first. */
	while ((word_len = last_word(codings, len, &word)) > 0) {
		len = (size_t)(word - codings);
		if (is_none(word, word_len))
			continue;
		coding = coding_of(word, word_len);
		if (d == NULL)
			d = xcalloc(1, sizeof *d);
		if (d->count == LAYERS_MOST) {
			d->too_many = true;
			break;
		}
		layer_begin(&d->layers[d->count++], coding);
	}
	if (d != NULL) {
		d->sink = sink;
		d->arg = arg;
	}
	return d;
}

void
decode_free(struct decoder *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < d->count; i++)
		layer_clear(&d->layers[i]);
	free(d);
}

enum decode_result
decode_piece(struct decoder *d, const char *data, size_t len)
{
	if (d->too_many && len > 0)
		return DECODE_BAD;
	return layer_piece(d, 0, (const unsigned char *)data, len);
}

enum decode_result
decode_end(struct decoder *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->layers[i].begun && !d->layers[i].ended)
			return DECODE_BAD;
	return DECODE_OK;
}
