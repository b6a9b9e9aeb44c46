/*
 * base/: units, UTF-8, JSON text, base64, redaction.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/blob.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/json_check.h"
#include "base/spool.h"
#include "base/units.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "tap.h"

static void
durations(void)
{
	static const struct {
		const char *text;
		int64_t usec;
	} good[] = {{"0", 0}, {"1", 1000000}, {"0.5", 500000}, {".25", 250000},
	    {"3.", 3000000}, {"500ms", 500000}, {"1.5ms", 1500},
	    {"2s", 2000000}, {"2m", 120000000}, {"1h", 3600000000},
	    {"1.5d", INT64_C(129600000000)}, {"0.000001", 1}, {"0.0000009", 1},
	    {"0.0001ms", 1}, {"0.000", 0},
	    {"87840h", INT64_C(316224000000000)}};
	static const char *const bad[] = {"", ".", "-1", "+1", "1w", "1 s",
	    "1e3", "0x10", "inf", "ms", "s", "1.2.3", "87841h",
	    "99999999999999999999"};
	int64_t usec;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		usec = -1;
		CHECK(duration_parse(good[i].text, &usec) == 0);
		if (usec != good[i].usec)
			printf(
			    "# %s gives %lld\n", good[i].text, (long long)usec);
		CHECK(usec == good[i].usec);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		usec = 7;
		CHECK(duration_parse(bad[i], &usec) == -1);
		CHECK(usec == 7);
	}
}

static void
numbers(void)
{
	long n = 7;

	CHECK(number_parse("50", 1, 100, &n) == 0 && n == 50);
	CHECK(number_parse("-1", -1, 100, &n) == 0 && n == -1);
	CHECK(number_parse("0", 1, 100, &n) == -1);
	CHECK(number_parse("101", 1, 100, &n) == -1);
	CHECK(number_parse("", 1, 100, &n) == -1);
	CHECK(number_parse("5x", 1, 100, &n) == -1);
	CHECK(number_parse(" 5", 1, 100, &n) == -1);
	CHECK(number_parse("-", -9, 9, &n) == -1);
	CHECK(number_parse("99999999999999999999", 1, 100, &n) == -1);
	CHECK(n == -1);
}

static bool
valid(const char *s)
{
	return utf8_valid(s, strlen(s));
}

static void
utf8(void)
{
	CHECK(valid(""));
	CHECK(valid("plain text that is longer than eight bytes"));
	CHECK(valid("ol\xc3\xa1, \xe2\x82\xac, \xf0\x9f\x98\x80"));
	CHECK(valid("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"));
	CHECK(utf8_count("") == 0);
	CHECK(utf8_count("ass\u00edncrono \U0001f600") == 12);
	CHECK(utf8_valid("a\0b", 3));
	CHECK(!valid("eight by\xe9te"));
	CHECK(!valid("\xc0\x80"));	   /* overlong NUL */
	CHECK(!valid("\xe0\x80\x80"));	   /* overlong */
	CHECK(!valid("\xf0\x80\x80\x80")); /* overlong */
	CHECK(!valid("\xed\xa0\x80"));	   /* surrogate */
	CHECK(!valid("\xf4\x90\x80\x80")); /* past U+10FFFF */
	CHECK(!valid("\xf5\x80\x80\x80"));
	CHECK(!valid("\x80"));
	CHECK(!valid("\xe2\x82")); /* cut short */
	CHECK(!valid("\xe2\x28\xa1"));
}

static const char *
printable(const char *s)
{
	static struct buf b;

	b.len = 0;
	utf8_printable(&b, s, strlen(s));
	return buf_string(&b);
}

static void
printing(void)
{
	CHECK_STR(printable("caf\xc3\xa9"), "caf\xc3\xa9");
	CHECK_STR(printable("\033[31mred"), "\\x1b[31mred");
	CHECK_STR(printable("a\xe9z"), "a\\xe9z");
	CHECK_STR(printable("\xc2\x9b!"), "\\xc2\\x9b!"); /* C1 CSI */
	CHECK_STR(printable("a\tb\r\n\x7f"), "a\\x09b\\x0d\\x0a\\x7f");
}

