/*
 * Counting targets ahead of the reader, by its rules: blank lines and those
 * that begin with # are none.
 */
#include "config.h"

#include <string.h>

#include "base/ascii.h"
#include "base/read_some.h"
#include "input/source.h"

enum line {
	LINE_BLANK, /* so far */
	LINE_COMMENT,
	LINE_TARGET,
};

/* Of a byte order mark, which is no text. */
static bool
is_mark(char c)
{
	return c == '\xef' || c == '\xbb' || c == '\xbf';
}

static void
count_text(struct source_count *c, const char *text, size_t len)
{
	const char *end = text + len, *newline;

	while (text < end) {
		if (c->line == LINE_BLANK && *text != '\n') {
			if (*text == '#')
				c->line = LINE_COMMENT;
			else if (!ascii_is_space(*text) && !is_mark(*text))
				c->line = LINE_TARGET;
			text++;
			continue;
		}
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			return;
		c->targets += c->line == LINE_TARGET;
		c->line = LINE_BLANK;
		text = newline + 1;
	}
}

static void
next_input(struct source_count *c)
{
	c->targets += c->line == LINE_TARGET; /* its last line has no end */
	c->line = LINE_BLANK;
	c->at = 0;
	c->place++;
}

/* Returns how much was read: less than most at the end. */
static size_t
count_file(const struct source_input *in, struct source_count *c, size_t most)
{
	char chunk[65536];
	size_t sum = 0;
	ssize_t n;

	while (sum < most) {
		n = read_some(in->fd, chunk, sizeof chunk, in->start + c->at);
		if (n <= 0) {
			next_input(c);
			return sum;
		}
		count_text(c, chunk, (size_t)n);
		c->at += n;
		sum += (size_t)n;
	}
	return most;
}

void
source_count_on(const struct source *s, struct source_count *c, size_t most)
{
	const struct source_input *in;

	if (s->picks != NULL && s->picks->shard.count > 1)
		c->unknown = true;
	while (!c->unknown && c->place < s->input_count && most > 0) {
		in = &s->inputs[c->place];
		if (!in->is_file) {
			c->targets++;
			next_input(c);
		} else if (in->is_kept) {
			count_text(c, in->kept.data, in->kept.len);
			next_input(c);
		} else if (in->is_regular)
			most -= count_file(in, c, most);
		else
			c->unknown = true;
	}
	c->complete = !c->unknown && c->place == s->input_count;
}
