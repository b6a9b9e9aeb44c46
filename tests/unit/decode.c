/*
 * Content codings: each one, in pieces of any size, joined, cut, broken.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fetch/decode.h"
#include "tap.h"

/* 30 times "coget decodes this. ", and "The end.\n". */
#define TEXT_LEN 609

#define BR                                                                     \
	"1b6002f80572719e5040a96c7f59935a956006224c8e50504aa92cdf4631e9eecf8b" \
	"01ce53"
#define ZSTD                                                                   \
	"28b52ffd606101250100e8636f676574206465636f64657320746869732e20546865" \
	"20656e642e0a0100825c3599"
#define RAW                                                                    \
	"4bce4f4f2d5148494dce4f492d5628c9c82cd653481e151b15a3502c24235521352f" \
	"458f0b00"
#define ZLIB "78da" RAW "1d94da33"
#define GZIP "1f8b0800000000000203" RAW "e236715461020000"

static void
unhex(struct buf *to, const char *hex)
{
	char digits[3] = "";

	buf_init(to);
	for (; *hex != '\0'; hex += 2) {
		memcpy(digits, hex, 2);
		buf_putc(to, (char)strtol(digits, NULL, 16));
	}
}

static int
collect(void *arg, const char *data, size_t len)
{
	buf_append(arg, data, len);
	return 0;
}

static int
stop(void *arg, const char *data, size_t len)
{
	(void)data;
	(void)len;
	(*(int *)arg)++;
	return -1;
}

/* Decodes the first len bytes in such pieces; the result of the end. */
static enum decode_result
decode(struct buf *out, const char *codings, const struct buf *in, size_t len,
    size_t piece)
{
	struct decoder *d = decode_new(codings, strlen(codings), collect, out);
	enum decode_result result = DECODE_OK;
	size_t at, n;

	out->len = 0;
	for (at = 0; at < len && result == DECODE_OK; at += n) {
		n = len - at < piece ? len - at : piece;
		result = decode_piece(d, in->data + at, n);
	}
	if (result == DECODE_OK)
		result = decode_end(d);
	decode_free(d);
	return result;
}

static bool
is_text(const struct buf *b, size_t times)
{
	static const char line[] = "coget decodes this. ";
	size_t i;

	if (b->len != times * TEXT_LEN)
		return false;
	for (i = 0; i < 30; i++)
		if (memcmp(b->data + 20 * i, line, 20) != 0)
			return false;
	return memcmp(b->data + b->len - 9, "The end.\n", 9) == 0;
}

/* Whole in pieces of any size, and cut anywhere: not whole. */
static void
whole_and_cut(const char *codings, const char *hex)
{
	struct buf in, out;
	size_t i;

	unhex(&in, hex);
	buf_init(&out);
	for (i = 1; i <= in.len; i++) {
		CHECK(decode(&out, codings, &in, in.len, i) == DECODE_OK);
		CHECK(is_text(&out, 1));
	}
	for (i = 1; i < in.len; i++)
		CHECK(decode(&out, codings, &in, i, 7) == DECODE_BAD);
	CHECK(decode(&out, codings, &in, 0, 1) == DECODE_OK);
	buf_clear(&in);
	buf_clear(&out);
}

static void
codings(void)
{
	whole_and_cut("gzip", GZIP);
	whole_and_cut("x-GZip", GZIP);
	whole_and_cut(" identity , gzip,", GZIP);
	whole_and_cut("deflate", ZLIB);
	whole_and_cut("br", BR);
	whole_and_cut("zstd", ZSTD);
}

/* Without zlib's header; its end is its last block, not its last byte. */
static void
raw_deflate(void)
{
	struct buf in, out;
	size_t i;

	unhex(&in, RAW);
	buf_init(&out);
	for (i = 1; i <= in.len; i++) {
		CHECK(decode(&out, "deflate", &in, in.len, i) == DECODE_OK);
		CHECK(is_text(&out, 1));
	}
	CHECK(decode(&out, "deflate", &in, in.len / 2, 5) == DECODE_BAD);
	buf_clear(&in);
	buf_clear(&out);
}

static void
members(void)
{
	struct buf in, out;
	size_t i;

	buf_init(&out);
	unhex(&in, GZIP GZIP GZIP);
	for (i = 1; i <= in.len; i++)
		CHECK(decode(&out, "gzip", &in, in.len, i) == DECODE_OK &&
		    is_text(&out, 3));
	CHECK(decode(&out, "gzip", &in, in.len - 1, 9) == DECODE_BAD);
	buf_clear(&in);
	unhex(&in, ZSTD ZSTD);
	for (i = 1; i <= in.len; i++)
		CHECK(decode(&out, "zstd", &in, in.len, i) == DECODE_OK &&
		    is_text(&out, 2));
	CHECK(decode(&out, "zstd", &in, in.len - 1, 9) == DECODE_BAD);
	buf_clear(&in);
	/* padding behind it */
	unhex(&in, GZIP "0000");
	CHECK(decode(&out, "gzip", &in, in.len, 9) == DECODE_OK);
	buf_clear(&in);
	buf_clear(&out);
}

static void
nonsense(void)
{
	static const char *const names[] = {"gzip", "deflate", "br", "zstd",
	    "rot13", "gzip, rot13", "rot13, gzip",
	    "gzip,gzip,gzip,gzip,gzip,gzip"};
	struct buf in, out;
	struct decoder *d;
	int calls = 0;
	size_t i;

	unhex(&in, "fefefefefefefefefefefefefefefefefe");
	buf_init(&out);
	for (i = 0; i < sizeof names / sizeof *names; i++)
		CHECK(decode(&out, names[i], &in, in.len, 4) == DECODE_BAD);
	buf_clear(&in);
	CHECK(decode_new("", 0, collect, &out) == NULL);
	CHECK(decode_new("identity, chunked", 17, collect, &out) == NULL);
	/* who wants no more gets no more */
	unhex(&in, GZIP);
	d = decode_new("gzip", 4, stop, &calls);
	CHECK(decode_piece(d, in.data, in.len) == DECODE_STOPPED);
	CHECK(calls == 1);
	decode_free(d);
	buf_clear(&in);
	buf_clear(&out);
}

TAP_MAIN({"gzip, deflate, br and zstd, whole and cut", codings},
    {"deflate without zlib's header", raw_deflate},
    {"several members are one body", members},
    {"what is not so coded", nonsense})