static const char *
json(const char *s, size_t len, bool latin1)
{
	static struct buf b;

	b.len = 0;
	if (latin1)
		json_put_latin1(&b, s, len);
	else
		json_put_string(&b, s, len);
	return buf_string(&b);
}

static void
json_strings(void)
{
	CHECK_STR(json("", 0, false), "\"\"");
	CHECK_STR(json("a\"b\\c/", 6, false), "\"a\\\"b\\\\c/\"");
	CHECK_STR(json("\b\f\n\r\t\0\x1f\x7f", 8, false),
	    "\"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\"");
	CHECK_STR(json("\xc3\xa9\xc2\x9b", 4, false), "\"\xc3\xa9\\u009b\"");
	CHECK_STR(
	    json("\xe2\x80\xa8\xe2\x80\xa9", 6, false), "\"\\u2028\\u2029\"");
	CHECK_STR(json("\xe2\x80\xaa", 3, false), "\"\xe2\x80\xaa\"");
	CHECK_STR(json("a\xff"
		       "b\xe2\x82",
		      5, false),
	    "\"a\xef\xbf\xbd"
	    "b\xef\xbf\xbd\xef\xbf\xbd\"");
	CHECK_STR(json("caf\xe9", 4, true), "\"caf\xc3\xa9\"");
	CHECK_STR(json("\x9b", 1, true), "\"\\u009b\"");
	CHECK_STR(
	    json("\xff\xc3\xa9", 3, true), "\"\xc3\xbf\xc3\x83\xc2\xa9\"");
	CHECK_STR(json("caf\xc3\xa9", 5, true), "\"caf\xc3\xa9\"");
}

/* What is taken eight bytes at once is what it is byte by byte. */
static void
json_bytes(void)
{
	char text[21];
	struct buf whole, parts;
	size_t at, len, differ = 0;
	int c;

	buf_init(&whole);
	buf_init(&parts);
	for (len = 1; len <= sizeof text; len++)
		for (at = 0; at < len; at++)
			for (c = 0; c < 256; c++) {
				memset(text, 'a', sizeof text);
				text[at] = (char)c;
				whole.len = parts.len = 0;
				json_put_text(&whole, text, len);
				buf_append(&parts, text, at);
				json_put_text(&parts, text + at, 1);
				buf_append(&parts, text + at + 1, len - at - 1);
				differ += whole.len != parts.len ||
				    memcmp(whole.data, parts.data, parts.len) !=
					0;
			}
	CHECK(differ == 0);
	buf_clear(&whole);
	buf_clear(&parts);
}

static void
json_numbers(void)
{
	struct buf b;

	buf_init(&b);
	json_put_integer(&b, INT64_MIN);
	CHECK_STR(buf_string(&b), "-9223372036854775808");
	b.len = 0;
	json_put_integer(&b, 0);
	json_put_seconds(&b, 1500);
	json_put_seconds(&b, 12000001);
	json_put_seconds(&b, -5);
	CHECK_STR(buf_string(&b), "00.00150012.0000010.000000");
	buf_clear(&b);
}

static const char *
base64(const char *s)
{
	static struct buf b;

	b.len = 0;
	base64_encode(&b, s, strlen(s));
	return buf_string(&b);
}

/* The examples of RFC 4648 section 10. */
static void
base64_examples(void)
{
	CHECK_STR(base64(""), "");
	CHECK_STR(base64("f"), "Zg==");
	CHECK_STR(base64("fo"), "Zm8=");
	CHECK_STR(base64("foo"), "Zm9v");
	CHECK_STR(base64("foob"), "Zm9vYg==");
	CHECK_STR(base64("fooba"), "Zm9vYmE=");
	CHECK_STR(base64("foobar"), "Zm9vYmFy");
	CHECK_STR(base64("\xff\xfe\xfd"), "//79");
}

static const char *
redacted(const char *url)
{
	static struct buf b;

	b.len = 0;
	url_redact(&b, url, strlen(url));
	return buf_string(&b);
}

