/*
 * report: the figures' words, and what of them is in a bar of any width;
 * input: targets counted ahead.
 */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "input/source.h"
#include "report/bar.h"
#include "report/figures.h"
#include "report/sink.h"
#include "tap.h"

static struct figures
some_figures(void)
{
	struct figures f;

	memset(&f, 0, sizeof f);
	f.elapsed = 10 * USEC_PER_SEC;
	f.done = 120;
	f.total = 1000;
	f.total_known = true;
	f.failed = 3;
	f.running = 50;
	f.waiting[WAIT_SLOT] = 8;
	f.waiting[WAIT_PAUSE] = 4;
	f.backing_off = 2;
	f.requests_rate = 24.4;
	f.bytes_rate = 1.5 * 1024 * 1024;
	f.eta = 36 * USEC_PER_SEC;
	return f;
}

static const char *
composed(const struct figures *f, size_t columns)
{
	static struct buf text;

	text.len = 0;
	bar_compose(&text, f, columns, false);
	return buf_string(&text);
}

static void
wide_bar_says_all(void)
{
	struct figures f = some_figures();

	CHECK_STR(composed(&f, 200),
	    "[###                           ]  120/1000  12%  50 running  "
	    "14 waiting (8 slot, 4 pause, 2 backoff)  3 failed  24/s  "
	    "1.5M/s  ETA 0:36");
	f.total_known = false;
	f.eta = -1;
	f.failed = 0;
	CHECK_STR(composed(&f, 200),
	    "120 so far  50 running  "
	    "14 waiting (8 slot, 4 pause, 2 backoff)  24/s  1.5M/s");
}

static void
narrow_bar_says_what_matters(void)
{
	struct figures f = some_figures();

	CHECK_STR(composed(&f, 70),
	    "120/1000  12%  50 running  14 waiting  3 failed  24/s  ETA 0:36");
	CHECK_STR(composed(&f, 40), "120/1000  3 failed  ETA 0:36");
	CHECK_STR(composed(&f, 20), "120/1000  3 failed");
	CHECK_STR(composed(&f, 10), "120/1000");
	CHECK_STR(composed(&f, 5), "12%");
	CHECK_STR(composed(&f, 3), "");
	CHECK_STR(composed(&f, 0), "");
}

static void
bar_is_never_wider(void)
{
	struct figures f = some_figures();
	size_t columns;
	int i;

	for (i = 0; i < 4; i++) {
		f.total_known = i % 2 == 0;
		for (columns = 1; columns < 250; columns++)
			if (strlen(composed(&f, columns)) > columns - 1)
				break;
		CHECK(columns == 250);
		f.done *= 1000000;
		f.total *= 1000000;
		f.waiting[WAIT_RATE] = 1234567;
	}
}

static void
columns_are_not_bytes(void)
{
	CHECK(figures_columns("abc", 3) == 3);
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return;
	CHECK(figures_columns("n\xc3\xa3o", 4) == 3);
	CHECK(figures_columns("\xe4\xbb\xbb\xe5\x8a\xa1", 6) == 4); /* wide */
	CHECK(figures_columns("a\xcc\x81", 3) == 1); /* combining */
	CHECK(figures_columns("\xff\xff", 2) == 2);
	setlocale(LC_CTYPE, "C");
}

static void
times_are_short(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {{0, "0:00"}, {7, "0:07"}, {725, "12:05"},
	    {3723, "1:02:03"}, {3 * 24 * 3600 + 4 * 3600, "3d 04h"}};
	struct buf text;
	size_t i;

	buf_init(&text);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		text.len = 0;
		figures_put_time(&text, cases[i].seconds * USEC_PER_SEC);
		CHECK_STR(buf_string(&text), cases[i].text);
	}
	buf_clear(&text);
}

