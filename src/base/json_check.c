/*
 * JSON that comes in pieces.
 */
#include "config.h"

#include "base/json_check.h"

#include <string.h>

#include "base/ascii.h"

/* What may come next, or what the text stands in; each group has a function. */
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
	EXPONENT_MARK,
	EXPONENT_SIGN,
	EXPONENT,
};

static bool
in_object(const struct json_check *c)
{
	size_t at = c->depth - 1;

	return (c->objects[at / CHAR_BIT] >> at % CHAR_BIT & 1) != 0;
}

static bool
enter(struct json_check *c, bool is_object)
{
	const unsigned char bit = (unsigned char)(1 << c->depth % CHAR_BIT);
	unsigned char *place = &c->objects[c->depth / CHAR_BIT];

	if (c->depth == JSON_CHECK_DEPTH)
		return false;
	*place = (unsigned char)(is_object ? *place | bit : *place & ~bit);
	c->depth++;
	c->state = is_object ? KEY_OR_END : ITEM_OR_END;
	return true;
}

static bool
leave(struct json_check *c)
{
	c->depth--;
	c->state = AFTER;
	return true;
}

static bool
begin_string(struct json_check *c, char byte, bool is_key)
{
	c->state = IN_STRING;
	c->is_key = is_key;
	return byte == '"';
}

static bool
begin_value(struct json_check *c, char byte)
{
	static const char *const literals[] = {"true", "false", "null"};
	size_t i;

	if (byte == '{' || byte == '[')
		return enter(c, byte == '{');
	if (byte == '-' || ascii_is_digit(byte)) {
		c->state = byte == '-' ? MINUS : byte == '0' ? ZERO : INTEGER;
		return true;
	}
	for (i = 0; i < sizeof literals / sizeof *literals; i++)
		if (byte == *literals[i]) {
			c->state = LITERAL;
			c->rest = literals[i] + 1;
			return true;
		}
	return begin_string(c, byte, false);
}

static bool
next_item(struct json_check *c, char byte)
{
	if (c->depth == 0)
		return false;
	if (byte == (in_object(c) ? '}' : ']'))
		return leave(c);
	c->state = in_object(c) ? KEY : VALUE;
	return byte == ',';
}

static bool
between(struct json_check *c, char byte)
{
	if (ascii_is_space(byte))
		return true;
	switch (c->state) {
	case VALUE:
		return begin_value(c, byte);
	case ITEM_OR_END:
		return byte == ']' ? leave(c) : begin_value(c, byte);
	case KEY_OR_END:
		return byte == '}' ? leave(c) : begin_string(c, byte, true);
	case KEY:
		return begin_string(c, byte, true);
	case COLON:
		c->state = VALUE;
		return byte == ':';
	case AFTER:
		return next_item(c, byte);
	}
	return false;
}

static bool
in_literal(struct json_check *c, char byte)
{
	if (byte != *c->rest)
		return false;
	if (*++c->rest == '\0')
		c->state = AFTER;
	return true;
}

/* The halves of a surrogate pair come together, or not at all. */
static bool
end_code(struct json_check *c)
{
	bool is_low = (c->code & 0xfc00) == 0xdc00;

	if (is_low != c->has_high)
		return false;
	c->has_high = (c->code & 0xfc00) == 0xd800;
	c->state = IN_STRING;
	return true;
}

static bool
in_code(struct json_check *c, char byte)
{
	int digit = ascii_is_digit(byte) ? byte - '0'
					 : ascii_lower(byte) - 'a' + 10;

	if (!ascii_is_hex(byte))
		return false;
	c->code = c->code << 4 | (unsigned)digit;
	return ++c->digits < 4 || end_code(c);
}

static bool
in_string(struct json_check *c, char byte)
{
	if (c->state == HEX)
		return in_code(c, byte);
	if (c->state == ESCAPE) {
		c->state = byte == 'u' ? HEX : IN_STRING;
		c->code = 0;
		c->digits = 0;
		return byte == 'u' ||
		    (!c->has_high && byte != '\0' &&
			strchr("\"\\/bfnrt", byte) != NULL);
	}
	if (byte == '\\') {
		c->state = ESCAPE;
		return true;
	}
	if (byte == '"')
		c->state = c->is_key ? COLON : AFTER;
	return !c->has_high && (unsigned char)byte >= ' ';
}

/* May a number end there? */
static bool
is_number(int state)
{
	return state == ZERO || state == INTEGER || state == FRACTION ||
	    state == EXPONENT;
}

static bool
in_number(struct json_check *c, char byte)
{
	const int old = c->state;

	if (ascii_is_digit(byte) && old != ZERO) {
		if (old == MINUS)
			c->state = byte == '0' ? ZERO : INTEGER;
		else if (old == POINT)
			c->state = FRACTION;
		else if (old == EXPONENT_MARK || old == EXPONENT_SIGN)
			c->state = EXPONENT;
	} else if (byte == '.' && (old == ZERO || old == INTEGER))
		c->state = POINT;
	else if (ascii_lower(byte) == 'e' && is_number(old) && old != EXPONENT)
		c->state = EXPONENT_MARK;
	else if ((byte == '+' || byte == '-') && old == EXPONENT_MARK)
		c->state = EXPONENT_SIGN;
	else {
		c->state = AFTER;
		return is_number(old) && between(c, byte);
	}
	return true;
}

static bool
add_byte(struct json_check *c, char byte)
{
	if (c->state <= AFTER)
		return between(c, byte);
	if (c->state == LITERAL)
		return in_literal(c, byte);
	if (c->state <= HEX)
		return in_string(c, byte);
	return in_number(c, byte);
}

void
json_check_add(struct json_check *c, const char *s, size_t len)
{
	for (; len > 0 && !c->bad; s++, len--)
		c->bad = !add_byte(c, *s);
}

bool
json_check_ok(const struct json_check *c)
{
	return !c->bad && c->depth == 0 &&
	    (c->state == AFTER || is_number(c->state));
}