static void
sizes(void)
{
	static const char *const bad[] = {
	    "", "k", "1kk", "1x", "-1", "1 k", "b", "1kb"};
	int64_t bytes = 0;
	size_t i;

	CHECK(size_parse("0", &bytes) == 0 && bytes == 0);
	CHECK(size_parse("100", &bytes) == 0 && bytes == 100);
	CHECK(size_parse("1.5k", &bytes) == 0 && bytes == 1536);
	CHECK(size_parse("100b", &bytes) == 0 && bytes == 100);
	CHECK(size_parse("1000B", &bytes) == 0 && bytes == 1000);
	CHECK(size_parse("2M", &bytes) == 0 && bytes == 2 << 20);
	CHECK(size_parse("1g", &bytes) == 0 && bytes == 1 << 30);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(size_parse(bad[i], &bytes) == -1);
	CHECK(bytes == 1 << 30);
	CHECK(size_parse("5000000000", &bytes) == 0);
	CHECK(bytes == INT64_C(5000000000));
	CHECK(size_parse("4000000000.5k", &bytes) == 0);
	CHECK(bytes == INT64_C(4096000000512));
	CHECK(size_parse("9223372036854775000", &bytes) == 0);
	CHECK(size_parse("9223372036854775807", &bytes) == -1);
	CHECK(size_parse("9223372036854775808", &bytes) == -1);
	CHECK(size_parse("99999999999999999999", &bytes) == -1);
	CHECK(size_parse("9007199254740992k", &bytes) == -1);
}

static void
redaction(void)
{
	struct buf b;

	buf_init(&b);
	CHECK_STR(redacted("http://h/a@b"), "http://h/a@b");
	CHECK_STR(redacted("http://u:p@h/a@b"), "http://***@h/a@b");
	CHECK_STR(redacted("http://u:p@x@h?q"), "http://***@h?q");
	CHECK_STR(redacted("https://token@h"), "https://***@h");
	CHECK_STR(redacted("u:p@h/x"), "***@h/x");
	CHECK_STR(redacted("name@mail.example"), "name@mail.example");
	CHECK_STR(redacted(""), "");
	CHECK_STR(redacted("http:///u:p@h/x"), "http:///***@h/x");
	CHECK_STR(redacted("http:/u:p@h/x"), "http:/***@h/x");
	CHECK_STR(redacted("u:p@h/x?n=http://y/"), "***@h/x?n=http://y/");
	CHECK_STR(redacted("h/x?n=http://u:p@y/"), "h/x?n=http://***@y/");
	CHECK_STR(redacted("{\"url\":\"http://u:p@h\",\"m\":\"a@b\""),
	    "{\"url\":\"http://***@h\",\"m\":\"a@b\"");
	b.len = 0;
	url_redact(&b, "u:p@h\0u:p@h", 11);
	CHECK_STR(buf_string(&b), "***@h");
	buf_clear(&b);
}

static void
schemes(void)
{
	CHECK(url_scheme_len("http://h/") == 7);
	CHECK(url_scheme_len("HTTPS:/h/") == 7);
	CHECK(url_scheme_len("http:///h/") == 8);
	CHECK(url_scheme_len("a+b-c.1://h") == 10);
	CHECK(url_scheme_len("ftp:/h") == 0);
	CHECK(url_scheme_len("http:h") == 0);
	CHECK(url_scheme_len("h:80/") == 0);
	CHECK(url_scheme_len("h/?u=http://x") == 0);
	CHECK(url_scheme_len("://h") == 0);
	CHECK(url_scheme_len("") == 0);
}

static void
buffers(void)
{
	struct buf a, b;
	int i;

	buf_init(&a);
	buf_init(&b);
	for (i = 0; i < 1000; i++)
		buf_printf(&a, "%d,", i);
	CHECK(a.len == 3890);
	CHECK(strncmp(a.data, "0,1,2,3", 7) == 0);
	buf_move(&b, &a);
	CHECK(a.data == NULL && b.len == 3890);
	buf_reset(&b, 1 << 20);
	CHECK(b.len == 0 && b.data != NULL);
	buf_reset(&b, 10);
	CHECK(b.data == NULL);
	CHECK_STR(buf_string(&b), "");
	buf_clear(&b);
}

/* Letters from the first one on. */
static void
add_letters(struct blob *b, int first, int count)
{
	char c;

	for (; count > 0; count--) {
		c = (char)('a' + first++ % 26);
		CHECK(blob_append(b, &c, 1) == 0);
	}
}