static void
rates_are_of_the_last_seconds(void)
{
	struct figures f;
	struct rates r;
	int i;

	memset(&f, 0, sizeof f);
	rates_init(&r);
	f.total = 1000;
	f.total_known = true;
	rates_apply(&r, &f);
	CHECK(f.requests_rate == 0 && f.eta == -1);
	/* 10 a second, then 50 a second */
	for (i = 1; i <= 40; i++) {
		f.elapsed = i * USEC_PER_SEC;
		f.done += i <= 20 ? 10 : 50;
		f.requests = f.done;
		f.bytes = (int64_t)f.done * 100;
		f.total = 2200;
		rates_apply(&r, &f);
		if (i == 20)
			CHECK((int)f.requests_rate == 10 && f.eta > 0);
	}
	CHECK((int)f.requests_rate == 50 && (int)f.bytes_rate == 5000);
	CHECK(f.done == 1200 && f.eta / USEC_PER_SEC == 20);
}

/* What is counted of a file with that text, in steps of so many bytes. */
static size_t
counted(const char *text, size_t step)
{
	struct source_input input;
	struct source source = {.inputs = &input, .input_count = 1};
	struct source_count count;
	FILE *file = tmpfile();
	size_t result;

	memset(&input, 0, sizeof input);
	memset(&count, 0, sizeof count);
	CHECK(file != NULL && fputs(text, file) != EOF && fflush(file) == 0);
	input.fd = fileno(file);
	input.is_file = input.is_regular = true;
	while (!count.complete && !count.unknown)
		source_count_on(&source, &count, step);
	result = count.targets;
	fclose(file);
	return result;
}

static void
targets_are_counted_as_they_are_read(void)
{
	CHECK(counted("", 100) == 0);
	CHECK(counted("a", 100) == 1);
	CHECK(counted("a\nb\n", 100) == 2);
	CHECK(counted("a\n\n \t\r\n# b\n  # c\n d\r\ne", 100) == 3);
	CHECK(counted("\xef\xbb\xbf"
		      "a\n\xef\xbb\xbf# b\n\xef\xbb\xbf\n",
		  100) == 1);
	CHECK(counted("a#\n#\na", 1) == 2);
}

static void
pipes_are_not_read_ahead(void)
{
	struct source_input inputs[2];
	struct source source = {.inputs = inputs, .input_count = 2};
	struct source_count count;

	memset(inputs, 0, sizeof inputs);
	memset(&count, 0, sizeof count);
	inputs[0].name = "a";
	inputs[1].is_file = true;
	source_count_on(&source, &count, 100);
	CHECK(count.unknown && !count.complete && count.targets == 1);
}

/* A reader who takes a little at a time; ends with 0 where all came. */
static void
read_slowly(int fd, size_t all)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	char some[4096];
	size_t sum = 0;
	ssize_t n;

	while ((n = read(fd, some, sizeof some)) > 0) {
		sum += (size_t)n;
		nanosleep(&pause, NULL);
	}
	_exit(sum == all ? 0 : 1);
}

static void
end_is_waited_for(void)
{
	enum { LINE = 1000, LINES = 200 };
	char line[LINE];
	struct sink sink;
	int ends[2], status, i;
	pid_t reader;

	memset(line, 'x', LINE - 1);
	line[LINE - 1] = '\n';
	CHECK(pipe(ends) == 0);
	CHECK(sink_open(&sink, ends[1]) == 0);
	for (i = 0; i < LINES; i++)
		sink_put(&sink, line, LINE);
	sink_flush(&sink);
	CHECK(sink.pending.len > 0 && sink.dropped == 0);
	reader = fork();
	if (reader == 0) {
		close(ends[1]);
		close(sink.fd);
		read_slowly(ends[0], (size_t)LINE * LINES);
	}
	close(ends[0]);
	close(ends[1]);
	sink_close(&sink, 60 * 1000);
	CHECK(waitpid(reader, &status, 0) == reader && status == 0);
}

TAP_MAIN({"a wide bar says all there is", wide_bar_says_all},
    {"a narrow bar says what matters most", narrow_bar_says_what_matters},
    {"a bar is never wider than it may be", bar_is_never_wider},
    {"columns of a terminal are not bytes", columns_are_not_bytes},
    {"times are short", times_are_short},
    {"rates are those of the last seconds", rates_are_of_the_last_seconds},
    {"targets are counted as they are read",
	targets_are_counted_as_they_are_read},
    {"pipes are not read ahead", pipes_are_not_read_ahead},
    {"a slow reader hears the end", end_is_waited_for})
