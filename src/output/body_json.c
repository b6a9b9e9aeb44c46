/*
 * Bodies of JSON.
 */
#include "config.h"

#include "output/body_json.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"

#define DEPTH_MOST 2048
#define PIECE	   16384

/* What may come next, or what it stands in. */
enum state {
	VALUE,
	ITEM_OR_END, /* behind [ */
	KEY_OR_END,  /* behind { */
	KEY,
	COLON,
	AFTER, /* a value */
	LITERAL,
	IN_STRING,
	ESCAPE,
	HEX,
	MINUS,
	ZERO,
	INTEGER,
	POINT,
	FRACTION,
	E,
	E_SIGN,
	EXPONENT,
};

struct scan {
	enum state state;
	bool is_key;   /* the string is */
	bool has_high; /* the first half of a surrogate pair was just there */
	unsigned code; /* of \u, so far */
	int digits;    /* of it */
	const char *rest; /* of the literal */
	size_t depth;
	unsigned char objects[DEPTH_MOST / CHAR_BIT]; /* a bit each: no array */
};

static bool
in_object(const struct scan *s)
{
	size_t at = s->depth - 1;

	return (s->objects[at / CHAR_BIT] >> at % CHAR_BIT & 1) != 0;
}

static bool
enter(struct scan *s, bool is_object)
{
	const unsigned char bit = (unsigned char)(1 << s->depth % CHAR_BIT);
	unsigned char *place = &s->objects[s->depth / CHAR_BIT];

	if (s->depth == DEPTH_MOST)
		return false;
	*place = (unsigned char)(is_object ? *place | bit : *place & ~bit);
	s->depth++;
	s->state = is_object ? KEY_OR_END : ITEM_OR_END;
	return true;
}

static bool
leave(struct scan *s)
{
	s->depth--;
	s->state = AFTER;
	return true;
}

static bool
begin_string(struct scan *s, char c, bool is_key)
{
	s->state = IN_STRING;
	s->is_key = is_key;
	return c == '"';
}

static bool
begin_value(struct scan *s, char c)
{
	static const char *const literals[] = {"true", "false", "null"};
	size_t i;

	if (c == '{' || c == '[')
		return enter(s, c == '{');
	if (c == '-' || ascii_is_digit(c)) {
		s->state = c == '-' ? MINUS : c == '0' ? ZERO : INTEGER;
		return true;
	}
	for (i = 0; i < sizeof literals / sizeof *literals; i++)
		if (c == *literals[i]) {
			s->state = LITERAL;
			s->rest = literals[i] + 1;
			return true;
		}
	return begin_string(s, c, false);
}

static bool
next_item(struct scan *s, char c)
{
	if (s->depth == 0)
		return false;
	if (c == (in_object(s) ? '}' : ']'))
		return leave(s);
	s->state = in_object(s) ? KEY : VALUE;
	return c == ',';
}

static bool
between(struct scan *s, char c)
{
	if (ascii_is_space(c))
		return true;
	switch (s->state) {
	case KEY_OR_END:
		return c == '}' ? leave(s) : begin_string(s, c, true);
	case KEY:
		return begin_string(s, c, true);
	case COLON:
		s->state = VALUE;
		return c == ':';
	case ITEM_OR_END:
		return c == ']' ? leave(s) : begin_value(s, c);
	case VALUE:
		return begin_value(s, c);
	default:
		return next_item(s, c);
	}
}

/* The halves of a surrogate pair come together, or not at all. */
static bool
end_code(struct scan *s)
{
	bool is_low = (s->code & 0xfc00) == 0xdc00;

	if (is_low != s->has_high)
		return false;
	s->has_high = (s->code & 0xfc00) == 0xd800;
	s->state = IN_STRING;
	return true;
}

static bool
in_string(struct scan *s, char c)
{
	switch (s->state) {
	case IN_STRING:
		if (c == '\\') {
			s->state = ESCAPE;
			return true;
		}
		if (c == '"')
			s->state = s->is_key ? COLON : AFTER;
		return !s->has_high && (unsigned char)c >= ' ';
	case ESCAPE:
		s->state = c == 'u' ? HEX : IN_STRING;
		s->code = 0;
		s->digits = 0;
		return c == 'u' ||
		    (!s->has_high && c != '\0' &&
			strchr("\"\\/bfnrt", c) != NULL);
	default: /* HEX */
		if (!ascii_is_hex(c))
			return false;
		s->code = s->code << 4 |
		    (unsigned)(ascii_is_digit(c) ? c - '0'
						 : ascii_lower(c) - 'a' + 10);
		return ++s->digits < 4 || end_code(s);
	}
}

/* May a number end there? */
static bool
is_number(enum state state)
{
	return state == ZERO || state == INTEGER || state == FRACTION ||
	    state == EXPONENT;
}

static bool
in_number(struct scan *s, char c)
{
	enum state old = s->state;

	if (ascii_is_digit(c) && old != ZERO)
		s->state = old == MINUS		? (c == '0' ? ZERO : INTEGER)
		    : old == POINT		? FRACTION
		    : old == E || old == E_SIGN ? EXPONENT
						: old;
	else if (c == '.' && (old == ZERO || old == INTEGER))
		s->state = POINT;
	else if (ascii_lower(c) == 'e' && is_number(old) && old != EXPONENT)
		s->state = E;
	else if ((c == '+' || c == '-') && old == E)
		s->state = E_SIGN;
	else {
		s->state = AFTER;
		return is_number(old) && between(s, c);
	}
	return true;
}

static bool
in_literal(struct scan *s, char c)
{
	if (c != *s->rest)
		return false;
	if (*++s->rest == '\0')
		s->state = AFTER;
	return true;
}

static bool
scan(struct scan *s, const char *text, size_t len)
{
	bool fits = true;

	for (; len > 0 && fits; text++, len--)
		if (s->state < LITERAL)
			fits = between(s, *text);
		else if (s->state == LITERAL)
			fits = in_literal(s, *text);
		else if (s->state <= HEX)
			fits = in_string(s, *text);
		else
			fits = in_number(s, *text);
	return fits;
}

bool
body_json_is(const struct blob *body)
{
	struct scan s;
	char piece[PIECE];
	int64_t at = 0;
	ssize_t n;

	memset(&s, 0, sizeof s);
	s.state = VALUE;
	while (at < blob_left(body)) {
		n = blob_read(body, at, piece, sizeof piece);
		if (n <= 0 || !scan(&s, piece, (size_t)n))
			return false;
		at += n;
	}
	return s.depth == 0 && (s.state == AFTER || is_number(s.state));
}

void
body_json_put(struct buf *to, const char *piece, size_t len)
{
	buf_reserve(to, len);
	for (; len > 0; piece++, len--)
		if (*piece != '\n' && *piece != '\r')
			buf_putc(to, *piece);
}