/* Joins two, each in memory, or with its beginning in the file. */
static void
join(bool first_spilled, bool second_spilled, int taken, bool keeps)
{
	struct spool spool;
	struct blob a, b;
	char text[64];

	spool_init(&spool, 1 << 20);
	blob_init(&a, &spool);
	blob_init(&b, &spool);
	a.keeps = keeps;
	add_letters(&a, 0, 10);
	if (first_spilled)
		CHECK(blob_spill(&a) == 0);
	add_letters(&a, 10, 10);
	CHECK(blob_take(&a, text, (size_t)taken) == taken);
	add_letters(&b, 20, 10);
	if (second_spilled)
		CHECK(blob_spill(&b) == 0);
	add_letters(&b, 30, 10);
	CHECK(blob_join(&a, &b) == 0);
	CHECK(b.len == 0 && blob_left(&a) == 40 - taken);
	add_letters(&a, 40, 12);
	CHECK(blob_take(&a, text, sizeof text) == 52 - taken);
	CHECK(
	    memcmp(text,
		&"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"[taken],
		(size_t)(52 - taken)) == 0);
	CHECK(!keeps ||
	    (blob_read(&a, 0, text, sizeof text) == 52 &&
		memcmp(text,
		    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
		    52) == 0));
	blob_clear(&a);
	blob_clear(&b);
	CHECK(spool.used == 0);
	/* nothing of the file is in use, but for being filled */
	CHECK(spool.count == 0 || spool.segments[0].live == 1);
	spool_clear(&spool);
}

static void
joined_blobs(void)
{
	int i;

	for (i = 0; i < 32; i++)
		join((i & 1) != 0, (i & 2) != 0, i / 8 * 7 % 21, (i & 4) != 0);
}

/* What was taken and is kept is more than a segment of the file has. */
static void
spilled_while_read(void)
{
	const size_t size = 5 * SPOOL_SEGMENT_SIZE / 2,
		     taken = 3 * SPOOL_SEGMENT_SIZE / 2;
	struct spool spool;
	struct blob b;
	char *data = malloc(size), *got = malloc(size);
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (char)(i % 251);
	spool_init(&spool, 8 * SPOOL_SEGMENT_SIZE);
	blob_init(&b, &spool);
	b.keeps = true;
	CHECK(blob_append(&b, data, size) == 0);
	CHECK(blob_take(&b, got, taken) == (ssize_t)taken);
	CHECK(blob_spill(&b) == 0);
	CHECK(blob_take(&b, got, size) == (ssize_t)(size - taken));
	CHECK(memcmp(got, data + taken, size - taken) == 0);
	CHECK(blob_read(&b, 0, got, size) == (ssize_t)size);
	CHECK(memcmp(got, data, size) == 0);
	blob_clear(&b);
	spool_clear(&spool);
	free(data);
	free(got);
}

/* The disk is full in the middle: what is there is what was added. */
static void
spilled_in_part(bool keeps)
{
	const size_t size = 5 * SPOOL_SEGMENT_SIZE / 2, taken = 1000;
	struct rlimit usual, small;
	struct spool spool;
	struct blob b;
	char *data = malloc(size), *got = malloc(size);
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (char)(i % 251);
	CHECK(getrlimit(RLIMIT_FSIZE, &usual) == 0);
	small = usual;
	small.rlim_cur = 2 * SPOOL_SEGMENT_SIZE;
	signal(SIGXFSZ, SIG_IGN);
	spool_init(&spool, size);
	blob_init(&b, &spool);
	b.keeps = keeps;
	CHECK(blob_append(&b, data, size) == 0);
	CHECK(blob_take(&b, got, taken) == (ssize_t)taken);
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	CHECK(blob_append(&b, data, size) == -1 && spool.problem != NULL);
	CHECK(setrlimit(RLIMIT_FSIZE, &usual) == 0);
	CHECK(blob_left(&b) == (int64_t)(size - taken));
	CHECK(blob_take(&b, got, size) == (ssize_t)(size - taken));
	CHECK(memcmp(got, data + taken, size - taken) == 0);
	if (keeps) {
		CHECK(blob_read(&b, 0, got, size) == (ssize_t)size);
		CHECK(memcmp(got, data, size) == 0);
	}
	blob_clear(&b);
	CHECK(spool.used == 0);
	spool_clear(&spool);
	signal(SIGXFSZ, SIG_DFL);
	free(data);
	free(got);
}

