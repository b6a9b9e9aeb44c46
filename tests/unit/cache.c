/*
 * fetch/: what is kept of header lines, and the files of the cache.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "fetch/cache_rules.h"
#include "fetch/cache_store.h"
#include "tap.h"

static struct buf *
lines(struct buf *b, const char *text)
{
	b->len = 0;
	buf_puts(b, text);
	return b;
}

static void
questions(void)
{
	struct buf b;
	char *line;

	buf_init(&b);
	line = cache_question(lines(&b,
	    "HTTP/1.1 200 OK\r\nLast-Modified: Mon\r\netag: W/\"x, y\" \r\n"));
	CHECK_STR(line, "If-None-Match: W/\"x, y\"");
	free(line);
	line = cache_question(
	    lines(&b, "HTTP/1.1 200 OK\r\nLast-Modified: Mon\r\nETag:\r\n"));
	CHECK_STR(line, "If-Modified-Since: Mon");
	free(line);
	/* it would become two lines of the request */
	CHECK(cache_question(lines(&b, "ETag: \"a\r\n b\"\r\n")) == NULL);
	CHECK(!cache_has_validator(&b));
	CHECK(cache_has_validator(lines(&b, "last-modified: x\r\n")));
	buf_clear(&b);
}

static void
no_store(void)
{
	struct buf b;

	buf_init(&b);
	CHECK(cache_forbidden(lines(
	    &b, "Cache-Control: private\r\ncache-control: a ,No-Store\r\n")));
	CHECK(!cache_forbidden(lines(&b, "Cache-Control: no-storex, x\r\n")));
	CHECK(!cache_forbidden(lines(&b, "Pragma: no-store\r\n")));
	CHECK(!cache_forbidden(lines(&b, "Cache-Control:\r\n")));
	buf_clear(&b);
}

static void
updates(void)
{
	struct buf kept, fresh, to;

	buf_init(&kept);
	buf_init(&fresh);
	buf_init(&to);
	lines(&kept,
	    "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 9\r\nB: 2\r\n"
	    "a: 3\r\nC: 4\r\nContent-Encoding: gzip\r\n\r\n");
	lines(&fresh,
	    "HTTP/1.1 304 Not Modified\r\nD: 5\r\nc: 6\r\nA: 7\r\n"
	    "C: 8\r\nConnection: close\r\nContent-Length: 0\r\n"
	    "content-encoding: br\r\n\r\n");
	cache_update(&to, &kept, &fresh);
	CHECK_STR(buf_string(&to),
	    "HTTP/1.1 200 OK\r\nA: 7\r\nContent-Length: 9\r\nB: 2\r\n"
	    "c: 6\r\nC: 8\r\nContent-Encoding: gzip\r\nD: 5\r\n\r\n");
	buf_clear(&kept);
	buf_clear(&fresh);
	buf_clear(&to);
}

static void
answers(void)
{
	struct buf kept, fresh;

	buf_init(&kept);
	buf_init(&fresh);
	lines(&kept, "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n");
	CHECK(cache_is_about(&kept, lines(&fresh, "etag: \"a\"\r\n")));
	CHECK(cache_is_about(&kept, lines(&fresh, "ETag: W/\"a\"\r\n")));
	CHECK(cache_is_about(&kept, lines(&fresh, "Date: x\r\n")));
	CHECK(!cache_is_about(&kept, lines(&fresh, "ETag: \"ab\"\r\n")));
	CHECK(!cache_is_about(&kept, lines(&fresh, "ETag:\r\n")));
	CHECK(!cache_is_about(
	    &kept, lines(&fresh, "ETag: \"a\"\r\nETag: \"b\"\r\n")));
	lines(&kept, "HTTP/1.1 200 OK\r\nETag: W/\"a\"\r\n\r\n");
	CHECK(cache_is_about(&kept, lines(&fresh, "ETag: \"a\"\r\n")));
	lines(&kept, "HTTP/1.1 200 OK\r\nLast-Modified: x\r\n\r\n");
	CHECK(cache_is_about(&kept, lines(&fresh, "ETag: \"a\"\r\n")));
	buf_clear(&kept);
	buf_clear(&fresh);
}

/* One entry: written, read, replaced while it is read, removed. */
static void
entries(void)
{
	static const unsigned char hash[HASH_SIZE] = {0xab, 0xcd};
	char dir[] = "/tmp/coget-unit.XXXXXX", name[CACHE_NAME_SIZE], piece[9];
	char *command;
	struct cache_store s;
	struct cache_draft d = {.fd = -1};
	struct cache_entry e, f;
	struct buf head;

	CHECK(mkdtemp(dir) != NULL);
	buf_init(&head);
	lines(&head, "HTTP/1.1 200 OK\r\nX: \xff\n\r\n");
	cache_store_name(name, hash);
	CHECK(strncmp(name, "ab/cd00", 7) == 0 && strlen(name) == 65);
	cache_store_open(&s, dir, true);
	CHECK(!cache_entry_open(&e, &s, name));
	cache_draft_begin(&d, &s, true, "http://u:p@h/", NULL, &head);
	cache_draft_write(&d, "one", 3);
	cache_draft_commit(&d, name, 77);
	CHECK(cache_entry_open(&e, &s, name));
	CHECK(e.size == 3 && e.changed == 77 && e.from == NULL);
	CHECK(e.head.len == head.len &&
	    memcmp(e.head.data, head.data, head.len) == 0);
	cache_draft_begin(&d, &s, true, "http://h/", "http://x/", &head);
	cache_draft_write(&d, "another", 7);
	CHECK(cache_entry_open(&f, &s, name) && f.size == 3);
	cache_entry_clear(&f);
	cache_draft_commit(&d, name, 78);
	CHECK(cache_entry_read(&e, 1, piece, sizeof piece) == 2);
	CHECK(memcmp(piece, "ne", 2) == 0);
	cache_entry_clear(&e);
	CHECK(cache_entry_open(&e, &s, name));
	CHECK_STR(e.from, "http://x/");
	CHECK(cache_entry_read(&e, 0, piece, sizeof piece) == 7);
	CHECK(memcmp(piece, "another", 7) == 0);
	cache_entry_clear(&e);
	cache_store_remove(&s, name);
	CHECK(!cache_entry_open(&e, &s, name));
	CHECK(s.problem == NULL);
	cache_draft_clear(&d);
	cache_store_close(&s);
	buf_clear(&head);
	CHECK(asprintf(&command, "rm -r %s", dir) > 0 && system(command) == 0);
	free(command);
}

TAP_MAIN({"what is asked by", questions}, {"no-store", no_store},
    {"a 304 is about what is kept", answers},
    {"a 304 updates header lines", updates},
    {"entries are written and read", entries})
