/*
 * report/: lanes, stores, folding, markup.
 */
#include "config.h"

#include <stdlib.h>

#include "base/buf.h"
#include "report/lanes.h"
#include "report/markup.h"
#include "report/store.h"
#include "report/timeline_fold.h"
#include "report/timeline_names.h"
#include "tap.h"

static void
smallest_lane(void)
{
	struct lanes l = {0};
	size_t i;

	for (i = 0; i < 200; i++)
		CHECK(lanes_take(&l) == i);
	lanes_give(&l, 130);
	lanes_give(&l, 3);
	lanes_give(&l, 64);
	CHECK(lanes_take(&l) == 3);
	CHECK(lanes_take(&l) == 64);
	CHECK(lanes_take(&l) == 130);
	CHECK(lanes_take(&l) == 200);
	lanes_clear(&l);
	CHECK(lanes_take(&l) == 0);
	lanes_clear(&l);
}

/* Pieces in the file and in memory, forwards and backwards. */
static void
pieces_of_a_store(void)
{
	enum { COUNT = 5000, LEN = 1000 };
	static int64_t places[COUNT];
	char piece[LEN];
	struct store s;
	int i;

	store_init(&s);
	for (i = 0; i < COUNT; i++) {
		memset(piece, i % 251, LEN);
		places[i] = store_add(&s, piece, LEN - (size_t)(i % 7));
	}
	CHECK(s.fd != -1 && s.in_file > 0 && s.tail.len > 0);
	for (i = 0; i < COUNT; i++) {
		memset(piece, i % 251, LEN);
		CHECK(memcmp(store_read(&s, places[i], LEN - (size_t)(i % 7)),
			  piece, LEN - (size_t)(i % 7)) == 0);
	}
	for (i = COUNT - 1; i >= 0; i -= 97)
		CHECK(*store_read(&s, places[i], 1) == (char)(i % 251));
	store_reset(&s);
	CHECK(store_add(&s, "abc", 3) == 0 && s.fd == -1);
	store_clear(&s);
}

static void
store_without_a_place(void)
{
	static char piece[600000];
	struct store s;

	setenv("TMPDIR", "/nonexistent/dir", 1);
	store_init(&s);
	CHECK(store_add(&s, piece, sizeof piece) == 0);
	CHECK(store_add(&s, piece, sizeof piece) == -1);
	CHECK_STR(s.problem,
	    "cannot use a temporary file in /nonexistent/dir: "
	    "No such file or directory");
	CHECK(store_read(&s, 0, 1) == NULL);
	store_clear(&s);
	unsetenv("TMPDIR");
}

static void
columns(void)
{
	const struct task_span spans[] = {{0, 25, STATE_SLOT, 1},
	    {25, 10, STATE_WAIT, 1}, {35, 65, STATE_HELD, 1}};
	const struct timeline_row row = {
	    .began = 0,
	    .ended = 35,
	    .held = 65,
	    .outcome = OUTCOME_OK,
	    .spans = spans,
	    .span_count = 3,
	};
	struct fold f;
	size_t i;
	int64_t sum = 0;

	fold_init(&f, 10, 100);
	fold_reset(&f);
	fold_add(&f, &row);
	CHECK(fold_state(&f, 0) == STATE_SLOT);
	CHECK(f.cells[2][STATE_SLOT] == 5 && f.cells[2][STATE_WAIT] == 5);
	CHECK(
	    fold_state(&f, 3) == STATE_WAIT || fold_state(&f, 3) == STATE_HELD);
	CHECK(fold_state(&f, 9) == STATE_HELD);
	/* of a group, work comes first */
	fold_add(&f, &row);
	CHECK(fold_state(&f, 2) == STATE_WAIT);
	CHECK(fold_state(&f, 3) == STATE_WAIT);
	CHECK(f.tasks == 2 && f.longest == 100);
	for (i = 0; i < 10; i++)
		sum += f.cells[i][STATE_SLOT] + f.cells[i][STATE_WAIT] +
		    f.cells[i][STATE_HELD];
	CHECK(sum == 200);
	fold_reset(&f);
	CHECK(fold_state(&f, 5) == STATE_COUNT);
	fold_clear(&f);
	CHECK(fold_size(60, 60) == 1 && fold_size(61, 60) == 2);
	CHECK(fold_size(30000, 300) == 100 && fold_size(100000, 300) == 350);
}

static void
texts(void)
{
	struct buf b;

	buf_init(&b);
	markup_put(&b, "<a b=\"'&\x01\xff\xef\xbf\xbf\xc2\x85\xc3\xa9>");
	CHECK_STR(buf_string(&b),
	    "&lt;a b=&quot;&#39;&amp;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	    "\xef\xbf\xbd\xc3\xa9&gt;");
	b.len = 0;
	CHECK(timeline_put_short(&b, "abcdefghijklmno", 9, "...") == 9);
	CHECK_STR(buf_string(&b), "ab...lmno");
	b.len = 0;
	CHECK(timeline_put_short(&b, "abcdefghi", 9, "...") == 9);
	CHECK_STR(buf_string(&b), "abcdefghi");
	b.len = 0;
	/* wide characters are not cut, and count twice */
	CHECK(
	    timeline_put_short(&b, "\xe6\x97\xa5\xe6\x97\xa5x", 4, "...") == 4);
	CHECK_STR(buf_string(&b), "\xe6\x97\xa5\xe6\x97\xa5");
	CHECK(timeline_step(1000, 8) == 200 && timeline_step(7, 8) == 1);
	CHECK(timeline_step(0, 8) == 1);
	buf_clear(&b);
}

TAP_MAIN({"a lane is the smallest free one", smallest_lane},
    {"pieces of a store", pieces_of_a_store},
    {"a store without a place", store_without_a_place},
    {"what is in a column", columns}, {"texts", texts})