static void
full_disk(void)
{
	spilled_in_part(false);
	spilled_in_part(true);
}

/* What went to the file goes on there, and leaves the memory to others. */
static void
spilled_memory(void)
{
	static const char data[16 << 10];
	struct spool spool;
	struct blob b;
	int i;

	spool_init(&spool, 1 << 20);
	blob_init(&b, &spool);
	for (i = 0; i < 256; i++) {
		CHECK(blob_append(&b, data, sizeof data) == 0);
		CHECK(b.count == 0 || spool.used <= 256 << 10);
	}
	CHECK(b.count > 0 && blob_left(&b) == (int64_t)i * 16 << 10);
	blob_clear(&b);
	CHECK(spool.used == 0);
	spool_clear(&spool);
}

static bool
is_json(const char *text, size_t len)
{
	struct json_check whole = {0}, pieces = {0};
	const size_t cut = len / 2;

	json_check_add(&whole, text, len);
	json_check_add(&pieces, text, cut);
	json_check_add(&pieces, text + cut, len - cut);
	CHECK(json_check_ok(&whole) == json_check_ok(&pieces));
	return json_check_ok(&whole);
}

/* What jansson takes, and nothing else: of much that is nearly JSON. */
static void
json_checked(void)
{
	static const char *const tokens[] = {"[", "]", "{", "}", ",", ":", "\"",
	    "\"", "\"a\"", "\"b\":", "\\", "\\u", "\\ud83d", "\\ude00", "0020",
	    "n", "null", "true", "false", "0", "1", "-", ".", "e", "+", "E",
	    " ", "\n", "\t", "\x01", "x", "\\\"", "[1,2]", "{\"c\":", "0.5",
	    "1e1", "\xc3\xa9"};
	const size_t count = sizeof tokens / sizeof *tokens;
	unsigned seed = 1;
	size_t found = 0, wrong = 0;
	struct buf text;
	json_error_t error;
	json_t *value;
	int i, k, parts;

	buf_init(&text);
	for (i = 0; i < 300000; i++) {
		text.len = 0;
		parts = 1 + i % 9;
		for (k = 0; k < parts; k++) {
			seed = seed * 1103515245 + 12345;
			buf_puts(&text, tokens[(seed >> 16) % count]);
		}
		value = json_loadb(text.data, text.len,
		    JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL,
		    &error);
		found += value != NULL;
		/* That has a value, which has no room in its. */
		if (value == NULL &&
		    json_error_code(&error) == json_error_numeric_overflow)
			continue;
		if (is_json(text.data, text.len) != (value != NULL) &&
		    wrong++ < 5)
			printf("# %s\n", buf_string(&text));
		json_decref(value);
	}
	printf("# %zu of them are JSON\n", found);
	CHECK(found > 1000 && wrong == 0);
	/* As deep as that, and no deeper. */
	text.len = 0;
	for (i = 0; i < JSON_CHECK_DEPTH; i++)
		buf_puts(&text, "[");
	for (i = 0; i < JSON_CHECK_DEPTH; i++)
		buf_puts(&text, "]");
	CHECK(is_json(text.data, text.len));
	text.data[JSON_CHECK_DEPTH - 1] = '{';
	CHECK(!is_json(text.data, text.len));
	text.data[JSON_CHECK_DEPTH - 1] = '[';
	buf_puts(&text, "]");
	CHECK(!is_json(text.data, text.len));
	CHECK(!is_json("", 0));
	buf_clear(&text);
}

TAP_MAIN({"durations", durations}, {"numbers", numbers},
    {"UTF-8 is told from what is not", utf8},
    {"JSON is told from what is not", json_checked},
    {"text is made printable", printing}, {"JSON strings", json_strings},
    {"JSON strings, each byte at each place", json_bytes},
    {"JSON numbers", json_numbers}, {"base64", base64_examples},
    {"sizes", sizes}, {"passwords in URLs are not shown", redaction},
    {"schemes", schemes}, {"buffers", buffers},
    {"blobs are joined", joined_blobs},
    {"a blob goes to the file while it is read", spilled_while_read},
    {"a blob survives a full disk", full_disk},
    {"what went to the file takes little memory", spilled_memory})
